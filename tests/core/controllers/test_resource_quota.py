"""The quota controller."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster, pod

QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: q}
spec: {hard: {pods: "2", configmaps: "5"}}
"""


def used(cluster: SmallCluster) -> dict[str, str]:
    quota = cluster.get("resourcequotas", "q")
    assert quota is not None
    assert quota["status"]["hard"] == quota["spec"]["hard"]
    found: dict[str, str] = quota["status"]["used"]
    return found


def test_a_new_quota_counts_what_is_there_and_gives_back_what_goes() -> None:
    cluster = SmallCluster()
    cluster.create(pod("a"))
    cluster.create(QUOTA)
    cluster.run(1)
    assert used(cluster) == {"pods": "1", "configmaps": "1"}
    cluster.create(pod("b"))
    assert used(cluster)["pods"] == "2"
    cluster.delete("pods", "a", grace_period=0)
    cluster.run(1)
    assert used(cluster)["pods"] == "1"


def test_a_finished_pod_leaves_room() -> None:
    cluster = SmallCluster()
    cluster.create(QUOTA)
    cluster.run(1)
    cluster.create(pod("a"))
    cluster.run(2)
    cluster.patch("pods", "a", {"status": {"phase": "Succeeded"}}, subresource="status")
    cluster.run(1)
    assert used(cluster)["pods"] == "0"


def test_a_changed_quota_is_counted_anew_and_a_charge_for_nothing_given_back_in_time() -> None:
    cluster = SmallCluster()
    cluster.create(QUOTA)
    cluster.run(1)
    cluster.patch("resourcequotas", "q", {"spec": {"hard": {"pods": "9", "configmaps": None}}})
    cluster.run(1)
    assert used(cluster) == {"pods": "0"}
    cluster.patch("resourcequotas", "q", {"status": {"used": {"pods": "7"}}}, subresource="status")
    cluster.run(60)
    assert used(cluster) == {"pods": "7"}
    cluster.run(300)
    assert used(cluster) == {"pods": "0"}
