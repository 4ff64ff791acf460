"""Frames of a stranger: whatever comes over the WebSockets of streams, the run goes on and every place is given back."""

from __future__ import annotations

import asyncio
import random

import pytest

from explorer.kubeapi.streams import spdy
from explorer.kubeapi.streams.port_forward import TUNNEL
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import PATIENCE_S
from tests.explorer.kubeapi.streams.pods import PODS, pod, world

pytestmark = pytest.mark.asyncio
ROUNDS = 12


def noise(draws: random.Random) -> bytes:
    return bytes(draws.choice((0, 1, 2, 3, 4, 128, 255, draws.randrange(256))) for _ in range(draws.randrange(40)))


def almost(draws: random.Random) -> bytes:
    """SPDY that is nearly right."""
    writer = spdy.Writer()
    headers = {"streamtype": draws.choice(["error", "data", "x"]), "port": draws.choice(["80", "81", "-1", "x"])}
    frames = [
        writer.syn_stream(draws.choice([1, 2, 3, 5]), headers, draws.random() < 0.2),
        spdy.data(draws.choice([1, 3, 9]), noise(draws), draws.random() < 0.2),
        spdy.rst_stream(draws.choice([1, 3]), 5),
        spdy.ping(1),
        spdy.goaway(1),
        noise(draws),
    ]
    sent = bytearray(b"".join(draws.choices(frames, k=5)))
    if draws.random() < 0.5:
        sent[draws.randrange(len(sent))] ^= 1 << draws.randrange(8)
    return bytes(sent)


@pytest.mark.parametrize("kind", ["exec", "attach", "tunnel", "channels"])
async def test_any_frames(api: Api, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    at = await world(api, pod("box", "sh", stdin=True, tty=True))
    path, offered = {
        "exec": (f"{PODS}/box/exec?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io"),
        "attach": (f"{PODS}/box/attach?stdin=true&stdout=true&tty=true", "v4.channel.k8s.io"),
        "tunnel": (f"{PODS}/box/portforward", TUNNEL),
        "channels": (f"{PODS}/box/portforward?ports=80,81", "v4.channel.k8s.io"),
    }[kind]
    draws = random.Random(kind)
    for _ in range(ROUNDS):
        line = at.socket(path, offered)
        assert (await line.next())["type"] == "websocket.accept"
        for _ in range(draws.randrange(6)):
            sent = almost(draws) if kind == "tunnel" else noise(draws)
            line.incoming.put_nowait({"type": "websocket.receive", "bytes": sent})
            await asyncio.sleep(0)
        line.incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})
        # A failure of ours would come out here.
        await asyncio.wait_for(line.task, PATIENCE_S)
    assert (at.live.clients.streams, at.live.clients.sessions) == (0, set())
    assert all(one.ended for one in at.live.cluster.world.streams.sessions.values())
    assert (await at.client.get(f"{PODS}/box")).code == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
