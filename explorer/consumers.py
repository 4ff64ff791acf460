"""The WebSocket of one viewer: hello, a snapshot, then deltas; acknowledgements, clock calls and commands come back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError

from cluster_core import ENGINE
from cluster_core.api.yaml import ManifestError
from cluster_core.cluster.cluster import NotYetError, PastError
from cluster_core.cluster.command import Command, CommandError
from cluster_core.sim.limits import LimitExceeded
from explorer import change, clock, runs, scenario, storage
from explorer.hub import Closing, Viewer
from explorer.live import LiveRun
from explorer.owner import owner_of_scope
from explorer.protocol import (
    VERSION,
    Ack,
    ClientMessage,
    ClockCall,
    CommandCall,
    CommandDone,
    Hello,
    Notice,
    Ping,
    Pong,
    Resume,
)
from explorer.refusal import Refusal

MESSAGE_MAX = 3 * 1024 * 1024 + 4096
MESSAGES_PER_MINUTE = 600
CALLS_MAX = 32

CLOSE_UNKNOWN_RUN = 4404
CLOSE_BAD_MESSAGE = 1008
CLOSE_TOO_BIG = 1009
CLOSE_INTERNAL = 1011
CLOSE_FULL = 1013
CLOSE_TOO_MANY = 4429

COMMAND_FIELDS = ("manifest", "resource", "namespace", "name", "replicas", "fault", "target")

logger = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(ClientMessage)


class UnknownStream(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A WebSocket address that does not exist: the handshake is refused."""

    async def connect(self) -> None:
        """Refuse."""
        await self.close()


class RunConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One viewer of one run.

    What the viewer asks for is carried out by a task of its own, in order: acknowledgements and a pause must not wait
    behind a long advance.
    """

    live: LiveRun | None = None

    async def connect(self) -> None:
        """Accept, find the run (rebuilt if need be, which the viewer sees), say hello, and let the first snapshot come."""
        self.viewer = Viewer(owner=False)
        self._calls: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue(CALLS_MAX)
        self._times: list[float] = []
        self._tasks = [asyncio.create_task(self._write())]
        await self.accept()
        try:
            live = await runs.find(self.scope["url_route"]["kwargs"]["run_id"], self._tell)
        except storage.UnknownRun:
            await self.close(CLOSE_UNKNOWN_RUN)
            return
        except Refusal:
            await self.close(CLOSE_FULL)
            return
        if len(live.hub.viewers) >= settings.VIEWERS_PER_RUN:
            await self.close(CLOSE_FULL)
            return
        self.live = live
        self.viewer.owner = runs.may_change(live, *owner_of_scope(self.scope))
        live.hub.join(self.viewer)
        self._tell(self._hello(live))
        if live.notice is not None:
            self._tell(live.notice)
        self._tasks.append(asyncio.create_task(self._work()))
        live.publish()

    async def disconnect(self, code: int) -> None:
        """Stop writing; the run goes on, and a change that has begun is finished."""
        if self.live is not None:
            self.live.hub.leave(self.viewer)
            self.live.used = time.monotonic()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One message of the browser: checked, counted, carried out or queued."""
        if self.live is None:
            return
        if text_data is None or len(text_data) > MESSAGE_MAX:
            await self.close(CLOSE_TOO_BIG if text_data else CLOSE_BAD_MESSAGE)
            return
        if self._too_many():
            await self.close(CLOSE_TOO_MANY)
            return
        try:
            message = _decoder.decode(text_data)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            await self.close(CLOSE_BAD_MESSAGE)
            return
        self._take(self.live, message)

    def _take(self, live: LiveRun, message: Any) -> None:
        match message:
            case Ack(epoch=epoch, seq=seq):
                if epoch == live.epoch:
                    self.viewer.acknowledge(seq)
                    if self.viewer.can_catch_up():
                        live.publish()
            case Ping(number=number):
                self._tell(Pong(number))
            case Resume():
                if self.viewer.resume():
                    live.publish()
            case ClockCall() | CommandCall() if not self.viewer.owner:
                self._tell(Notice("notice.view-only", {}))
            case ClockCall(action="pause"):
                live.playing, live.interrupted = False, True
                self._queue(partial(self._clock, live, message))
            case ClockCall():
                self._queue(partial(self._clock, live, message))
            case CommandCall():
                self._queue(partial(self._command, live, message))

    def _queue(self, call: Callable[[], Awaitable[None]]) -> None:
        try:
            self._calls.put_nowait(call)
        except asyncio.QueueFull:
            self._tell(Notice("notice.too-many-calls", {"most": CALLS_MAX}))

    async def _work(self) -> None:
        async with self._closing_on_errors():
            while True:
                await (await self._calls.get())()

    async def _clock(self, live: LiveRun, call: ClockCall) -> None:
        fields = {name: value for name, value in msgspec.structs.asdict(call).items() if value is not None}
        try:
            await clock.carry_out(live, fields)
        except NotYetError as error:
            head = {"number": live.cluster.head_number, "at": live.cluster.head_now}
            self._tell(Notice("notice.not-yet", {**head, "message": str(error)}))
        except (clock.ClockError, LimitExceeded) as error:
            self._tell(Notice("notice.clock-refused", {"message": str(error)}))
        except DatabaseError:
            self._tell(Notice("notice.not-saved", {}))
        live.publish()

    async def _command(self, live: LiveRun, call: CommandCall) -> None:
        fields = msgspec.structs.asdict(call)
        params = {name: fields[name] for name in COMMAND_FIELDS if fields[name] not in ("", None)}
        given = Command(call.kind, params, client_id=call.client_id[:80])
        in_past = "fork" if call.fork else "head"
        done = CommandDone(call.client_id, False, [], "")
        try:
            # Reading a large manifest takes longer than a slice and touches no run.
            await asyncio.to_thread(given.parsed)
            results = await live.alone(lambda: change.command(live, given, in_past, wait=True))
            done.results = results or []
            done.ok = not any(result["error"] for result in done.results)
        except (CommandError, ManifestError, PastError, LimitExceeded, Refusal) as error:
            done.error = str(error)
        except DatabaseError:
            done.error = NOT_SAVED
        self.viewer.tell(_text(done))
        live.publish()

    def _hello(self, live: LiveRun) -> Hello:
        role = "owner" if self.viewer.owner else "viewer"
        titles = scenario.titles(live.title)
        return Hello(VERSION, live.id, live.title, role, ENGINE, live.epoch, live.seq, live.branches, titles)

    def _tell(self, message: Any) -> None:
        self.viewer.tell(_text(message))

    def _too_many(self) -> bool:
        now = time.monotonic()
        self._times = [at for at in self._times if now - at < 60]
        self._times.append(now)
        return len(self._times) > MESSAGES_PER_MINUTE

    async def _write(self) -> None:
        async with self._closing_on_errors():
            while True:
                await self.send(await self.viewer.next())

    @contextlib.asynccontextmanager
    async def _closing_on_errors(self) -> AsyncIterator[None]:
        try:
            yield
        except Closing as closing:
            await self.close(closing.code)
        except Exception:
            logger.exception("the stream %s failed", self.scope["path"])
            await self.close(CLOSE_INTERNAL)


NOT_SAVED = "the server cannot write its database at the moment: nothing was changed, try again"


def _text(message: Any) -> str:
    return msgspec.json.encode(message).decode()
