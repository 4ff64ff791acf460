"""How long the server's event loop is held: three runs of 10 nodes at 10x, each bringing 50 or 300 pods up, one viewer each.

    .venv/bin/python bench/loop_lag.py [--pods 300] [--seconds 20]

In one process, without a network: the clocks, frames, saves and checkpoints of the explorer on one loop, which a coroutine
asks to wake it every 5 ms. What took longest between two wake-ups is told by name.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ASKED_S = 0.005
HELD_S = 0.05
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 10m, memory: 16Mi}}}]}
"""
held: dict[str, list[float]] = {}


def timed(owner: Any, name: str, told: str) -> None:
    """Note how long each call of a function takes."""
    plain: Callable[..., Any] = getattr(owner, name)

    def noting(*args: Any, **more: Any) -> Any:
        begun = time.perf_counter()
        try:
            return plain(*args, **more)
        finally:
            held.setdefault(told, []).append(time.perf_counter() - begun)

    setattr(owner, name, noting)


async def busy_runs(pods: int) -> list[Any]:
    """Three runs that play at 10x with work before them, each with a viewer."""
    from cluster_core.cluster.command import Command
    from explorer import change, pacing, runs
    from explorer.hub import Viewer

    found = []
    for seed in (1, 2, 3):
        live, _token = await runs.start({"nodes": 10}, seed, "", "", "bench")
        await live.alone(
            lambda live=live: change.command(live, Command("apply", {"manifest": WEB % pods}), "refuse", wait=True)  # type: ignore[misc]
        )
        live.speed = 10.0
        live.hub.join(Viewer(owner=False))
        found.append(live)
    for live in found:
        pacing.play(live)
    return found


async def draw(live: Any) -> None:
    """A browser that takes every frame and acknowledges it."""
    (viewer,) = live.hub.viewers
    while True:
        await viewer.next()
        viewer.acknowledge(viewer.sent_seq)
        if viewer.can_catch_up():
            live.publish()


async def measure(pods: int, seconds: float) -> list[float]:
    """The lags of the loop."""
    from explorer import garbage, pacing

    found = await busy_runs(pods)
    garbage.take_over()
    drawing = [asyncio.create_task(draw(live)) for live in found]
    lags, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        asked = time.perf_counter() + ASKED_S
        await asyncio.sleep(ASKED_S)
        lags.append(max(0.0, time.perf_counter() - asked))
    print(
        f"{pods} pods each: events {[live.cluster.number for live in found]}, at {[live.cluster.now / 1e6 for live in found]} s"
    )
    for task in drawing:
        task.cancel()
    for live in found:
        await pacing.stop(live)
    return sorted(lags)


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orrery-bench-") as var:
        os.environ["ORRERY_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from cluster_core.cluster.cluster import Cluster
        from cluster_core.cluster.history import Checkpoints
        from cluster_core.projection.view import Projector
        from explorer import pacing
        from explorer.live import LiveRun

        call_command("migrate", verbosity=0)
        timed(Checkpoints, "save", "checkpoint")
        timed(Cluster, "state_hash", "state hash")
        timed(Projector, "update", "projection")
        timed(LiveRun, "_snapshot", "snapshot")
        timed(LiveRun, "_delta", "delta")
        timed(LiveRun, "publish", "publish (with hash, projection, frames)")
        timed(pacing._Pace, "slice", "slice (with checkpoints)")
        lags = asyncio.run(measure(given.pods, given.seconds))
    tell(lags)


def tell(lags: list[float]) -> None:
    """Percentiles, and what holds the loop."""
    places = {name: lags[min(len(lags) - 1, int(len(lags) * part))] * 1e3 for name, part in PERCENTILES.items()}
    shown = ", ".join(f"{name} {value:.1f} ms" for name, value in places.items())
    print(
        f"lag of the loop: {shown}; {sum(lag > HELD_S for lag in lags)} of {len(lags)} above {HELD_S * 1e3:.0f} ms; load {os.getloadavg()[0]:.1f}"
    )
    for name, times in sorted(held.items(), key=lambda item: -max(item[1])):
        times.sort()
        over = sum(one > HELD_S for one in times)
        p99 = times[int(len(times) * 0.99)]
        print(
            f"  {name}: {len(times)} times, p50 {times[len(times) // 2] * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms, longest {times[-1] * 1e3:.1f} ms, {over} over"
        )


PERCENTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "longest": 1.0}


if __name__ == "__main__":
    main()
