"""Volumes that are made for claims, and deleted after them."""

from __future__ import annotations

from tests.core.csi.storage_cluster import CLAIMS, VOLUMES, StorageCluster


def test_a_claim_gets_a_volume_of_its_own_and_takes_it_along() -> None:
    cluster = StorageCluster("nfs")
    cluster.claim("data", "nfs", mode="ReadWriteMany")
    assert cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 10)
    volume, claim = cluster.volume_of("data"), cluster.get(CLAIMS, "data")
    assert claim is not None
    assert volume["metadata"]["name"] == f"pvc-{claim['metadata']['uid']}"
    assert volume["metadata"]["annotations"]["pv.kubernetes.io/provisioned-by"] == "nfs.csi.k8s.io"
    assert "pv.kubernetes.io/bound-by-controller" not in volume["metadata"]["annotations"]
    assert volume["spec"]["mountOptions"] == ["nfsvers=4.1"]
    assert cluster.events("Provisioning") == ['External provisioner is provisioning volume for claim "default/data"']
    assert cluster.events("ProvisioningSucceeded") == [f"Successfully provisioned volume {volume['metadata']['name']}"]
    cluster.delete(CLAIMS, "data")
    assert cluster.until(lambda: not cluster.all(VOLUMES), 10)
    assert [one["object"] for one in cluster.told("volume.storage-deleted")] == [
        f"persistentvolume/{volume['metadata']['name']}"
    ]


def test_nothing_is_made_while_the_driver_is_away() -> None:
    cluster = StorageCluster("nfs")
    cluster.ask(
        "update",
        "deployments.apps",
        "csi-nfs-controller",
        namespace="kube-system",
        subresource="scale",
        body={
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": {"name": "csi-nfs-controller", "namespace": "kube-system"},
            "spec": {"replicas": 0},
        },
    )
    cluster.run(40)
    cluster.claim("data", "nfs")
    cluster.run(20)
    assert cluster.phase(CLAIMS, "data") == "Pending"
    cluster.ask(
        "update",
        "deployments.apps",
        "csi-nfs-controller",
        namespace="kube-system",
        subresource="scale",
        body={
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": {"name": "csi-nfs-controller", "namespace": "kube-system"},
            "spec": {"replicas": 1},
        },
    )
    assert cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 60)


def test_a_driver_says_what_it_cannot_do() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("shared", "rbd", mode="ReadWriteMany")
    cluster.run(5)
    assert cluster.phase(CLAIMS, "shared") == "Pending"
    assert cluster.events("ProvisioningFailed")[0].startswith(
        'failed to provision volume with StorageClass "csi-rbd-sc": rpc error: code = InvalidArgument'
    )


SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  podManagementPolicy: Parallel
  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Retain}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: c, image: busybox, command: [sleep, "10000"], volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: csi-hostpath, resources: {requests: {storage: 1Mi}}}
"""


def test_volumes_of_a_set_go_when_it_is_scaled_down_and_stay_when_it_is_deleted() -> None:
    cluster = StorageCluster("hostpath")
    cluster.create(SET)
    assert cluster.until(lambda: cluster.runs("db-0") and cluster.runs("db-1"), 60)
    for claim in ("data-db-0", "data-db-1"):
        volume = cluster.volume_of(claim)
        pod = cluster.get("pods", claim.removeprefix("data-"))
        assert pod is not None
        (term,) = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
        assert term["matchExpressions"][0]["values"] == [pod["spec"]["nodeName"]], "made where the pod was to run"
    cluster.patch("statefulsets.apps", "db", {"spec": {"replicas": 1}})
    assert cluster.until(lambda: len(cluster.all(VOLUMES)) == 1, 60)
    assert cluster.get(CLAIMS, "data-db-1") is None
    cluster.delete("statefulsets.apps", "db")
    cluster.until(lambda: not cluster.all("pods"), 60)
    assert cluster.phase(CLAIMS, "data-db-0") == "Bound"
