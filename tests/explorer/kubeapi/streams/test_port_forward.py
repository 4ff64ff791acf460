"""port-forward over WebSockets, in process: SPDY as kubectl speaks it, channels as other clients do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster_core.sim.limits import LimitExceeded
from explorer.kubeapi.streams import spdy
from explorer.kubeapi.streams.port_forward import TUNNEL
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import PATIENCE_S, Line
from tests.explorer.kubeapi.streams.pods import PODS, World, pod, world

pytestmark = pytest.mark.asyncio
WEB = pod("web", image="nginx", ports=[{"containerPort": 80}])
DATABASE = pod("db", image="redis", ports=[{"containerPort": 6379}])
FORWARD = f"{PODS}/web/portforward"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Client:
    """kubectl's side of a tunnel."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.reader, self.writer = spdy.Reader(), spdy.Writer()
        self.data: dict[int, bytes] = {}
        self.ended: set[int] = set()
        self.replied: list[int] = []
        self.others: list[spdy.Frame] = []
        self.code: int | None = None
        self._next = 1

    def send(self, data: bytes) -> None:
        self.line.incoming.put_nowait({"type": "websocket.receive", "bytes": data})

    def open(self, port: int | str, request: str) -> int:
        """An error stream and a data stream; the number of the data stream."""
        error, data = self._next, self._next + 2
        self._next += 4
        headers = {"port": str(port), "requestid": request}
        self.send(self.writer.syn_stream(error, {**headers, "streamtype": "error"}) + spdy.data(error, b"", fin=True))
        self.send(self.writer.syn_stream(data, {**headers, "streamtype": "data"}))
        return data

    async def step(self) -> bool:
        """Read one message; False at the end."""
        message = await self.line.next()
        if message is None or message["type"] == "websocket.close":
            self.code = message["code"] if message else None
            return False
        for frame in self.reader.feed(message["bytes"]):
            if frame.kind == spdy.DATA:
                self.data[frame.stream] = self.data.get(frame.stream, b"") + frame.data
                self.ended |= {frame.stream} if frame.fin else set()
            elif frame.kind == spdy.SYN_REPLY:
                self.replied.append(frame.stream)
            else:
                self.others.append(frame)
        return True

    async def until_ended(self, stream: int) -> None:
        """Read until the data stream and its error stream are at their ends."""
        while not {stream, stream - 2} <= self.ended:
            assert await self.step()


async def tunnel(at: World, path: str = FORWARD) -> Client:
    line = at.socket(path, TUNNEL)
    assert await line.next() == {"type": "websocket.accept", "subprotocol": TUNNEL}
    return Client(line)


async def test_requests_over_a_tunnel(api: Api) -> None:
    at = await world(api, WEB)
    before = at.live.cluster.now
    client = await tunnel(at)
    first, second = client.open(80, "0"), client.open(80, "1")
    client.send(spdy.data(second, GET[:10]))
    client.send(spdy.data(first, GET))
    await client.until_ended(first)
    client.send(spdy.data(second, GET[10:]))
    await client.until_ended(second)
    for stream in (first, second):
        assert client.data[stream].startswith(b"HTTP/1.1 200 OK\r\n")
        assert client.data.get(stream - 2, b"") == b""
    assert sorted(client.replied) == [1, 3, 5, 7]
    # Two requests: two commands of the log, and a paused run stays where it is.
    assert sum(given.kind == "forward" for given in at.live.cluster.commands) == 2
    assert at.live.cluster.now - before < 1000
    client.send(spdy.ping(9))
    while not client.others:
        await client.step()
    assert client.others == [spdy.Frame(spdy.PING, number=9)]
    await client.line.hang_up("websocket.disconnect")
    assert at.live.clients.streams == 0


async def test_nobody_listens(api: Api) -> None:
    at = await world(api, WEB)
    client = await tunnel(at)
    stream = client.open(81, "0")
    await client.until_ended(stream)
    assert client.data[stream - 2].startswith(b"error forwarding port 81 to pod ")
    assert b"dial tcp4 127.0.0.1:81: connect: connection refused" in client.data[stream - 2]
    # The tunnel goes on.
    again = client.open(80, "1")
    client.send(spdy.data(again, GET, fin=True))
    await client.until_ended(again)
    assert b"200 OK" in client.data[again]
    await client.line.hang_up("websocket.disconnect")


async def test_a_connection_that_stays_open(api: Api) -> None:
    at = await world(api, DATABASE)
    client = await tunnel(at, f"{PODS}/db/portforward")
    stream = client.open(6379, "0")
    for _ in range(2):
        client.data.clear()
        client.send(spdy.data(stream, b"PING\r\n"))
        while client.data.get(stream) != b"+PONG\r\n":
            assert await client.step()
    client.send(spdy.data(stream, b"", fin=True))
    await client.until_ended(stream)
    await client.line.hang_up("websocket.disconnect")


