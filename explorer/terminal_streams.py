"""What the terminal streams from containers: logs that are followed, and sessions (exec, attach) that one types into.

The same sessions as over WebSockets (`explorer.kubeapi.streams`): what is typed is a command of the run's log, what the programs write is read
out of band.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.place import Place, place_of, segments_of
from cluster_core.cluster.command import Command
from cluster_core.kubectl.conversation import Answer, Attach, KubectlError, Logs, Terminal
from cluster_core.kubectl.failure import failed
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.inside import VIEW_ONLY, Inside
from explorer.kubeapi.streams import log_options, remote, steps, targets
from explorer.kubeapi.streams.endings import ending, internal
from explorer.kubeapi.streams.logs import LOOK_S, Follower
from explorer.kubeapi.streams.places import place
from explorer.live import LiveRun

INPUT_MAX = 64 * 1024
# What a terminal would obey, and a list of lines cannot: colours, the cursor, titles.
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Typing:
    """What is typed into a session and not given to it yet. `tty`: whether the session is a terminal."""

    def __init__(self, tty: bool) -> None:
        self.tty = tty
        self.came = asyncio.Event()
        self._data, self._eof = "", False

    def feed(self, data: str, eof: bool) -> None:
        """More of it; what is too much at a time is cut off."""
        self._data = (self._data + data)[:INPUT_MAX]
        self._eof = self._eof or eof
        self.came.set()

    def take(self) -> dict[str, Any]:
        """The parameters of a `stdin` command."""
        data, eof = self._data, self._eof
        self._data, self._eof = "", False
        self.came.clear()
        # Bytes travel as latin-1 through the log of commands.
        return {"data": data.encode().decode("latin-1"), **({"eof": True} if eof else {})}


class Screen:
    """Output as lines of the terminal; what has no end yet is the `prompt`."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._open = {False: "", True: ""}
        self._bytes = {False: b"", True: b""}

    @property
    def prompt(self) -> str:
        """The last line, while it is not at its end."""
        return self._open[False] + self._open[True]

    def write(self, data: bytes, error: bool) -> None:
        """Bytes of one of the two outputs; a character may be cut in two."""
        data = self._bytes[error] + data
        text = data.decode(errors="ignore")
        rest = len(data) - len(text.encode())
        self._bytes[error] = data[-rest:] if 0 < rest < 4 else b""
        *lines, last = _ESCAPES.sub("", self._open[error] + text.replace("\r\n", "\n")).split("\n")
        for line in lines:
            self._print(line, error)
        self._open[error] = last

    def end(self) -> None:
        """Nothing more comes."""
        for error in (False, True):
            if self._open[error]:
                self._print(self._open[error], error)
                self._open[error] = ""

    def _print(self, line: str, error: bool) -> None:
        # A program that goes back to the start of its line has written it anew.
        shown = line.rpartition("\r")[2]
        (self._terminal.err if error else self._terminal.out)(shown)


