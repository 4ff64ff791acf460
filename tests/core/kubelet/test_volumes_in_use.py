"""What a Node's status tells of attached volumes."""

from __future__ import annotations

from typing import Any

from tests.core.csi.storage_cluster import ATTACHMENTS, StorageCluster


def status(cluster: StorageCluster, node: str) -> Any:
    found = cluster.get("nodes", node)
    assert found is not None
    return found["status"]


def test_a_volume_is_in_use_before_it_is_mounted_and_until_it_is_unmounted() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd")
    cluster.until(lambda: cluster.volume_of("data") is not None, 20)
    cluster.user("a", "data", node="n1")
    assert cluster.until(lambda: status(cluster, "n1").get("volumesInUse"), 15)
    (name,) = status(cluster, "n1")["volumesInUse"]
    assert name.startswith("kubernetes.io/csi/rbd.csi.ceph.com^")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    assert status(cluster, "n1")["volumesAttached"] == [{"name": name, "devicePath": ""}]
    cluster.delete("pods", "a")
    assert cluster.until(lambda: not cluster.all(ATTACHMENTS), 30)
    assert "volumesInUse" not in status(cluster, "n1")
    assert "volumesAttached" not in status(cluster, "n1")


def test_a_kubelet_that_begins_again_knows_what_it_told() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd")
    cluster.until(lambda: cluster.volume_of("data") is not None, 20)
    cluster.user("a", "data", node="n1")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    before = status(cluster, "n1")["volumesInUse"]
    cluster.fault("node-down", "n1")
    cluster.run(5)
    cluster.fault("node-up", "n1")
    cluster.run(30)
    assert status(cluster, "n1")["volumesInUse"] == before
    assert cluster.runs("a")
