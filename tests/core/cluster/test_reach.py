"""What the programs in pods reach on the network of a whole cluster."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.reach import WorldReach
from cluster_core.sim.kernel import US_PER_SECOND as SECOND

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: c, image: redis, ports: [{containerPort: 6379}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 6379}]}
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster(ClusterConfig(nodes=2), 4)
    made.apply(Command("apply", {"manifest": PODS}))
    made.advance(30 * SECOND, 1_000_000)
    return made


CASES = [
    ("client", "db", 6379, True),
    ("client", "db.default.svc.cluster.local", 6379, True),
    ("client", "db", 80, False),
    ("client", "nobody", 6379, False),
    ("client", "db", 0, True),
    ("client", "nobody", 0, False),
    ("missing", "db", 6379, False),
]


@pytest.mark.parametrize(("pod", "host", "port", "expected"), CASES)
def test_answers(cluster: Cluster, pod: str, host: str, port: int, expected: bool) -> None:
    assert WorldReach(cluster.world).answers("default", pod, host, port) is expected


def test_asking_changes_nothing(cluster: Cluster) -> None:
    before = cluster.state_hash()
    WorldReach(cluster.world).answers("default", "client", "db", 6379)
    assert cluster.state_hash() == before