class Streams:
    """The streams of one line. `typing` and `screen` while a session is open."""

    def __init__(self, live: LiveRun, inside: Inside, terminal: Terminal, stopped: asyncio.Event) -> None:
        self._live, self._inside, self._terminal, self._stopped = live, inside, terminal, stopped
        self._logs: dict[str, tuple[Follower, list[str]]] = {}
        self.typing: Typing | None = None
        self.screen: Screen | None = None

    async def lines(self, step: Logs, url: str) -> list[str] | None:
        """The next lines of a log; None at its end. Raises KubectlError when there is none."""
        data = b""
        if url not in self._logs:
            with _as_kubectl():
                exchange, _, where = self._opened(url, "get")
                options = log_options.read(exchange, self._live.cluster.now)
                self._logs[url] = (Follower(self._live, where, options), [""])
                data = self._logs[url][0].first()
        follower, rest = self._logs[url]
        while not data and not follower.ended and not self._stopped.is_set():
            pulse = self._live.clients.pulse()
            await self._wait(pulse)
            await asyncio.sleep(LOOK_S)
            await self._live.settled()
            data = follower.more()
        *found, rest[0] = (rest[0] + data.decode(errors="replace")).split("\n")
        if found:
            return found
        last, rest[0] = rest[0], ""
        return [last] if last else None

    async def session(self, step: Attach, url: str, moved: asyncio.Event) -> int:
        """A session from its beginning to its end; the exit code of its program. Raises KubectlError when there is none."""
        with _as_kubectl():
            if not self._inside.may_change:
                raise ApiError(403, "Forbidden", VIEW_ONLY)
            exchange, visitor, where = self._opened(url, "create")
            asked = remote.wanted(exchange, visitor, where)
            with place(self._live):
                return await self._run(
                    where, asked, str((visitor.impersonate or {}).get("user") or visitor.user), moved
                )

    async def _run(self, where: Place, asked: remote.Wanted, user: str, moved: asyncio.Event) -> int:
        params: dict[str, Any] = {
            "namespace": where.namespace,
            "pod": where.name,
            "container": asked.container,
            "command": list(asked.command),
            "stdin": asked.stdin,
            "tty": asked.tty,
            "user": user,
        }
        command = Command(where.subresource, {name: value for name, value in params.items() if value})
        command.parsed()
        step = await steps.take(self._live, command)
        identity = f"session-{step.index}"
        self.typing, self.screen = Typing(asked.tty) if asked.stdin else None, Screen(self._terminal)
        if self.typing is not None and self._terminal.stdin:
            self.typing.feed(self._terminal.stdin, True)
        self._live.clients.sessions.add(identity)
        try:
            return await self._carry(identity, step.epoch, moved)
        finally:
            self._live.clients.sessions.discard(identity)
            self.screen.end()
            self.typing = self.screen = None
            await self._close(identity, step.epoch)

    async def _carry(self, identity: str, epoch: int, moved: asyncio.Event) -> int:
        shown = 0
        assert self.screen is not None
        while True:
            await self._live.settled()
            pulse = self._live.clients.pulse()
            session = self._live.cluster.world.session(identity) if self._live.epoch == epoch else None
            if session is None:
                return _exit_code(internal(steps.MOVED))
            for channel, data in session.chunks[shown:]:
                self.screen.write(data, channel == 2)
            if len(session.chunks) > shown:
                shown = len(session.chunks)
                moved.set()
            if session.ended:
                return _exit_code(ending(session))
            if self._stopped.is_set():
                return 130
            if self.typing is not None and self.typing.came.is_set():
                given = {"session": identity, **self.typing.take()}
                await steps.take(self._live, Command("stdin", given), epoch)
                continue
            await self._wait(pulse)

    async def _close(self, identity: str, epoch: int) -> None:
        session = self._live.cluster.world.session(identity)
        if self._live.epoch == epoch and session is not None and not session.ended:
            with contextlib.suppress(steps.Moved):
                await steps.take(self._live, Command("close", {"session": identity}), epoch)

    async def _wait(self, pulse: asyncio.Future[None]) -> None:
        """Until the run has moved, something was typed, or the line is stopped."""
        events = [self._stopped, *([self.typing.came] if self.typing is not None else [])]
        waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()) for event in events]
        try:
            await asyncio.wait([pulse, *waiting], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    def _opened(self, url: str, verb: str) -> tuple[Exchange, Visitor, Place]:
        exchange = self._inside.exchange(url)
        where = place_of(segments_of(exchange.path))
        assert where is not None, "kubectl streams from pods only"
        visitor = self._inside.visitor(exchange)
        targets.authorize(visitor, verb, where)
        return exchange, visitor, where


@contextlib.contextmanager
def _as_kubectl() -> Any:
    """Refusals in kubectl's words."""
    try:
        yield
    except ApiError as error:
        raise failed(Answer(error.code, error.status())) from error
    except steps.Moved as error:
        raise KubectlError(f"error: {steps.MOVED}") from error


def _exit_code(status: dict[str, Any]) -> int:
    """What the Status at the end of a session says. Upstream: client-go `tools/remotecommand/v4.go`."""
    if status["status"] == "Success":
        return 0
    if status.get("reason") == "NonZeroExitCode":
        return int(status["details"]["causes"][0]["message"])
    raise KubectlError(f"error: {status['message']}")