@pytest.mark.parametrize("port", ["x", "0", "70000", ""])
async def test_streams_that_cannot_be(api: Api, port: str) -> None:
    at = await world(api, WEB)
    client = await tunnel(at)
    client.open(port, "0")
    while len(client.others) < 2:
        await client.step()
    assert {frame.number for frame in client.others} == {spdy.REFUSED_STREAM}
    await client.line.hang_up("websocket.disconnect")


@pytest.mark.parametrize(
    "sent", [b"\x80\x02\0\x01\0\0\0\0", b"\x80\x03\0\x01\0\xff\xff\xff", b"\x80\x03\0\x01\0\0\0\0"]
)
async def test_bytes_that_are_no_spdy(api: Api, sent: bytes) -> None:
    at = await world(api, WEB)
    client = await tunnel(at)
    client.send(sent)
    assert not await client.step()
    assert client.code == 1002


async def test_there_are_so_many_connections(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.kubeapi.streams.tunnel.PAIRS_MAX", 1)
    at = await world(api, WEB)
    client = await tunnel(at)
    client.open(80, "0")
    client.open(80, "1")
    while len(client.others) < 2:
        await client.step()
    assert [frame.stream for frame in client.others] == [5, 7]
    client.send(spdy.rst_stream(3, 5))
    third = client.open(80, "2")
    client.send(spdy.data(third, GET))
    await client.until_ended(third)
    await client.line.hang_up("websocket.disconnect")


async def test_a_seek_ends_it_and_the_past_is_forked(api: Api) -> None:
    at = await world(api, WEB)
    client = await tunnel(at)
    await at.clock(action="seek", at=at.live.cluster.now - 1)
    assert not await client.step()
    assert client.code == 1000
    again = await tunnel(at)
    stream = again.open(80, "0")
    again.send(spdy.data(stream, GET))
    await again.until_ended(stream)
    assert len(at.live.branches) == 2
    await again.line.hang_up("websocket.disconnect")


@pytest.mark.parametrize("offered", [["v4.channel.k8s.io"], []])
async def test_channels(api: Api, offered: list[str]) -> None:
    at = await world(api, WEB)
    line = at.socket(f"{FORWARD}?ports=80&ports=81", *offered)
    assert (await line.next())["type"] == "websocket.accept"
    line.incoming.put_nowait({"type": "websocket.receive", "bytes": b"\0" + GET})
    found: dict[int, bytes] = {}
    while (message := await line.next())["type"] == "websocket.send":
        channel, data = message["bytes"][0], message["bytes"][1:]
        found[channel] = found.get(channel, b"") + data
    # Both connections are over.
    assert message == {"type": "websocket.close", "code": 1000}
    assert [found[channel][:2] for channel in range(4)] == [b"P\0", b"P\0", b"Q\0", b"Q\0"]
    assert found[0][2:].startswith(b"HTTP/1.1 200 OK")
    assert (found[1][2:], found[2][2:]) == (b"", b"")
    assert b"connection refused" in found[3]
    await asyncio.wait_for(line.task, PATIENCE_S)


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        (FORWARD, 400, 'query parameter "ports" is required'),
        (f"{FORWARD}?ports=x", 400, 'unable to parse "x" as a port'),
        (f"{FORWARD}?ports=0", 400, 'port "0" must be > 0'),
        (f"{PODS}/none/portforward?ports=80", 404, 'pods "none" not found'),
    ],
)
async def test_what_is_refused(api: Api, path: str, code: int, words: str) -> None:
    at = await world(api, WEB)
    status: dict[str, Any] = await at.refused(path)
    assert (status["code"], words in status["message"]) == (code, True)
    answer = await at.client.ask("POST", FORWARD, upgrade="SPDY/3.1")
    assert (answer.code, "kubectl 1.31" in answer.json["message"]) == (400, True)


async def test_what_fails_is_said_on_the_error_stream(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await world(api, WEB)

    async def full(*_: Any) -> Any:
        raise LimitExceeded("commands", 3)

    monkeypatch.setattr("explorer.change.command", lambda *_, **__: full())
    client = await tunnel(at)
    stream = client.open(80, "0")
    client.send(spdy.data(stream, GET))
    await client.until_ended(stream)
    assert b"at most 3 commands" in client.data[stream - 2]
    large = client.open(80, "1")
    client.send(spdy.data(large, b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"))
    await client.until_ended(large)
    assert b"a request of more than 1024 KiB" in client.data[large - 2]
    await client.line.hang_up("websocket.disconnect")
