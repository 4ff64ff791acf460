"""Claims and volumes in use."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster, pod

CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


def test_a_claim_goes_when_the_last_pod_has() -> None:
    cluster = SmallCluster()
    cluster.create(CLAIM)
    text = pod("user", node="n1").replace(
        "containers:", "volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], containers:"
    )
    cluster.create(text)
    cluster.delete("persistentvolumeclaims", "data")
    cluster.run(1)
    claim = cluster.get("persistentvolumeclaims", "data")
    assert claim is not None
    assert claim["metadata"]["deletionTimestamp"]
    cluster.delete("pods", "user", grace_period=0)
    cluster.run(1)
    assert cluster.get("persistentvolumeclaims", "data") is None


def test_a_volume_goes_unless_it_is_bound() -> None:
    cluster = SmallCluster()
    volume = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /x}}
"""
    cluster.create(volume)
    cluster.ask("delete", "persistentvolumes", "disk", namespace="")
    cluster.run(1)
    assert not cluster.world.objects("persistentvolumes")
