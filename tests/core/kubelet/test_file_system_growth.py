"""File systems grow where they are mounted; how claims hear of it is in tests/core/csi/test_resizer.py."""

from __future__ import annotations

from tests.core.csi.storage_cluster import CLAIMS, StorageCluster


def test_there_is_more_room_after_the_next_sync() -> None:
    cluster = StorageCluster("rbd")
    cluster.claim("data", "rbd", "1Mi")
    cluster.until(lambda: cluster.volume_of("data") is not None, 20)
    cluster.user("a", "data")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    write = "dd if=/dev/zero of=/data/f bs=1024 count=900 2>/dev/null; cp /data/f /data/g; echo $?"
    assert "No space left on device" in cluster.shell("a", write + " 2>&1") or cluster.shell("a", write).strip() == "1"
    cluster.patch(CLAIMS, "data", {"spec": {"resources": {"requests": {"storage": "3Mi"}}}})
    assert cluster.until(lambda: cluster.get(CLAIMS, "data")["status"]["capacity"]["storage"] == "3Mi", 90)  # type: ignore[index]
    assert cluster.shell("a", "cp /data/f /data/g; echo $?").strip() == "0"
