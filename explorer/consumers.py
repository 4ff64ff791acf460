"""The WebSocket of one viewer: hello, a snapshot, then deltas; acknowledgements, clock calls and commands come back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncWebsocketConsumer

from cluster_core import ENGINE
from cluster_core.api.yaml import ManifestError
from cluster_core.cluster.cluster import NotYetError, PastError
from cluster_core.cluster.command import Command, CommandError
from cluster_core.sim.limits import LimitExceeded
from explorer import clock, runs
from explorer.hub import Viewer
from explorer.live import LiveRun
from explorer.models import Run
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
    Resume,
)

MESSAGE_MAX = 3 * 1024 * 1024 + 4096
MESSAGES_PER_MINUTE = 600

CLOSE_UNKNOWN_RUN = 4404
CLOSE_BAD_MESSAGE = 1008
CLOSE_TOO_BIG = 1009
CLOSE_TOO_MANY = 4429

_decoder = msgspec.json.Decoder(ClientMessage)


class RunConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One viewer of one run."""

    live: LiveRun
    viewer: Viewer

    async def connect(self) -> None:
        """Accept, say hello, and let the writer send the first snapshot."""
        self._writer: asyncio.Task[None] | None = None
        self._times: list[float] = []
        try:
            run_id = self.scope["url_route"]["kwargs"]["run_id"]
            self.live = await runs.find(run_id)
            row = await sync_to_async(Run.objects.get)(pk=run_id)
        except (runs.UnknownRun, Run.DoesNotExist) as error:
            await self.accept()
            await self.close(CLOSE_UNKNOWN_RUN)
            raise DenyConnection from error
        token, owner = owner_of_scope(self.scope)
        self.viewer = Viewer(runs.may_change(row, token, owner))
        await self.accept()
        live = self.live
        role = "owner" if self.viewer.owner else "viewer"
        hello = Hello(VERSION, live.id, live.title, role, ENGINE, live.epoch, live.seq, live.branches)
        await self.send(msgspec.json.encode(hello).decode())
        live.hub.join(self.viewer)
        self._writer = asyncio.get_running_loop().create_task(self._write())
        live.publish()

    async def disconnect(self, code: int) -> None:
        """Stop writing; the run goes on."""
        if self._writer is not None:
            self.live.hub.leave(self.viewer)
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One message of the browser: checked, counted, carried out."""
        if text_data is None or len(text_data) > MESSAGE_MAX:
            await self.close(CLOSE_TOO_BIG if text_data else CLOSE_BAD_MESSAGE)
            return
        if self._too_many():
            await self.close(CLOSE_TOO_MANY)
            return
        try:
            message = _decoder.decode(text_data)
        except (msgspec.DecodeError, RecursionError):
            await self.close(CLOSE_BAD_MESSAGE)
            return
        await self._carry_out(message)

    async def _carry_out(self, message: Any) -> None:
        match message:
            case Ack(epoch=epoch, seq=seq):
                if epoch == self.live.epoch:
                    self.viewer.acked_seq = max(self.viewer.acked_seq, min(seq, self.live.seq))
            case Resume():
                self.viewer.behind = True
                self.live.publish()
            case ClockCall() | CommandCall() if not self.viewer.owner:
                self._tell(Notice("notice.view-only", {}))
            case ClockCall():
                await self._clock(message)
            case CommandCall():
                self._tell(await self._command(message))

    async def _clock(self, call: ClockCall) -> None:
        fields = {name: value for name, value in msgspec.structs.asdict(call).items() if value is not None}
        try:
            await clock.carry_out(self.live, fields)
        except (clock.ClockError, NotYetError, LimitExceeded) as error:
            self._tell(Notice("notice.clock-refused", {"message": str(error)}))
        self.live.publish()

    async def _command(self, call: CommandCall) -> CommandDone:
        fields = msgspec.structs.asdict(call)
        names = ("manifest", "resource", "namespace", "name", "replicas", "fault", "target")
        params = {name: fields[name] for name in names if fields[name] not in ("", None)}
        given = Command(call.kind, params, client_id=call.client_id[:80])
        try:
            given.parsed()
            await runs.at_head(self.live, given, "fork" if call.fork else "head")
            results = await runs.command(self.live, given, wait=True)
        except (CommandError, ManifestError, PastError, LimitExceeded) as error:
            return CommandDone(call.client_id, False, [], str(error))
        self.live.publish()
        results = results or []
        return CommandDone(call.client_id, not any(result["error"] for result in results), results, "")

    def _tell(self, message: Any) -> None:
        self.viewer.tell(msgspec.json.encode(message).decode())

    def _too_many(self) -> bool:
        now = time.monotonic()
        self._times = [at for at in self._times if now - at < 60]
        self._times.append(now)
        return len(self._times) > MESSAGES_PER_MINUTE

    async def _write(self) -> None:
        while True:
            await self.send(await self.viewer.next())
            if self.viewer.can_catch_up():
                self.live.publish()
