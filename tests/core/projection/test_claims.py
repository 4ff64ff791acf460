"""Claims as the browser shows them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.projection.claims import ClaimCards, claim_cards
from tests.core.csi.storage_cluster import StorageCluster


def cards(cluster: StorageCluster) -> dict[str, Any]:
    return {card["name"]: card for card in claim_cards(cluster.world).values()}


def test_what_a_claim_has_and_who_uses_it() -> None:
    cluster = StorageCluster("rbd")
    shown = ClaimCards()
    assert shown.of(cluster.world, False) == {}
    cluster.claim("data", "rbd")
    cluster.until(lambda: cluster.volume_of("data") is not None, 20)
    cluster.user("a", "data", node="n1")
    assert cluster.until(lambda: cluster.runs("a"), 60)
    card = cards(cluster)["data"]
    assert (card["phase"], card["waits"], card["users"], card["attached"]) == ("Bound", "", ["a"], ["n1"])
    assert (card["volume"], card["driver"]) == (cluster.volume_of("data")["metadata"]["name"], "rbd.csi.ceph.com")
    assert (card["capacity"], card["reclaim"], card["storage_class"]) == ("1Gi", "Delete", "csi-rbd-sc")
    first = shown.of(cluster.world, False)
    assert shown.of(cluster.world, False) is first
    assert shown.of(cluster.world, True) == first


@pytest.mark.parametrize(
    ("spec", "waits"),
    [
        ("", "no-class"),
        ("storageClassName: nosuch, ", "no-such-class"),
        ("storageClassName: csi-hostpath, ", "consumer"),
        ("storageClassName: static, ", "volume"),
        ("storageClassName: other, ", "provisioner"),
    ],
)
def test_for_what_a_claim_waits(spec: str, waits: str) -> None:
    cluster = StorageCluster("hostpath")
    for name, provisioner in (("static", "kubernetes.io/no-provisioner"), ("other", "x.example.com")):
        cluster.create(f"""
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: {name}}}
provisioner: {provisioner}
""")
    cluster.create(f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data}}
spec: {{{spec}accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
""")
    cluster.run(1)
    assert cards(cluster)["data"]["waits"] == waits
