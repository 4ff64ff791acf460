"""Claims and volumes find each other, hold on to each other, and lose each other."""

from __future__ import annotations

from typing import Any

from tests.core.controllers.small_cluster import SmallCluster

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


def volume(name: str, size: str = "1Gi", **spec: Any) -> str:
    more = "".join(f", {key}: {value}" for key, value in spec.items())
    return f"""
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {name}, labels: {{disk: {name}}}}}
spec: {{capacity: {{storage: {size}}}, accessModes: [ReadWriteOnce], hostPath: {{path: /tmp/{name}}}{more}}}
"""


def claim(name: str, size: str = "1Gi", **spec: Any) -> str:
    more = "".join(f", {key}: {value}" for key, value in spec.items())
    return f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {name}}}
spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}{more}}}
"""


def phase(cluster: SmallCluster, resource: str, name: str) -> str:
    found = cluster.get(resource, name)
    assert found is not None, name
    return str(found["status"]["phase"])


def bound(cluster: SmallCluster, name: str) -> str:
    found = cluster.get(CLAIMS, name)
    assert found is not None
    return str(found["spec"].get("volumeName", ""))


def test_the_smallest_volume_that_is_large_enough() -> None:
    cluster = SmallCluster()
    cluster.create(volume("large", "5Gi") + "---" + volume("middle", "3Gi") + "---" + volume("small", "1Gi"))
    cluster.run(1)
    assert [phase(cluster, VOLUMES, name) for name in ("large", "middle", "small")] == ["Available"] * 3
    cluster.create(claim("data", "2Gi"))
    cluster.run(1)
    found = cluster.get(CLAIMS, "data")
    assert found is not None
    assert found["spec"]["volumeName"] == "middle"
    marks = {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}
    assert found["metadata"]["annotations"] == marks
    assert found["status"] == {
        "phase": "Bound",
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "3Gi"},
    }
    disk = cluster.get(VOLUMES, "middle")
    assert disk is not None
    assert disk["spec"]["claimRef"]["uid"] == found["metadata"]["uid"]
    assert disk["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    assert phase(cluster, VOLUMES, "middle") == "Bound"
    assert disk["status"]["lastPhaseTransitionTime"] > disk["metadata"]["creationTimestamp"]
    assert cluster.told("claim.bound")[0]["volume"] == "middle"


def test_two_claims_never_get_one_volume() -> None:
    cluster = SmallCluster()
    cluster.create(volume("one"))
    cluster.create(claim("a") + "---" + claim("b"))
    cluster.run(20)
    assert sorted(bound(cluster, name) for name in "ab") == ["", "one"]


def test_a_claim_waits_and_says_for_what() -> None:
    cluster = SmallCluster()
    cluster.create(claim("data"))
    cluster.run(1)
    assert phase(cluster, CLAIMS, "data") == "Pending"
    words = "no persistent volumes available for this claim and no storage class is set"
    assert cluster.events("FailedBinding") == [words]
    cluster.create(volume("late"))
    cluster.run(16)
    assert bound(cluster, "data") == "late"


def test_class_selector_and_mode_must_fit() -> None:
    cluster = SmallCluster()
    cluster.create(volume("fast", storageClassName="fast") + "---" + volume("raw", volumeMode="Block"))
    cluster.create(volume("plain"))
    cluster.create(claim("choosy", selector="{matchLabels: {disk: nobody}}") + "---" + claim("data"))
    cluster.create(claim("speedy", storageClassName="fast") + "---" + claim("block", volumeMode="Block"))
    cluster.run(1)
    found = {name: bound(cluster, name) for name in ("choosy", "data", "speedy", "block")}
    assert found == {"choosy": "", "data": "plain", "speedy": "fast", "block": "raw"}


def test_a_claim_may_name_its_volume_and_is_refused_what_does_not_fit() -> None:
    cluster = SmallCluster()
    cluster.create(volume("mine") + "---" + volume("tiny", "1Mi"))
    cluster.create(claim("data", volumeName="mine") + "---" + claim("big", volumeName="tiny"))
    cluster.create(claim("again", volumeName="mine"))
    cluster.run(1)
    assert [phase(cluster, CLAIMS, name) for name in ("data", "big", "again")] == ["Bound", "Pending", "Pending"]
    words = 'Cannot bind to requested volume "tiny": requested PV is too small'
    assert cluster.events("VolumeMismatch") == [words]
    assert cluster.events("FailedBinding") == ['volume "mine" already bound to a different claim.']


def test_a_volume_may_be_kept_for_a_claim() -> None:
    cluster = SmallCluster()
    cluster.create(volume("kept", claimRef="{namespace: default, name: data}"))
    cluster.create(claim("other"))
    cluster.run(1)
    assert phase(cluster, VOLUMES, "kept") == "Available"
    assert bound(cluster, "other") == ""
    cluster.create(claim("data"))
    cluster.run(1)
    assert bound(cluster, "data") == "kept"
    disk = cluster.get(VOLUMES, "kept")
    assert disk is not None
    assert "annotations" not in disk["metadata"]


def test_what_becomes_of_a_volume_without_its_claim() -> None:
    cluster = SmallCluster()
    cluster.create(volume("kept") + "---" + volume("gone", "2Gi", persistentVolumeReclaimPolicy="Delete"))
    local = volume("stuck", "3Gi", persistentVolumeReclaimPolicy="Delete").replace("/tmp/", "/data/")
    cluster.create(local)
    cluster.create(claim("a") + "---" + claim("b", "2Gi") + "---" + claim("c", "3Gi"))
    cluster.run(1)
    for name in "abc":
        cluster.delete(CLAIMS, name)
    cluster.run(1)
    assert phase(cluster, VOLUMES, "kept") == "Released"
    assert cluster.get(VOLUMES, "gone") is None
    assert phase(cluster, VOLUMES, "stuck") == "Failed"
    words = "host_path deleter only supports /tmp/.+ but received provided /data/stuck"
    assert cluster.events("VolumeFailedDelete") == [words]
    cluster.create(claim("d"))
    cluster.run(16)
    assert bound(cluster, "d") == "", "a released volume is not offered again"


def test_a_claim_whose_volume_goes_is_lost() -> None:
    cluster = SmallCluster()
    cluster.create(volume("disk") + "---" + claim("data"))
    cluster.run(1)
    cluster.patch(VOLUMES, "disk", {"metadata": {"finalizers": None}}, namespace="")
    cluster.ask("delete", VOLUMES, "disk", namespace="")
    cluster.run(1)
    assert phase(cluster, CLAIMS, "data") == "Lost"
    assert cluster.events("ClaimLost") == ["Bound claim has lost its PersistentVolume. Data on the volume is lost!"]


CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: {name}, annotations: {{storageclass.kubernetes.io/is-default-class: "{default}"}}}}
provisioner: {provisioner}
volumeBindingMode: {mode}
"""


