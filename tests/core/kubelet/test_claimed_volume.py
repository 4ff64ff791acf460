"""Pods that wait for the volumes of their claims."""

from __future__ import annotations

from typing import Any

from cluster_core.kubelet.claimed_volume import claimed_volume
from tests.core.csi.storage_cluster import StorageCluster

POD: Any = {"metadata": {"name": "p", "namespace": "n"}, "spec": {}}
VOLUME: Any = {"name": "v", "persistentVolumeClaim": {"claimName": "c"}}


def test_what_is_not_there_is_said() -> None:
    assert claimed_volume(POD, {"name": "v", "emptyDir": {}}, lambda *_: None) is None
    missing = claimed_volume(POD, VOLUME, lambda *_: None)
    text = 'failed to fetch PVC from API server: persistentvolumeclaims "c" not found'
    assert missing is not None
    assert missing.unknown == f"error processing PVC n/c: {text}"
    claim = {"metadata": {"name": "c", "namespace": "n", "uid": "u"}, "spec": {"volumeName": "d"}}
    unbound = claimed_volume(POD, VOLUME, lambda *_: claim)
    assert unbound is not None
    assert unbound.unknown == "error processing PVC n/c: PVC is not bound"


def test_a_pod_on_the_wrong_node_and_one_without_a_driver() -> None:
    cluster = StorageCluster("hostpath")
    cluster.claim("data", "hostpath")
    cluster.user("a", "data", node="n1")
    cluster.patch(
        "persistentvolumeclaims", "data", {"metadata": {"annotations": {"volume.kubernetes.io/selected-node": "n1"}}}
    )
    assert cluster.until(lambda: cluster.runs("a"), 60)
    cluster.user("b", "data", node="n2")
    cluster.run(3)
    name = cluster.volume_of("data")["metadata"]["name"]
    check = f'MountVolume.NodeAffinity check failed for volume "{name}" : no matching NodeSelectorTerms'
    assert cluster.events("FailedMount")[-1] == check
    cluster.ask("delete", "daemonsets.apps", "csi-hostpathplugin", namespace="kube-system")
    cluster.run(40)
    cluster.user("c", "data", node="n1")
    cluster.run(3)
    assert cluster.events("FailedMount")[-1] == (
        f'MountVolume.SetUp failed for volume "{name}" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: '
        "driver name hostpath.csi.k8s.io not found in the list of registered CSI drivers"
    )


def test_a_volume_of_a_driver_in_the_pod_itself_needs_the_driver() -> None:
    cluster = StorageCluster("hostpath")
    for name in ("hostpath.csi.k8s.io", "other.example.com"):
        cluster.create(f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name.partition(".")[0]}}}
spec:
  volumes: [{{name: v, csi: {{driver: {name}}}}}]
  containers: [{{name: c, image: busybox, command: [sleep, "1000"], volumeMounts: [{{name: v, mountPath: /v}}]}}]
""")
    assert cluster.until(lambda: cluster.runs("hostpath"), 20)
    assert not cluster.runs("other")
    assert cluster.events("FailedMount")[0].endswith(
        "driver name other.example.com not found in the list of registered CSI drivers"
    )
