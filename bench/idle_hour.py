"""One idle virtual hour of 50 nodes with 1,000 pods: leases, heartbeats, probes and resyncs are closed formulas.

PYTHONHASHSEED=0 .venv/bin/python bench/idle_hour.py
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pods_ready import cluster, workload
from bench.reference_loop import Stopwatch
from cluster_core.cluster.conditions import parse_condition

HOUR = 3_600_000_000
SETTLE = 120_000_000


def main() -> None:
    """Bring the cluster up, let it come to rest, and let an hour pass."""
    gc.set_threshold(100_000, 50, 1_000)
    run = cluster(50)
    for command in workload(1_000):
        run.run_until_answered(run.apply(command))
    assert run.run_until(parse_condition("available() && ready()"), HOUR, 10**9)
    run.advance(run.now + SETTLE, 10**9)
    start = run.number
    with Stopwatch() as watch:
        run.advance(run.now + HOUR, 10**9)
    print(
        f"50 nodes 1000 pods, one idle virtual hour: {run.number - start} events, {watch.cpu * 1e3:.2f} ms CPU, "
        f"{watch.ratio(1):.0f} reference events, hash {run.state_hash()}\n      {watch.conditions()}"
    )


if __name__ == "__main__":
    main()
