"""exec and attach: a session of the simulated cluster over a WebSocket.

Upstream: `pkg/registry/core/pod/rest/subresources.go`, apiserver `util/proxy/streamtranslator.go`. What the client sends is a command of the run's log,
what the programs write is read out of band.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import bad_request
from cluster_core.api.place import Place
from cluster_core.cluster.command import Command
from cluster_core.kubelet.session import Session
from explorer.kubeapi.bucket import Bucket
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import STALLED_S, Exchange
from explorer.kubeapi.refusals import refused
from explorer.kubeapi.streams import steps
from explorer.kubeapi.streams.channels import ERROR, REMOTE_COMMAND, STDERR, STDOUT, chosen
from explorer.kubeapi.streams.endings import encoded, ending, internal
from explorer.kubeapi.streams.places import Lifetime, place
from explorer.kubeapi.streams.targets import container_of
from explorer.kubeapi.streams.typed import Typed
from explorer.live import LiveRun

# How often one session may give the run something: what comes meanwhile is given together.
STEPS_PER_SECOND, STEPS_BURST = 25, 100
# kubectl reads before it has made the streams that it reads into, and drops what comes that early.
KUBECTL, READY_S = "v5.channel.k8s.io", 0.02
# Orphans (their server was killed) give up their places in the core when it has so many open.
OPEN_MAX = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client of exec or attach wants. `command` is empty for attach."""

    container: str
    command: tuple[str, ...]
    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool


def wanted(exchange: Exchange, visitor: Visitor, place: Place) -> Wanted:
    """The options of a request, of a pod and a container that there are. Raises 400 or 404 in upstream's words."""
    container = container_of(visitor.live.cluster.world, place.namespace, place.name, exchange.text("container"))
    command = tuple(exchange.query.get("command", ())) if place.subresource == "exec" else ()
    stdin, stdout, stderr, tty = (exchange.flag(name) for name in ("stdin", "stdout", "stderr", "tty"))
    if not (stdin or stdout or stderr):
        raise bad_request("you must specify at least 1 of stdin, stdout, stderr")
    if place.subresource == "exec" and not command:
        raise bad_request("you must specify at least one command for the container")
    # A terminal has one output.
    return Wanted(container, command, stdin, stdout, stderr and not tty, tty)


async def serve(exchange: Exchange, visitor: Visitor, where: Place) -> None:
    """Open the session, and carry bytes until its program ends or the client goes. Raises what refuses it before it is accepted."""
    asked = wanted(exchange, visitor, where)
    params: dict[str, Any] = {
        "namespace": where.namespace,
        "pod": where.name,
        "container": asked.container,
        "command": list(asked.command),
        "stdin": asked.stdin,
        "tty": asked.tty,
        "user": str((visitor.impersonate or {}).get("user") or visitor.user),
    }
    command = Command(where.subresource, {name: value for name, value in params.items() if value})
    command.parsed()
    with place(visitor.live):
        await Remote(exchange, visitor.live, asked).run(command)


