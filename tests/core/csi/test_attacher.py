"""Volumes that are attached and detached, and what holds them meanwhile."""

from __future__ import annotations

from tests.core.csi.storage_cluster import ATTACHMENTS, CLAIMS, VOLUMES, StorageCluster


def test_an_attachment_is_held_until_it_is_detached() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd")
    cluster.user("a", "data")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    (attachment,) = cluster.all(ATTACHMENTS)
    assert attachment["status"]["attached"]
    assert attachment["metadata"]["finalizers"] == ["external-attacher/rbd-csi-ceph-com"]
    assert "external-attacher/rbd-csi-ceph-com" in cluster.volume_of("data")["metadata"]["finalizers"]
    cluster.delete("pods", "a")
    assert cluster.until(lambda: not cluster.all(ATTACHMENTS), 30)
    cluster.delete(CLAIMS, "data")
    assert cluster.until(lambda: not cluster.all(VOLUMES), 30)


def test_a_node_without_the_driver_is_told_of() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd")
    cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 20)
    body = {"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/hostname": "n2"}}}}}
    cluster.patch("daemonsets.apps", "csi-rbdplugin", body, namespace="kube-system")
    assert cluster.until(
        lambda: (found := cluster.get("csinodes.storage.k8s.io", "n1")) is not None and not found["spec"]["drivers"], 90
    )
    cluster.user("a", "data", node="n1")
    cluster.run(10)
    text = f'AttachVolume.Attach failed for volume "{cluster.volume_of("data")["metadata"]["name"]}" : '
    assert cluster.events("FailedAttachVolume") == [f"{text}CSINode n1 does not contain driver rbd.csi.ceph.com"]
