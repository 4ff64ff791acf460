"""The Deployment controller in a whole small cluster."""

from __future__ import annotations

from cluster_core.controllers.revision import REVISION, template_hash
from tests.core.controllers.small_cluster import SmallCluster, deployment, replicaset


def test_a_first_rollout_ends_available() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=3))
    cluster.run(5)
    found = cluster.get("deployments.apps", "web")
    assert found is not None
    assert (found["status"]["availableReplicas"], found["status"]["observedGeneration"]) == (3, 1)
    assert found["metadata"]["annotations"][REVISION] == "1"
    assert cluster.events("ScalingReplicaSet")[0].endswith("from 0 to 3")


def test_recreate_waits_until_the_last_old_pod_has_ended() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=2, extra="  strategy: {type: Recreate}"))
    cluster.run(5)
    old = {pod["metadata"]["uid"] for pod in cluster.all("pods")}
    _set_image(cluster, "nginx:1.26")
    for _ in range(200):
        cluster.run(0.02)
        now = {pod["metadata"]["uid"] for pod in cluster.all("pods")}
        assert now <= old or not now & old, "old and new pods at the same time"
    assert len(now) == 2
    assert cluster.told("deployment.scaled-down")


def test_an_orphaned_replicaset_is_adopted_and_used() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=2))
    cluster.run(5)
    pods = {pod["metadata"]["name"] for pod in cluster.all("pods")}
    cluster.delete("deployments.apps", "web", propagation_policy="Orphan")
    cluster.run(3)
    assert not cluster.all("deployments.apps")
    assert (
        "ownerReferences" not in cluster.all("replicasets.apps")[0]["metadata"]
        or not cluster.all("replicasets.apps")[0]["metadata"]["ownerReferences"]
    )
    cluster.create(deployment(replicas=2))
    cluster.run(3)
    assert {pod["metadata"]["name"] for pod in cluster.all("pods")} == pods
    assert len(cluster.all("replicasets.apps")) == 1
    assert cluster.told("deployment.adopted-replicaset")


def test_a_replicaset_whose_labels_no_longer_match_is_released() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=1))
    cluster.run(4)
    name = cluster.all("replicasets.apps")[0]["metadata"]["name"]
    cluster.patch("replicasets.apps", name, {"metadata": {"labels": {"app": "other"}}})
    cluster.run(4)
    found = cluster.get("replicasets.apps", name)
    assert found is not None and not found["metadata"].get("ownerReferences")
    assert cluster.told("deployment.released-replicaset")


def test_a_taken_name_salts_the_hash() -> None:
    """Somebody else's ReplicaSet has the name that the new one would get."""
    cluster = SmallCluster()
    (wanted,) = cluster.create(deployment(name="other", replicas=0))
    cluster.delete("deployments.apps", "other")
    cluster.run(2)
    stored = {**wanted, "metadata": {**wanted["metadata"], "name": "web"}}
    taken = f"web-{template_hash(stored)}"
    cluster.create(replicaset(taken, 0))
    text = deployment(name="other", replicas=1).replace("metadata: {name: other}", "metadata: {name: web}", 1)
    cluster.create(text)
    cluster.run(5)
    found = cluster.get("deployments.apps", "web")
    assert found is not None
    assert found["status"]["collisionCount"] == 1
    assert found["status"]["availableReplicas"] == 1
    assert cluster.told("deployment.hash-collision") == [
        {"controller": "deployment-controller", "key": "default/web", "count": 1}
    ]


def test_min_ready_seconds_delay_availability() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=1, extra="  minReadySeconds: 10"))
    cluster.run(5)
    found = cluster.get("deployments.apps", "web")
    assert (
        found is not None and found["status"].get("readyReplicas") == 1 and "availableReplicas" not in found["status"]
    )
    cluster.run(8)
    found = cluster.get("deployments.apps", "web")
    assert found is not None and found["status"]["availableReplicas"] == 1


def test_old_revisions_beyond_the_limit_go() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=1, extra="  revisionHistoryLimit: 1"))
    for version in ("1.26", "1.27", "1.28"):
        cluster.run(5)
        _set_image(cluster, f"nginx:{version}")
    cluster.run(5)
    assert len(cluster.all("replicasets.apps")) == 2
    assert cluster.told("deployment.removed-replicaset")


def test_pods_that_cannot_be_made_show_in_both_conditions() -> None:
    cluster = SmallCluster()
    text = deployment(replicas=2).replace("    spec:\n", "    spec:\n      serviceAccountName: nobody\n")
    cluster.create(text)
    cluster.run(3)
    for resource, kind in (("replicasets.apps", "ReplicaFailure"), ("deployments.apps", "ReplicaFailure")):
        (found,) = cluster.all(resource)
        told = next(one for one in found["status"]["conditions"] if one["type"] == kind)
        assert (told["status"], told["reason"]) == ("True", "FailedCreate")
        assert 'serviceaccount "nobody" not found' in told["message"]
    assert cluster.events("FailedCreate")[0].startswith("Error creating: pods ")
    cluster.create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: nobody}}")
    cluster.run(60)
    (found,) = cluster.all("deployments.apps")
    assert found["status"]["availableReplicas"] == 2
    assert all(one["type"] != "ReplicaFailure" for one in found["status"]["conditions"])


def _set_image(cluster: SmallCluster, image: str) -> None:
    (found,) = cluster.all("deployments.apps")
    spec = found["spec"]["template"]["spec"]
    containers = [{**spec["containers"][0], "image": image}]
    cluster.patch("deployments.apps", "web", {"spec": {"template": {"spec": {"containers": containers}}}})