class Remote:
    """One open connection."""

    def __init__(self, exchange: Exchange, live: LiveRun, asked: Wanted) -> None:
        self.protocol = chosen(exchange.scope.get("subprotocols") or [], REMOTE_COMMAND)
        self._exchange, self._live, self._asked = exchange, live, asked
        self._typed = Typed(exchange, self.protocol)
        self._lifetime = Lifetime()
        self._generation = live.clients.generation
        self._epoch = 0
        self._speaks_at = 0.0
        self._session = ""

    async def run(self, command: Command) -> None:
        """From the handshake to the end."""
        exchange, flow = self._exchange, self._exchange.flow
        exchange.code = 101
        await exchange.send({"type": "websocket.accept", "subprotocol": self.protocol.name})
        if self.protocol.name != KUBECTL:
            # Upstream tells everybody so that it is open; kubectl complains of a frame that comes before its streams are made.
            await exchange.send(self.protocol.frame(self._first_channel(), b""))
        self._speaks_at = time.monotonic() + READY_S
        reading = asyncio.ensure_future(self._typed.read())
        if flow is not None:
            flow.begin()
        try:
            await self._carry(command, reading)
        finally:
            reading.cancel()
            if flow is not None:
                flow.end()
        if not reading.done() or self._typed.failure is not None:
            await exchange.send({"type": "websocket.close", "code": 1000})

    async def _carry(self, command: Command, reading: asyncio.Future[None]) -> None:
        """The handshake is over: whatever fails now is said on the error channel."""
        try:
            status = await self._session_of(command, reading)
        except Exception as error:
            status = refused(error).status()
        if status is not None:
            await self._exchange.send(self.protocol.frame(ERROR, encoded(status, self.protocol)))

    async def _session_of(self, command: Command, reading: asyncio.Future[None]) -> dict[str, Any] | None:
        await _make_room(self._live)
        step = await steps.take(self._live, command)
        self._session, self._epoch = f"session-{step.index}", step.epoch
        self._live.clients.sessions.add(self._session)
        feeding = asyncio.ensure_future(self._feed())
        try:
            return await self._show(reading, feeding)
        finally:
            feeding.cancel()
            self._live.clients.sessions.discard(self._session)
            await self._close()

    async def _show(self, reading: asyncio.Future[None], feeding: asyncio.Future[None]) -> dict[str, Any] | None:
        """Send what the session writes until it ends; its Status, None if the client has gone."""
        sent = 0
        session: Session | None = None
        while True:
            await self._live.settled()
            pulse = self._live.clients.pulse()
            if self._live.epoch != self._epoch:
                return internal(steps.MOVED)
            if session is None or not session.ended:
                # One that has ended may be forgotten while its output is still on the way.
                session = self._live.cluster.world.session(self._session)
            if session is None or self._live.clients.generation != self._generation:
                return internal("the stream was ended by the server")
            written = session.chunks[sent:]
            sent += len(written)
            if not await self._send(written):
                return None
            if session.ended and sent == len(session.chunks):
                return ending(session)
            if self._typed.failure is not None:
                return self._typed.failure.status()
            if reading.done():
                return None
            if feeding.done() and not feeding.cancelled() and (error := feeding.exception()) is not None:
                if not isinstance(error, steps.Moved):
                    raise error
                return internal(steps.MOVED)
            if not self._lifetime.left():
                return internal("the stream was idle for too long, or is too old")
            if not pulse.done():
                await asyncio.wait(
                    [pulse, reading, *([] if feeding.done() else [feeding])],
                    timeout=self._lifetime.left(),
                    return_when=asyncio.FIRST_COMPLETED,
                )

    async def _send(self, written: list[tuple[int, bytes]]) -> bool:
        """Send output to a client that takes it; False if it has stopped reading and was hung up on."""
        flow, wants = self._exchange.flow, {STDOUT: self._asked.stdout, STDERR: self._asked.stderr}
        if written and (wait := self._speaks_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        for channel, data in written:
            self._lifetime.touch()
            for message in self.protocol.frames(channel, data) if wants.get(channel) else ():
                await self._exchange.send(message)
                if flow is not None and not await flow.ready(STALLED_S):
                    flow.abort()
                    return False
        return True

    async def _feed(self) -> None:
        """Give the run what the client sends. A command that is on its way is finished; meanwhile more gathers."""
        bucket = Bucket(STEPS_PER_SECOND, STEPS_BURST)
        while True:
            await self._typed.came.wait()
            self._lifetime.touch()
            for kind, params in self._typed.take():
                if kind == "stdin" and not self._asked.stdin:
                    continue
                while wait := bucket.take():
                    await asyncio.sleep(wait)
                session = self._live.cluster.world.session(self._session)
                if session is None or session.ended:
                    return
                await steps.take(self._live, Command(kind, {"session": self._session, **params}), self._epoch)

    async def _close(self) -> None:
        """The client has gone, or is to go: its program is told, unless it has ended."""
        session = self._live.cluster.world.session(self._session)
        if self._live.epoch == self._epoch and session is not None and not session.ended:
            with contextlib.suppress(steps.Moved):
                await steps.take(self._live, Command("close", {"session": self._session}), self._epoch)

    def _first_channel(self) -> int:
        return STDOUT if self._asked.stdout else STDERR if self._asked.stderr else ERROR


async def _make_room(live: LiveRun) -> None:
    """Close sessions that nobody is connected to any more, if there are many: those of a server that was killed."""
    sessions = live.cluster.world.streams.sessions.values()
    orphans = [one.id for one in sessions if not one.ended and one.id not in live.clients.sessions]
    if live.cluster.in_past or len(orphans) < OPEN_MAX:
        return
    for identity in orphans:
        with contextlib.suppress(steps.Moved):
            await steps.take(live, Command("close", {"session": identity}), live.epoch)
