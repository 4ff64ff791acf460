"""Claims that grow: the volume, then the file system on it."""

from __future__ import annotations

from typing import Any

from tests.core.csi.storage_cluster import CLAIMS, StorageCluster


def grow(cluster: StorageCluster, size: str) -> None:
    cluster.patch(CLAIMS, "data", {"spec": {"resources": {"requests": {"storage": size}}}})


def status(cluster: StorageCluster) -> Any:
    found = cluster.get(CLAIMS, "data")
    assert found is not None
    return found["status"]


def test_a_share_is_larger_at_once() -> None:
    cluster = StorageCluster("nfs")
    cluster.claim("data", "nfs")
    cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 10)
    grow(cluster, "3Gi")
    assert cluster.until(lambda: status(cluster)["capacity"]["storage"] == "3Gi", 10)
    assert cluster.volume_of("data")["spec"]["capacity"]["storage"] == "3Gi"
    assert "waiting for an external controller to expand this PVC" in cluster.events("ExternalExpanding")
    assert cluster.events("VolumeResizeSuccessful") == ["Resize volume succeeded"]


def test_a_disk_waits_for_the_node_that_has_it() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd", "2Mi")
    cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 20)
    grow(cluster, "4Mi")
    assert cluster.until(lambda: "FileSystemResizePending" in str(status(cluster).get("conditions")), 10)
    assert status(cluster)["capacity"]["storage"] == "2Mi"
    assert cluster.volume_of("data")["spec"]["capacity"]["storage"] == "4Mi"
    assert cluster.events("FileSystemResizeRequired") == ["Require file system resize of volume on node"]
    cluster.user("a", "data")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    assert status(cluster)["capacity"]["storage"] == "4Mi"
    assert "conditions" not in status(cluster)
    grow(cluster, "6Mi")
    assert cluster.until(lambda: status(cluster)["capacity"]["storage"] == "6Mi", 90), "in the next sync of its pod"
    (told,) = (one for one in cluster.all("events") if one["reason"] == "FileSystemResizeSuccessful")
    assert told["count"] == 2
    assert " 6144 " in cluster.shell("a", "df /data")
