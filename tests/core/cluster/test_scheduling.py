"""A decision is explained again from the world as it was when it was made."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig, Machine
from cluster_core.sim.kernel import US_PER_SECOND

POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: default}
spec:
  containers: [{name: c, image: nginx, resources: {requests: {cpu: "CPU"}}}]
"""


def _apply(cluster: Cluster, name: str, cpu: str) -> None:
    cluster.apply(Command("apply", {"manifest": POD.replace("NAME", name).replace("CPU", cpu)}))
    cluster.advance(cluster.now + 5 * US_PER_SECOND, 100_000)


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    machines = tuple(Machine(f"n{number}", "4", "8Gi") for number in (1, 2, 3))
    cluster = Cluster(ClusterConfig(machines=machines, kube_system=False, etcd_members=1), 4)
    for name in ("a", "b", "c", "d"):
        _apply(cluster, name, "1")
    _apply(cluster, "large", "9")
    return cluster


def test_the_decisions_are_those_that_were_made(cluster: Cluster) -> None:
    pods = cluster.world.objects("pods")
    before = cluster.state_hash()
    for name in ("a", "b", "c", "d"):
        card = cluster.decision(f"default/{name}")
        assert card["node"] == pods[f"default/{name}"]["spec"]["nodeName"]
        verdict = cluster.world.scheduler.verdicts[f"default/{name}"]
        totals = {row["name"]: row["total"] for row in card["nodes"]}
        assert totals == verdict.totals
        assert (card["at"], card["attempt"], card["tied"]) == (verdict.at, 1, verdict.tied)
    assert cluster.state_hash() == before, "looking changes nothing"


def test_what_was_explained_is_remembered(cluster: Cluster) -> None:
    first = cluster.decision("default/a")
    again = cluster.begin_decision("default/a")
    assert again is not None and again.twin is None and again.approach(0) and again.card() == first
    some = cluster.decision("default/a", part="n2")
    assert [row["name"] for row in some["nodes"]] == ["n2"]
    twin = cluster.fork()
    assert not twin.explained, "another branch has decisions of its own"


def test_an_older_moment_has_the_older_decision(cluster: Cluster) -> None:
    card = cluster.decision("default/a")
    head = cluster.number
    cluster.seek(at=12 * US_PER_SECOND)
    assert cluster.decision("default/a") == card
    assert [one["pod"] for one in cluster.scheduling()[0]["decided"]] == ["default/c", "default/b", "default/a"]
    with pytest.raises(LookupError):
        cluster.decision("default/large")
    cluster.seek(number=head)


def test_what_would_be_decided_now(cluster: Cluster) -> None:
    card = cluster.decision("default/large", now=True)
    assert card["message"].startswith("0/3 nodes are available: 3 Insufficient cpu.")
    assert card["at"] == cluster.now
    with pytest.raises(LookupError, match="no decision about it is recorded"):
        cluster.decision("default/a", now=True)
    with pytest.raises(LookupError, match="there is no pod"):
        cluster.decision("default/nobody")


def test_a_decision_that_the_scheduler_has_forgotten_is_found_in_the_trace(cluster: Cluster) -> None:
    card = cluster.decision("default/b")
    cluster.world.scheduler.verdicts.clear()
    assert cluster.decision("default/b") == card


def test_what_was_decided_as_the_cluster_came_up_has_no_history() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, etcd_members=1), 4)
    pod = next(one.pod for one in cluster.world.scheduler.verdicts.values())
    with pytest.raises(LookupError, match="as the cluster came up"):
        cluster.decision(pod)
