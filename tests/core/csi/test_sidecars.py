"""The process of the sidecars: asleep without drivers, judged as the accounts of their pods."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster
from tests.core.csi.storage_cluster import CLAIMS, StorageCluster


def test_it_watches_for_drivers_only_and_wakes_up() -> None:
    cluster = SmallCluster()
    assert list(cluster.world.csi.informers) == ["csidrivers.storage.k8s.io"]
    cluster.create("""
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: unknown.example.com}
""")
    cluster.run(1)
    assert not cluster.world.csi.controllers
    awake = StorageCluster("rbd", "hostpath").world.csi
    assert list(awake.controllers) == [
        "csi-provisioner/rbd.csi.ceph.com",
        "csi-attacher/rbd.csi.ceph.com",
        "csi-resizer/rbd.csi.ceph.com",
        "csi-provisioner/hostpath.csi.k8s.io",
    ]


def test_without_a_role_a_sidecar_can_do_nothing() -> None:
    cluster = StorageCluster("nfs")
    cluster.ask("delete", "clusterrolebindings.rbac.authorization.k8s.io", "nfs-csi-provisioner-binding", namespace="")
    cluster.claim("data", "nfs")
    cluster.run(10)
    assert cluster.phase(CLAIMS, "data") == "Pending"
    refused = [one for one in cluster.told("api.refused") if one["resource"] == VOLUMES]
    assert refused[0]["user"] == "system:serviceaccount:kube-system:csi-nfs-controller-sa"


VOLUMES = "persistentvolumes"


def test_they_go_on_after_a_restart_of_the_api_server() -> None:
    cluster = StorageCluster("nfs")
    cluster.fault("apiserver-down")
    cluster.run(2)
    cluster.fault("apiserver-up")
    cluster.run(40)
    cluster.claim("data", "nfs")
    assert cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 60)
