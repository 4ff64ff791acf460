"""Pods created → Ready per CPU-second, with full fidelity, and the exponent of growth.

    PYTHONHASHSEED=0 .venv/bin/python bench/pods_ready.py [--nodes 100] [--pods 1000 5000 20000]

Deployments of 100 pods, each behind a Service, on one cluster whose clients have no rate limits (as upstream's
scalability tests lift them): every pod is created by a ReplicaSet, scheduled, bound, started by a kubelet and reported,
with all Events, conditions, ReplicaSet, Deployment, Endpoints and EndpointSlice updates going through three Raft members.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.reference_loop import Stopwatch
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.conditions import parse_condition
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.limits import Limits

PER_DEPLOYMENT = 100
UNLIMITED = Limits(
    nodes=10_000, pods=300_000, services=10_000, objects=10**7, trace_entries=10**8, pending_events=10**8
)
MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
        resources: {{requests: {{cpu: 10m, memory: 16Mi}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
---"""


def cluster(nodes: int, seed: int = 7, pods_per_node: int = 110) -> Cluster:
    """A booted cluster of large machines whose control plane has no client limits."""
    config = ClusterConfig(
        nodes=nodes,
        limits=UNLIMITED,
        controller_qps=0,
        scheduler_qps=0,
        node_cpu="64",
        node_memory="256Gi",
        node_pods=pods_per_node,
    )
    return Cluster(config, seed)


def workload(pods: int, per_deployment: int = PER_DEPLOYMENT) -> list[Command]:
    """The manifests: pods / 100 Deployments with a Service each, 40 Deployments in a command."""
    texts = [
        MANIFEST.format(name=f"web-{place}", replicas=min(per_deployment, pods))
        for place in range(max(1, pods // per_deployment))
    ]
    return [Command("apply", {"manifest": "".join(texts[place : place + 40])}) for place in range(0, len(texts), 40)]


def measure(nodes: int, pods: int) -> tuple[float, float]:
    """Bring up `pods` pods; prints a row; returns (pods per CPU-second, reference events per pod)."""
    run = cluster(nodes, pods_per_node=max(110, 2 * pods // nodes))
    gc.freeze()
    revision = run.world.revision
    with Stopwatch() as watch:
        for command in workload(pods):
            run.run_until_answered(run.apply(command))
        ready = run.run_until(parse_condition("available() && ready()"), 3_600_000_000, 10**9)
    assert ready, "not every pod became Ready"
    writes = (run.world.revision - revision) / pods
    rate = pods / watch.cpu
    print(
        f"{nodes:>5} nodes {pods:>6} pods  {rate:8.1f} pods/CPU-s  {watch.ratio(pods):9.1f} reference events/pod  "
        f"{run.number / pods:6.1f} events/pod  {writes:5.1f} writes/pod  virtual {run.now / 1e6:7.1f} s  "
        f"hash {run.state_hash()}\n      {watch.conditions()}",
        flush=True,
    )
    return rate, watch.ratio(pods)


def main() -> None:
    """Measure each size; the exponent is that of CPU time between the smallest and the largest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--pods", type=int, nargs="+", default=[1_000, 5_000, 20_000])
    given = parser.parse_args()
    gc.set_threshold(100_000, 50, 1_000)
    costs = [(pods, measure(given.nodes, pods)[1] * pods) for pods in given.pods]
    if len(costs) > 1:
        (small, cheap), (large, dear) = costs[0], costs[-1]
        print(f"growth exponent {math.log(dear / cheap) / math.log(large / small):.3f} ({small:,} → {large:,} pods)")


if __name__ == "__main__":
    main()
