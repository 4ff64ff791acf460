"""The StatefulSet controller in a whole small cluster."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import is_pod_ready
from tests.core.controllers.sets import statefulset
from tests.core.controllers.small_cluster import SmallCluster

SETS, CLAIMS, REVISIONS = "statefulsets.apps", "persistentvolumeclaims", "controllerrevisions.apps"
WITH_CLAIMS = """  volumeClaimTemplates:
  - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"""


def _names(cluster: SmallCluster, resource: str = "pods") -> list[str]:
    return [obj["metadata"]["name"] for obj in cluster.all(resource)]


def _set_image(cluster: SmallCluster, image: str) -> None:
    containers = [{"name": "c", "image": image}]
    cluster.patch(SETS, "db", {"spec": {"template": {"spec": {"containers": containers}}}})


def _image(pod: dict[str, Any]) -> str:
    return str(pod["spec"]["containers"][0]["image"])


def test_pods_come_in_order_and_each_waits_for_the_one_before() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(3))
    for _ in range(100):
        cluster.run(0.05)
        pods = cluster.all("pods")
        assert [pod["metadata"]["name"] for pod in pods] == [f"db-{number}" for number in range(len(pods))]
        assert all(is_pod_ready(pod) for pod in pods[:-1]), "a pod was made before the one below it was Ready"
    found = cluster.get(SETS, "db")
    assert found is not None and len(pods) == 3
    assert {name: found["status"][name] for name in ("readyReplicas", "currentReplicas", "updatedReplicas")} == {
        "readyReplicas": 3,
        "currentReplicas": 3,
        "updatedReplicas": 3,
    }
    assert cluster.events("SuccessfulCreate") == [f"Create Pod db-{n} in StatefulSet db successful" for n in range(3)]


def test_an_update_keeps_names_and_goes_from_the_top() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(2))
    cluster.run(4)
    _set_image(cluster, "nginx:1.26")
    for _ in range(100):
        cluster.run(0.1)
        new = [pod["metadata"]["name"] for pod in cluster.all("pods") if _image(pod) == "nginx:1.26"]
        assert new in ([], ["db-1"], ["db-0", "db-1"])
    assert _names(cluster) == ["db-0", "db-1"]
    assert new == ["db-0", "db-1"]
    assert len(cluster.all(REVISIONS)) == 2
    assert cluster.events("SuccessfulDelete") == [
        "Delete Pod db-1 in StatefulSet db successful",
        "Delete Pod db-0 in StatefulSet db successful",
    ]


def test_a_deleted_set_takes_pods_and_revisions_along() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(2))
    cluster.run(4)
    cluster.delete(SETS, "db")
    cluster.run(4)
    assert _names(cluster) == _names(cluster, REVISIONS) == []


def test_orphans_are_adopted_with_their_revision() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(2))
    cluster.run(4)
    before = {pod["metadata"]["uid"] for pod in cluster.all("pods")}
    cluster.delete(SETS, "db", propagation_policy="Orphan")
    cluster.run(3)
    cluster.create(statefulset(2).split("---")[1])
    cluster.run(3)
    assert {pod["metadata"]["uid"] for pod in cluster.all("pods")} == before
    assert len(cluster.all(REVISIONS)) == 1
    owner = cluster.get(SETS, "db")
    assert owner is not None
    assert cluster.all(REVISIONS)[0]["metadata"]["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]


def test_claims_stay_when_the_set_shrinks_and_are_found_again() -> None:
    """Nobody provisions them here: the pod is Pending, as upstream's without a provisioner."""
    cluster = SmallCluster()
    cluster.create(statefulset(2, WITH_CLAIMS + "\n  podManagementPolicy: Parallel"))
    cluster.run(2)
    assert _names(cluster, CLAIMS) == ["data-db-0", "data-db-1"]
    assert "Create Claim data-db-0 Pod db-0 in StatefulSet db success" in cluster.events("SuccessfulCreate")
    cluster.patch(SETS, "db", {"spec": {"replicas": 1}})
    cluster.run(3)
    assert _names(cluster) == ["db-0"]
    assert _names(cluster, CLAIMS) == ["data-db-0", "data-db-1"]


def test_claims_go_with_pods_that_are_scaled_away_if_the_policy_says_so() -> None:
    cluster = SmallCluster()
    policy = "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}"
    cluster.create(statefulset(2, f"{WITH_CLAIMS}\n{policy}\n  podManagementPolicy: Parallel"))
    cluster.run(3)
    owners = [claim["metadata"]["ownerReferences"][0]["kind"] for claim in cluster.all(CLAIMS)]
    assert owners == ["StatefulSet", "StatefulSet"]
    cluster.patch(SETS, "db", {"spec": {"replicas": 1}})
    cluster.run(5)
    assert _names(cluster, CLAIMS) == ["data-db-0"]
    cluster.delete(SETS, "db")
    cluster.run(5)
    assert _names(cluster, CLAIMS) == []


def test_a_pod_that_cannot_be_made_is_told_and_tried_again() -> None:
    cluster = SmallCluster()
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: none}\nspec: {hard: {pods: 0}}"
    cluster.create(quota)
    cluster.run(1)
    cluster.create(statefulset(1))
    cluster.run(2)
    assert 'pods "db-0" is forbidden: exceeded quota' in cluster.events("FailedCreate")[0]
    found = cluster.get(SETS, "db")
    assert found is not None and found["status"]["observedGeneration"] == 1
    cluster.delete("resourcequotas", "none")
    cluster.run(20)
    assert _names(cluster) == ["db-0"]


def test_history_is_limited() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(1, "  revisionHistoryLimit: 1"))
    cluster.run(3)
    for image in ("nginx:1.26", "nginx:1.27", "nginx:1.28"):
        _set_image(cluster, image)
        cluster.run(4)
    assert sorted(one["revision"] for one in cluster.all(REVISIONS)) == [3, 4]


def test_each_pod_has_a_name_in_dns() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(1))
    cluster.run(4)
    part = next(one for one in cluster.all("endpointslices.discovery.k8s.io") if one.get("endpoints"))
    assert part["endpoints"][0]["hostname"] == "db-0"


def test_the_program_may_begin_again_in_the_middle() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(3))
    cluster.run(1.2)
    cluster.world.manager.crash()
    cluster.run(1)
    cluster.world.manager.restart()
    cluster.run(10)
    assert _names(cluster) == ["db-0", "db-1", "db-2"]
