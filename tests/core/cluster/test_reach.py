"""What the programs in pods reach on the network of a whole cluster."""

from __future__ import annotations

import pytest

from cluster_core.api.service_account_token import claims_of
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
    reach = WorldReach(cluster.world)
    found = reach.resolve("default", pod, host, "A", "")
    if port and found.addresses:
        assert (reach.connect("default", pod, found.addresses[0], port, "TCP").result == "open") is expected
    else:
        assert bool(found.addresses) is expected


def test_who_accepts_and_what_comes_back(cluster: Cluster) -> None:
    reach = WorldReach(cluster.world)
    address = reach.resolve("default", "client", "db", "A", "").addresses[0]
    assert reach.connect("default", "client", address, 6379, "TCP").peer.endswith("|6379")
    assert reach.exchange("default", "client", address, 6379, b"PING\r\n").data == b"+PONG\r\n"
    assert reach.connect("default", "client", address, 80, "TCP").result in ("refused", "lost", "unreachable")
    assert reach.connect("default", "client", "127.0.0.1", 1, "TCP").result == "refused"


def test_asking_changes_nothing(cluster: Cluster) -> None:
    before = cluster.state_hash()
    reach = WorldReach(cluster.world)
    found = reach.resolve("default", "client", "db", "A", "")
    reach.connect("default", "client", found.addresses[0], 6379, "TCP")
    assert reach.ping("default", "client", "10.244.1.1").result in ("open", "unreachable", "lost")
    assert cluster.state_hash() == before


def test_the_token_of_a_pod_is_its_accounts(cluster: Cluster) -> None:
    world = cluster.world
    pod = world.objects("pods")["default/client"]
    claims = claims_of(world.sim.streams.seed, WorldReach(world).token(pod))
    assert claims is not None and claims["sub"] == "system:serviceaccount:default:default"
