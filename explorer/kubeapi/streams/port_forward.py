"""port-forward over a WebSocket: SPDY inside it (kubectl), or two channels for each port (other clients).

Upstream: apiserver `util/proxy/streamtunnel.go`, kubelet `cri-streaming/portforward/websocket.go`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.place import Place
from explorer import change
from explorer.kubeapi.bucket import Bucket
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import STALLED_S, Exchange
from explorer.kubeapi.streams import channels, steps, targets
from explorer.kubeapi.streams.forwarded import Forwarded, Write
from explorer.kubeapi.streams.places import Lifetime, place
from explorer.kubeapi.streams.spdy import SpdyError
from explorer.kubeapi.streams.tunnel import Tunnel
from explorer.live import LiveRun

TUNNEL = "SPDY/3.1+portforward.k8s.io"
PORTS_MAX = 100
STEPS_PER_SECOND, STEPS_BURST = 50, 200
CLOSE_ERROR, CLOSE_PROTOCOL = 1011, 1002


async def serve(exchange: Exchange, visitor: Visitor, where: Place) -> None:
    """Carry connections until the client goes. Raises what refuses it before it is accepted."""
    targets.pod_of(visitor.live.cluster.world, where.namespace, where.name)
    offered, live = exchange.scope.get("subprotocols") or [], visitor.live
    protocol = None if TUNNEL in offered else channels.chosen(offered, channels.PORT_FORWARD)
    ports = [] if protocol is None else _ports(exchange)
    with place(live):
        if live.cluster.in_past:
            await live.alone(lambda: change.fork(live))
        forward = Forward(exchange, live, where)
        if protocol is None:
            await forward.run(TUNNEL, Tunnel(forward.send, forward.open_port))
        else:
            await forward.run(protocol.name, Channels(forward, protocol, ports))


class Forward:
    """One open port-forward."""

    def __init__(self, exchange: Exchange, live: LiveRun, where: Place) -> None:
        self._exchange, self._live, self._where = exchange, live, where
        self._epoch, self._generation = live.epoch, live.clients.generation
        self._bucket = Bucket(STEPS_PER_SECOND, STEPS_BURST)
        self._lifetime = Lifetime()

    def open_port(self, port: int, write: Write) -> Forwarded:
        """A connection to a port of the pod."""
        return Forwarded(self._live, self._epoch, self._where, port, self._bucket, write)

    async def send(self, data: bytes) -> None:
        """Bytes to the client."""
        await self.say({"type": "websocket.send", "bytes": data})

    async def say(self, message: dict[str, Any]) -> None:
        """A message to the client, once there is room for it; one that does not read is hung up on."""
        flow = self._exchange.flow
        self._lifetime.touch()
        await self._exchange.send(message)
        if flow is not None and not await flow.ready(STALLED_S):
            flow.abort()

    async def run(self, name: str | None, carrier: Tunnel | Channels) -> None:
        """From the handshake to the end."""
        exchange, flow = self._exchange, self._exchange.flow
        exchange.code = 101
        await exchange.send({"type": "websocket.accept", "subprotocol": name})
        if flow is not None:
            flow.begin()
        carrier.begin()
        reading = asyncio.ensure_future(self._read(carrier))
        ended = asyncio.ensure_future(carrier.ended.wait())
        try:
            await self._wait(reading, ended)
        finally:
            for task in (reading, ended):
                task.cancel()
            await carrier.close()
            if flow is not None:
                flow.end()
        failure = carrier.failure or (reading.exception() if reading.done() and not reading.cancelled() else None)
        if failure is not None and not isinstance(failure, SpdyError | ApiError | steps.Moved):
            raise failure
        if failure is not None or not reading.done() or reading.cancelled():
            code = 1000 if failure is None else CLOSE_PROTOCOL if isinstance(failure, SpdyError) else CLOSE_ERROR
            await exchange.send({"type": "websocket.close", "code": code})

    async def _wait(self, reading: asyncio.Future[None], ended: asyncio.Future[Any]) -> None:
        clients = self._live.clients
        while not (reading.done() or ended.done()) and self._lifetime.left():
            pulse = clients.pulse()
            if self._live.epoch != self._epoch or clients.generation != self._generation:
                return
            await asyncio.wait(
                [pulse, reading, ended], timeout=self._lifetime.left(), return_when=asyncio.FIRST_COMPLETED
            )

    async def _read(self, carrier: Tunnel | Channels) -> None:
        """What comes, one message after the other; while one waits for room nothing more is taken."""
        flow = self._exchange.flow
        while (message := await self._exchange.receive())["type"] != "websocket.disconnect":
            self._lifetime.touch()
            feeding = asyncio.ensure_future(carrier.take(message))
            try:
                await asyncio.sleep(0)
                if not feeding.done() and flow is not None:
                    flow.hold()
                await feeding
            finally:
                feeding.cancel()
                if flow is not None:
                    flow.release()


class Channels:
    """A connection for each port: channel 2i carries its data, 2i+1 what goes wrong; each begins with the port (little endian)."""

    def __init__(self, forward: Forward, protocol: channels.Protocol, ports: list[int]) -> None:
        self._forward, self._protocol = forward, protocol
        self._connections = [forward.open_port(port, self._writer(2 * index)) for index, port in enumerate(ports)]
        self._ports = ports
        self._tasks: list[asyncio.Future[None]] = []
        self.failure: BaseException | None = None
        self.ended = asyncio.Event()

    def begin(self) -> None:
        """The connection is accepted."""
        self._tasks = [asyncio.ensure_future(self._carry(index, port)) for index, port in enumerate(self._ports)]

    async def take(self, message: dict[str, Any]) -> None:
        """A frame of the client. Raises ApiError."""
        channel, data = self._protocol.unframed(message)
        if channel % 2 == 0 and channel // 2 < len(self._connections):
            await self._connections[channel // 2].feed(data, False)

    async def close(self) -> None:
        """The client is gone, or is to go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _writer(self, channel: int) -> Write:
        async def write(data: bytes, _fin: bool) -> None:
            for message in self._protocol.frames(channel, data):
                await self._forward.say(message)

        return write

    async def _carry(self, index: int, port: int) -> None:
        try:
            for channel in (2 * index, 2 * index + 1):
                await self._forward.say(self._protocol.frame(channel, port.to_bytes(2, "little")))
            words = await self._connections[index].run()
            if words:
                await self._forward.say(self._protocol.frame(2 * index + 1, words.encode()))
        except Exception as error:
            self.failure = error
            self.ended.set()
        if all(task.done() or number == index for number, task in enumerate(self._tasks)):
            self.ended.set()


def _ports(exchange: Exchange) -> list[int]:
    """The ports of the query. Raises 400 in upstream's words."""
    texts = [text for given in exchange.query.get("ports", ()) for text in given.split(",")]
    if not texts or len(texts) > PORTS_MAX:
        raise bad_request('query parameter "ports" is required' if not texts else f"at most {PORTS_MAX} ports")
    found = []
    for text in texts:
        if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65_536):
            raise bad_request(f'unable to parse "{text[:20]}" as a port')
        if int(text) < 1:
            raise bad_request(f'port "{text}" must be > 0')
        found.append(int(text))
    return found
