"""Seek to random instants of a 30-minute run with activity, and fork there: p50 and p99.

    PYTHONHASHSEED=0 .venv/bin/python bench/seek.py [--seeks 100]

Three nodes; every 20 s a command: scaling, a new image, a node that goes down or comes back. Each landing is compared
with the state hash that the straight run had at its last event. Full garbage collections come as in the explorer
(`explorer/garbage.py`): between two calls, never inside one; what they take is printed beside.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pods_ready import MANIFEST
from bench.reference_loop import Stopwatch
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from explorer import garbage

SECOND = 1_000_000
MINUTES = 30
EVERY = 20


def activity(number: int) -> Command:
    """The command of one turn."""
    name = f"web-{number % 3}"
    if number % 9 == 7:
        return Command("fault", {"fault": "node-down", "target": "node-2"})
    if number % 9 == 8:
        return Command("fault", {"fault": "node-up", "target": "node-2"})
    if number % 5 == 4:
        image = f"nginx:1.{20 + number % 7}"
        return Command("apply", {"manifest": MANIFEST.format(name=name, replicas=6).replace("nginx:1.27", image)})
    scale = {"resource": "deployments.apps", "namespace": "default", "name": name, "replicas": 2 + number * 7 % 13}
    return Command("scale", scale)


def live(seed: int) -> tuple[Cluster, dict[int, str]]:
    """The run, and its state hash at the end of every turn, by event number."""
    run, hashes = Cluster(ClusterConfig(), seed), {}
    for place in range(3):
        run.apply(Command("apply", {"manifest": MANIFEST.format(name=f"web-{place}", replicas=6)}))
        run.advance(run.now + SECOND, 10**9)
    for number in range(MINUTES * 60 // EVERY):
        run.apply(activity(number))
        run.advance(run.now + EVERY * SECOND, 10**9)
        hashes[run.number] = run.state_hash()
    return run, hashes


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Make the run, then seek and fork."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeks", type=int, default=100)
    given = parser.parse_args()
    gc.set_threshold(50_000, 20, 1_000)
    start = time.process_time()
    run, hashes = live(11)
    garbage.take_over()
    made = time.process_time() - start
    head, draw = run.head_now, random.Random(1)
    seeks, forks, collections = [], [], []
    with Stopwatch() as watch:
        for _ in range(given.seeks):
            at = draw.randrange(head)
            start = time.process_time()
            run.seek(at=at)
            seeks.append(time.process_time() - start)
            start = time.process_time()
            twin = run.fork()
            forks.append(time.process_time() - start)
            assert twin.state_hash() == run.state_hash(), "a fork begins as its origin"
            start = time.process_time()
            if garbage.tidy(idle=True):
                collections.append(time.process_time() - start)
        for number in list(hashes)[:: max(1, len(hashes) // 20)]:
            run.seek(number=number)
            assert run.state_hash() == hashes[number], "a seek leads to the state of the straight run"
    for what, times in (("seek", seeks), ("fork", forks)):
        middle, late = percentile(times, 0.5), percentile(times, 0.99)
        print(
            f"{what}: p50 {middle * 1e3:.1f} ms, p99 {late * 1e3:.1f} ms CPU "
            f"({middle / watch.reference:.0f} and {late / watch.reference:.0f} reference events)"
        )
    print(
        f"full collections, between the calls: {len(collections)}, the longest {max(collections, default=0) * 1e3:.1f} ms"
    )
    print(
        f"      run of {MINUTES} min: {run.head_number} events, made in {made:.1f} s CPU, "
        f"{len(run.checkpoints)} checkpoints, hash {run.state_hash()}\n      {watch.conditions()}"
    )


if __name__ == "__main__":
    main()
