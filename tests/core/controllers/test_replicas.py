"""ReplicaSets and ReplicationControllers in a whole small cluster."""

from __future__ import annotations

import pytest

from tests.core.controllers.small_cluster import SmallCluster, pod, replicaset

KINDS = [("ReplicaSet", "replicasets.apps"), ("ReplicationController", "replicationcontrollers")]


@pytest.mark.parametrize(("kind", "resource"), KINDS)
def test_pods_are_made_replaced_and_given_up(kind: str, resource: str) -> None:
    cluster = SmallCluster()
    cluster.create(replicaset("rs", 3, kind))
    cluster.run(3)
    found = cluster.get(resource, "rs")
    assert found is not None
    assert (found["status"]["replicas"], found["status"]["readyReplicas"], found["status"]["availableReplicas"]) == (
        3,
        3,
        3,
    )
    assert ("terminatingReplicas" in found["status"]) == (kind == "ReplicaSet")
    victim = cluster.all("pods")[0]["metadata"]["name"]
    cluster.delete("pods", victim)
    cluster.run(3)
    assert len(cluster.all("pods")) == 3
    assert victim not in {one["metadata"]["name"] for one in cluster.all("pods")}
    cluster.patch(resource, "rs", {"spec": {"replicas": 1}})
    cluster.run(3)
    assert len(cluster.all("pods")) == 1


def test_an_orphan_is_adopted_and_a_stranger_released() -> None:
    cluster = SmallCluster()
    cluster.create(pod("lonely", "app: rs"))
    cluster.create(replicaset("rs", 2))
    cluster.run(3)
    names = {one["metadata"]["name"] for one in cluster.all("pods")}
    assert "lonely" in names and len(names) == 2
    cluster.patch("pods", "lonely", {"metadata": {"labels": {"app": "free"}}})
    cluster.run(3)
    lonely = cluster.get("pods", "lonely")
    assert lonely is not None and not lonely["metadata"].get("ownerReferences")
    assert len(cluster.all("pods")) == 3


def test_a_replicaset_that_is_going_adopts_nothing() -> None:
    cluster = SmallCluster()
    cluster.create(replicaset("rs", 1))
    cluster.run(3)
    cluster.delete("replicasets.apps", "rs", propagation_policy="Orphan")
    cluster.run(3)
    assert not cluster.all("replicasets.apps")
    (left,) = cluster.all("pods")
    assert not left["metadata"].get("ownerReferences")


def test_creations_start_slowly() -> None:
    """1, 2, 4, … at a time: a mistake in the template costs one request, not twenty."""
    cluster = SmallCluster()
    text = replicaset("rs", 20).replace("    spec:\n", "    spec:\n      serviceAccountName: nobody\n")
    cluster.create(text)
    cluster.run(0.05)
    refused = [entry for entry in cluster.told("api.refused") if entry["resource"] == "pods"]
    assert 0 < len(refused) < 8
    cluster.create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: nobody}}")
    cluster.run(20)
    assert len(cluster.all("pods")) == 20, "what was never asked for is not awaited"


def test_deletion_cost_decides_before_age() -> None:
    cluster = SmallCluster()
    cluster.create(replicaset("rs", 4))
    cluster.run(3)
    cheap = cluster.all("pods")[2]["metadata"]["name"]
    note = {"controller.kubernetes.io/pod-deletion-cost": "-1"}
    cluster.patch("pods", cheap, {"metadata": {"annotations": note}})
    cluster.patch("replicasets.apps", "rs", {"spec": {"replicas": 3}})
    cluster.run(3)
    assert cheap not in {one["metadata"]["name"] for one in cluster.all("pods")}


def test_terminating_pods_are_counted() -> None:
    cluster = SmallCluster()
    cluster.create(replicaset("rs", 2).replace('term-seconds: "0.5"', 'term-seconds: "5"'))
    cluster.run(3)
    cluster.delete("pods", cluster.all("pods")[0]["metadata"]["name"])
    cluster.run(1)
    found = cluster.get("replicasets.apps", "rs")
    assert found is not None and (found["status"]["replicas"], found["status"]["terminatingReplicas"]) == (2, 1)
    cluster.run(8)
    found = cluster.get("replicasets.apps", "rs")
    assert found is not None and found["status"]["terminatingReplicas"] == 0
