"""Volumes follow their pods from node to node."""

from __future__ import annotations

from tests.core.csi.storage_cluster import ATTACHMENTS, StorageCluster


def places(cluster: StorageCluster) -> list[str]:
    return [one["spec"]["nodeName"] for one in cluster.all(ATTACHMENTS)]


def test_a_pod_that_moves_finds_its_file() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd")
    cluster.until(lambda: cluster.volume_of("data") is not None, 20)
    cluster.user("a", "data", node="n1")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    cluster.shell("a", "echo kept > /data/note")
    cluster.delete("pods", "a")
    cluster.user("b", "data", node="n2")
    cluster.run(1)
    (refusal,) = cluster.events("FailedAttachVolume")
    assert "Volume is already exclusively attached to one node" in refusal
    assert cluster.until(lambda: cluster.runs("b"), 120)
    assert places(cluster) == ["n2"]
    assert cluster.shell("b", "cat /data/note") == "kept\n"


def test_a_machine_that_is_down_keeps_the_volume_for_six_minutes() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd")
    cluster.until(lambda: cluster.volume_of("data") is not None, 20)
    cluster.user("a", "data", node="n1")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    cluster.shell("a", "echo kept > /data/note")
    cluster.fault("node-down", "n1")
    cluster.run(60)
    cluster.delete("pods", "a", grace_period=0)
    cluster.user("b", "data", node="n2")
    cluster.run(5 * 60)
    assert not cluster.runs("b")
    assert any(
        text.startswith("Unable to attach or mount volumes: unmounted volumes=[d]")
        for text in cluster.events("FailedMount")
    )
    assert cluster.until(lambda: cluster.runs("b"), 300)
    assert cluster.told("volume.force-detached")[0]["node"] == "n1"
    assert cluster.shell("b", "cat /data/note") == "kept\n"


def test_a_share_is_not_attached() -> None:
    cluster = StorageCluster("nfs")
    cluster.claim("data", "nfs", mode="ReadWriteMany")
    cluster.user("a", "data", node="n1")
    cluster.user("b", "data", node="n2", readOnly=True)
    assert cluster.until(lambda: cluster.runs("a") and cluster.runs("b"), 60)
    assert places(cluster) == []
    cluster.shell("a", "echo both > /data/note")
    assert cluster.shell("b", "cat /data/note; echo x > /data/no 2>&1").startswith("both\n")
    assert "Read-only file system" in cluster.shell("b", "touch /data/no 2>&1")
