"""CPU per broadcast to 200 viewers over real WebSockets; and what one viewer that stalls does to the others.

    .venv/bin/python bench/broadcast.py [--viewers 200] [--seconds 20]

A run with activity plays; the server's CPU is read from /proc with one viewer and with all of them, so the difference is
the price of fan-out. Then one more viewer connects and never reads: the others' frames and the server's memory are watched.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from websockets.asyncio.client import connect

from bench.live_server import PORT, LiveServer
from bench.reference_loop import EVENTS, reference_seconds

ACK_S = 0.25


class Watcher:
    """One viewer that reads and acknowledges; counts frames and keeps the times between them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.frames = 0
        self.bytes = 0
        self.gaps: list[float] = []

    async def watch(self) -> None:
        """Read until cancelled."""
        acked = last = time.monotonic()
        async with connect(self.url, max_size=None, compression=None) as stream:
            async for text in stream:
                now = time.monotonic()
                if '"t":"delta"' not in text[:20] and '"t":"snapshot"' not in text[:24]:
                    continue
                self.frames, self.bytes = self.frames + 1, self.bytes + len(text)
                self.gaps.append(now - last)
                last = now
                if now - acked >= ACK_S:
                    message = json.loads(text)
                    await stream.send(json.dumps({"t": "ack", "epoch": message["epoch"], "seq": message["seq"]}))
                    acked = now


async def phase(server: LiveServer, watchers: list[Watcher], seconds: float) -> dict[str, Any]:
    """What a stretch of time costs: server CPU, frames of one viewer, the late gaps, memory."""
    for watcher in watchers:
        watcher.frames, watcher.bytes, watcher.gaps = 0, 0, []
    cpu, memory = server.cpu(), server.memory()
    await asyncio.sleep(seconds)
    gaps = sorted(gap for watcher in watchers for gap in watcher.gaps)
    frames = max(watcher.frames for watcher in watchers)
    return {
        "cpu": server.cpu() - cpu,
        "frames": frames,
        "sent": sum(watcher.frames for watcher in watchers),
        "bytes": max(watcher.bytes for watcher in watchers) / max(frames, 1),
        "gap_p99": gaps[int(0.99 * len(gaps))] if gaps else float("nan"),
        "grown": server.memory() - memory,
    }


def stalled(url: str) -> socket.socket:
    """A viewer that shakes hands and then never reads."""
    viewer = socket.create_connection(("127.0.0.1", PORT))
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    viewer.sendall(
        (
            f"GET {urlsplit(url).path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
    )
    return viewer


async def churn(server: LiveServer, run: dict[str, Any]) -> None:
    """Keep the run busy: scale up and down every two seconds."""
    for number in range(10_000):
        body = {
            "kind": "scale",
            "resource": "deployments.apps",
            "namespace": "default",
            "name": "web",
            "replicas": 2 + number % 2 * 8,
        }
        await asyncio.to_thread(server.call, "POST", f"runs/{run['id']}/commands/", body, run["token"])
        await asyncio.sleep(2)


async def measure(server: LiveServer, viewers: int, seconds: float) -> None:
    """The three phases."""
    run = server.call("POST", "runs/", {"scenario": "rolling-update", "play": True})
    url = server.stream(run["id"])
    busy = asyncio.create_task(churn(server, run))
    watchers = [Watcher(url)]
    tasks = [asyncio.create_task(watchers[0].watch())]
    await asyncio.sleep(5)
    alone = await phase(server, watchers, seconds)
    watchers += [Watcher(url) for _ in range(viewers - 1)]
    for watcher in watchers[1:]:
        tasks.append(asyncio.create_task(watcher.watch()))
        await asyncio.sleep(0.01)
    await asyncio.sleep(3)
    many = await phase(server, watchers, seconds)
    dead = stalled(url)
    await asyncio.sleep(1)
    beside = await phase(server, watchers, seconds)
    for task in [busy, *tasks]:
        task.cancel()
    await asyncio.gather(busy, *tasks, return_exceptions=True)
    dead.close()
    report(viewers, alone, many, beside)


def report(viewers: int, alone: dict[str, Any], many: dict[str, Any], beside: dict[str, Any]) -> None:
    """The figures."""
    reference = reference_seconds() / EVENTS
    fan_out = many["cpu"] / many["frames"] - alone["cpu"] / alone["frames"]
    print(
        f"{viewers} viewers, frames of {many['bytes']:.0f} bytes: {fan_out * 1e3:.2f} ms CPU per broadcast above one viewer "
        f"({fan_out / reference:.0f} reference events), {many['sent'] / (viewers * many['frames']):.1%} of frames delivered, "
        f"gap between frames p99 {many['gap_p99'] * 1e3:.0f} ms"
    )
    print(
        f"beside a stalled viewer: {beside['sent'] / (viewers * beside['frames']):.1%} of frames delivered, gap p99 "
        f"{beside['gap_p99'] * 1e3:.0f} ms, memory {beside['grown'] / 1e6:+.1f} MB (before: {many['grown'] / 1e6:+.1f} MB)"
    )


def main() -> None:
    """Start the server and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    with LiveServer() as server:
        asyncio.run(measure(server, given.viewers, given.seconds))


if __name__ == "__main__":
    main()
