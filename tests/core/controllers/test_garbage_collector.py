"""Garbage collection by owner references."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster, deployment

FREE = "{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME, ownerReferences: [OWNERS]}}"


def _config(cluster: SmallCluster, name: str, *owners: str, blocks: bool = False) -> str:
    """A ConfigMap with these owners (uids); its own uid."""
    refs = ", ".join(
        f"{{apiVersion: v1, kind: ConfigMap, name: x, uid: {uid}, blockOwnerDeletion: {str(blocks).lower()}}}"
        for uid in owners
    )
    (made,) = cluster.create(FREE.replace("NAME", name).replace("OWNERS", refs))
    return str(made["metadata"]["uid"])


def test_background_the_owner_first_and_then_all_that_it_owned() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=2))
    cluster.run(4)
    cluster.delete("deployments.apps", "web", propagation_policy="Background")
    assert cluster.get("deployments.apps", "web") is None
    cluster.run(4)
    assert not cluster.all("replicasets.apps") and not cluster.all("pods")
    assert cluster.told("garbage.collected")


def test_foreground_the_dependents_first() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=2).replace('term-seconds: "0.5"', 'term-seconds: "3"'))
    cluster.run(4)
    cluster.delete("deployments.apps", "web", propagation_policy="Foreground")
    cluster.run(2)
    found = cluster.get("deployments.apps", "web")
    assert found is not None and found["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert cluster.all("pods")
    cluster.run(8)
    assert not cluster.all("pods") and not cluster.all("replicasets.apps") and not cluster.all("deployments.apps")


def test_orphan_the_dependents_stay() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=2))
    cluster.run(4)
    cluster.delete("deployments.apps", "web", propagation_policy="Orphan")
    cluster.run(4)
    assert not cluster.all("deployments.apps") and len(cluster.all("pods")) == 2
    assert not cluster.all("replicasets.apps")[0]["metadata"].get("ownerReferences")


def test_an_owner_that_never_was_counts_as_gone() -> None:
    cluster = SmallCluster()
    _config(cluster, "lost", "no-such-uid")
    cluster.run(1)
    assert cluster.get("configmaps", "lost") is None


def test_one_owner_is_enough_to_live_and_the_lost_one_is_struck() -> None:
    cluster = SmallCluster()
    first, second = _config(cluster, "first"), _config(cluster, "second")
    _config(cluster, "child", first, second)
    cluster.delete("configmaps", "first")
    cluster.run(1)
    child = cluster.get("configmaps", "child")
    assert child is not None and [one["uid"] for one in child["metadata"]["ownerReferences"]] == [second]
    cluster.delete("configmaps", "second")
    cluster.run(1)
    assert cluster.get("configmaps", "child") is None


def test_foreground_waits_only_for_dependents_that_block() -> None:
    cluster = SmallCluster()
    owner = _config(cluster, "owner")
    _config(cluster, "child", owner, blocks=False)
    cluster.patch("configmaps", "child", {"metadata": {"finalizers": ["example.com/hold"]}})
    cluster.delete("configmaps", "owner", propagation_policy="Foreground")
    cluster.run(2)
    assert cluster.get("configmaps", "owner") is None
    child = cluster.get("configmaps", "child")
    assert child is not None and child["metadata"].get("deletionTimestamp")


def test_after_a_restart_of_the_program_nothing_is_forgotten() -> None:
    cluster = SmallCluster()
    owner = _config(cluster, "owner")
    _config(cluster, "child", owner)
    cluster.run(1)
    cluster.world.manager.crash()
    cluster.delete("configmaps", "owner")
    cluster.run(1)
    cluster.world.manager.restart()
    cluster.run(2)
    assert cluster.get("configmaps", "child") is None