def test_a_claim_of_a_class_waits_for_its_provisioner_or_its_pod() -> None:
    cluster = SmallCluster()
    cluster.create(claim("none", storageClassName="nosuch"))
    cluster.create(CLASS.format(name="now", default="false", provisioner="example.com/disk", mode="Immediate"))
    late = CLASS.format(name="late", default="false", provisioner="example.com/disk", mode="WaitForFirstConsumer")
    cluster.create(late + "---" + claim("a", storageClassName="now") + "---" + claim("b", storageClassName="late"))
    cluster.run(1)
    assert cluster.events("ProvisioningFailed") == ['storageclass.storage.k8s.io "nosuch" not found']
    assert cluster.events("WaitForFirstConsumer") == ["waiting for first consumer to be created before binding"]
    assert "external provisioner 'example.com/disk'" in cluster.events("ExternalProvisioning")[0]
    asked = cluster.get(CLAIMS, "a")
    assert asked is not None
    assert asked["metadata"]["annotations"]["volume.kubernetes.io/storage-provisioner"] == "example.com/disk"


def test_a_claim_without_a_class_gets_the_default_one_later() -> None:
    cluster = SmallCluster()
    cluster.create(claim("data") + "---" + claim("firm", storageClassName='""'))
    cluster.run(1)
    cluster.create(CLASS.format(name="std", default="true", provisioner="example.com/disk", mode="Immediate"))
    cluster.run(16)
    found = [cluster.get(CLAIMS, name) for name in ("data", "firm")]
    assert [one["spec"]["storageClassName"] for one in found if one] == ["std", ""]


def test_a_volume_is_scrubbed_and_offered_again() -> None:
    cluster = SmallCluster()
    cluster.create(volume("disk", persistentVolumeReclaimPolicy="Recycle") + "---" + claim("data"))
    cluster.run(1)
    cluster.delete(CLAIMS, "data")
    cluster.run(30)
    assert phase(cluster, VOLUMES, "disk") == "Available"
    assert cluster.events("VolumeRecycled") == ["Volume recycled"]
    assert cluster.get("pods", "recycler-for-disk") is None
