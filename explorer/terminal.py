"""kubectl in the browser: lines typed into the terminal, carried out by the core's verbs over the run's Kubernetes API.

A line is a task that goes on by itself: whoever typed it asks for what it has printed so far. Times that it waits for are
virtual: while the run is paused a `kubectl wait` waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import msgspec

from cluster_core.api.errors import ApiError
from cluster_core.kubectl.completion import complete
from cluster_core.kubectl.conversation import (
    Answer,
    Attach,
    Call,
    Context,
    Events,
    KubectlError,
    Logs,
    Pause,
    Step,
    Terminal,
    Watch,
)
from cluster_core.kubectl.line import carry_out
from cluster_core.kubectl.resources import Resources, from_discovery
from explorer.kubeapi.inside import ACCEPTS, DISCOVERY, Inside
from explorer.kubeapi.spoken import answer_to, body_of, news, read
from explorer.live import LiveRun
from explorer.refusal import Refusal
from explorer.terminal_streams import Streams

UNDER_WAY_MAX = 8
# How often somebody who waits for virtual time looks at the clock (wall time).
LOOK_S = 0.1
KEPT_MAX = 32
REQUESTS_MAX = 100
BODY_SHOWN_MAX = 20_000


@dataclass(slots=True)
class Asked:
    """One HTTP request that a line has made, for "as REST"."""

    method: str
    path: str
    code: int
    body: str = ""
    content_type: str = ""


@dataclass(slots=True)
class Typed:
    """A line that was typed: what carries it out, and what it has done so far."""

    id: str
    line: str
    terminal: Terminal
    streams: Streams
    stopped: asyncio.Event
    requests: list[Asked] = field(default_factory=list)
    done: bool = False
    waits: str = ""
    task: asyncio.Task[None] | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def news(self, since: int, seconds: float) -> None:
        """Wait until there is more to show than line `since`, or it is done, at most some seconds."""
        end = asyncio.get_running_loop().time() + seconds
        while not self.done and len(self.terminal.lines) <= since:
            rest = end - asyncio.get_running_loop().time()
            if rest <= 0:
                return
            self.moved.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.moved.wait(), rest)

    def feed(self, data: str, eof: bool) -> None:
        """Type into its session. Raises Refusal when it has none."""
        if self.streams.typing is None:
            raise Refusal(409, "this command reads nothing (any more)")
        self.streams.typing.feed(data, eof)

    async def finished(self, seconds: float) -> None:
        """Wait until it is done, at most some seconds."""
        if self.task is not None:
            await asyncio.wait([self.task], timeout=seconds)

    def stop(self) -> None:
        """Ctrl+C."""
        self.stopped.set()

    def _session(self) -> dict[str, Any] | None:
        """The session that one can type into: what stands before the cursor, and whether it is a terminal."""
        screen, typing = self.streams.screen, self.streams.typing
        if screen is None or typing is None:
            return None
        return {"prompt": screen.prompt, "tty": typing.tty}

    def card(self, since: int = 0) -> dict[str, Any]:
        """What it has printed from a line on, and how it stands."""
        terminal = self.terminal
        return {
            "id": self.id,
            "line": self.line,
            "output": [{"text": one.text, "error": one.error} for one in terminal.lines[since:]],
            "next": len(terminal.lines),
            "left_out": terminal.left_out,
            "done": self.done,
            "waits": self.waits,
            "code": terminal.code if self.done else None,
            "objects": terminal.touched,
            "namespace": terminal.namespace,
            "session": self._session(),
            "requests": [
                {
                    "method": one.method,
                    "path": one.path,
                    "code": one.code,
                    "body": one.body,
                    "content_type": one.content_type,
                }
                for one in self.requests
            ],
        }


class Terminals:
    """The lines of one run that are known: those under way, and the last ones that are done."""

    def __init__(self) -> None:
        self._typed: dict[str, Typed] = {}

    async def type(self, live: LiveRun, line: str, namespace: str, may_change: bool) -> Typed:
        """Begin to carry out a line; who may not change the run may only look. Raises Refusal when too many are under way."""
        if sum(not one.done for one in self._typed.values()) >= UNDER_WAY_MAX:
            raise Refusal(
                429, f"at most {UNDER_WAY_MAX} commands of the terminal are under way at a time: stop one (Ctrl+C)"
            )
        inside = Inside(live, may_change)
        stopped = asyncio.Event()
        kubectl = Terminal(await _resources(inside), namespace)
        streams = Streams(live, inside, kubectl, stopped)
        typed = Typed(secrets.token_urlsafe(9), line, kubectl, streams, stopped)
        name = f"orrery-{live.id}"
        typed.terminal.context = Context(name, f"kubernetes-admin@{name}", inside.server)
        self._typed[typed.id] = typed
        for old in [one.id for one in self._typed.values() if one.done][: max(0, len(self._typed) - KEPT_MAX)]:
            del self._typed[old]
        typed.task = asyncio.get_running_loop().create_task(_Driver(live, inside, typed).run())
        return typed

    async def complete(self, live: LiveRun, line: str, namespace: str) -> list[str]:
        """What the last word of a line may become; an API server that does not answer has no names."""
        inside = Inside(live, may_change=False)
        talk, answer = complete(Terminal(await _resources(inside), namespace), line), None
        while True:
            try:
                call = talk.send(answer)  # type: ignore[arg-type]
            except StopIteration as stop:
                found: list[str] = stop.value
                return found
            code, body, _ = await inside.call(call.method, call.url, ACCEPTS["json"])
            answer = Answer(code, read(body))

    def find(self, key: str) -> Typed:
        """A line by its id, which only who typed it knows. Raises Refusal."""
        found = self._typed.get(key)
        if found is None:
            raise Refusal(404, "there is no such command in this terminal any more")
        return found


_of: WeakKeyDictionary[LiveRun, Terminals] = WeakKeyDictionary()


def of(live: LiveRun) -> Terminals:
    """The lines of a run."""
    return _of.setdefault(live, Terminals())


async def _resources(inside: Inside) -> Resources:
    documents = []
    for path in ("/api", "/apis"):
        code, body, _ = await inside.call("GET", path, DISCOVERY)
        if code != 200:
            # The API server is down: kubectl knows nothing, and its first request says why.
            return Resources([])
        documents.append(msgspec.json.decode(body))
    return from_discovery(*documents)


class _Driver:
    """Carries out one line: makes its calls, waits where it waits."""

    def __init__(self, live: LiveRun, inside: Inside, typed: Typed) -> None:
        self._live, self._inside, self._typed = live, inside, typed
        self._watches: dict[str, Any] = {}

    async def run(self) -> None:
        """From the first step to the last."""
        typed = self._typed
        talk, answer = carry_out(typed.terminal, typed.line), None
        try:
            while not typed.stopped.is_set():
                typed.terminal.now = self._live.cluster.now
                step = talk.send(answer)
                typed.moved.set()
                try:
                    answer = await self._answered(step)
                except KubectlError as error:
                    talk.throw(error)
            typed.terminal.code = 130
        except StopIteration:
            pass
        finally:
            talk.close()
            typed.done, typed.waits = True, ""
            typed.moved.set()

    async def _answered(self, step: Step) -> Any:
        self._inside.impersonate = self._typed.terminal.impersonate
        if isinstance(step, Call):
            return await self._call(step)
        self._typed.waits = type(step).__name__.lower()
        try:
            if isinstance(step, Watch):
                return await self._events(step)
            if isinstance(step, Pause):
                await self._until(self._live.cluster.now + step.us)
                return None
            return await self._stream(step)
        finally:
            self._typed.waits = ""

    async def _call(self, call: Call) -> Answer:
        body, content_type = body_of(call)
        code, found, warnings = await self._inside.call(call.method, call.url, ACCEPTS[call.accept], body, content_type)
        self._note(Asked(call.method, call.url, code, body.decode()[:BODY_SHOWN_MAX], content_type))
        return answer_to(call, code, found, warnings)

    async def _events(self, watch: Watch) -> Events:
        """The next events; None at the time-out (virtual), when the watch has ended or the line was stopped."""
        key = repr((watch.path, sorted(watch.query.items())))
        if key not in self._watches:
            url = Call("GET", watch.path, watch.query).url
            self._note(Asked("GET", url, 200))
            gone = asyncio.get_running_loop().create_future()
            self._watches[key] = self._inside.watch(url, ACCEPTS[watch.accept], gone)
        limit = None if watch.timeout is None else self._live.cluster.now + watch.timeout
        while True:
            events = await self._next(self._watches[key], limit)
            if events is None:
                del self._watches[key]
                return None
            wanted = news(events)
            if wanted:
                return wanted

    async def _next(self, events: Any, limit: int | None) -> Events:
        following: asyncio.Future[Events] = asyncio.ensure_future(anext(events, None))
        waiting: list[asyncio.Future[Any]] = [following, asyncio.ensure_future(self._typed.stopped.wait())]
        if limit is not None:
            waiting.append(asyncio.ensure_future(self._until(limit)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return following.result() if following.done() else None
        except ApiError as error:
            raise KubectlError(f"error: {error.message}") from error
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _until(self, at: int) -> None:
        """Wait until virtual time has come to a moment."""
        while self._live.cluster.now < at and not self._typed.stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._typed.stopped.wait(), LOOK_S)

    async def _stream(self, step: Logs | Attach) -> Any:
        streams = self._typed.streams
        query = step.query if isinstance(step, Attach) else list(step.query.items())
        url = f"{step.path}?{urlencode(query)}"
        if not self._typed.requests or self._typed.requests[-1].path != url:
            self._note(Asked("GET", url, 101 if isinstance(step, Attach) else 200))
        if isinstance(step, Logs):
            return await streams.lines(step, url)
        return await streams.session(step, url, self._typed.moved)

    def _note(self, asked: Asked) -> None:
        if len(self._typed.requests) < REQUESTS_MAX:
            self._typed.requests.append(asked)
