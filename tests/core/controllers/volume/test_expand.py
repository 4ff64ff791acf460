"""Claims that ask for more."""

from __future__ import annotations

from tests.core.csi.storage_cluster import CLAIMS, StorageCluster


def test_a_class_must_allow_it() -> None:
    cluster = StorageCluster("hostpath")
    cluster.claim("data", "hostpath")
    cluster.user("a", "data", node="n1")
    cluster.patch(CLAIMS, "data", {"metadata": {"annotations": {"volume.kubernetes.io/selected-node": "n1"}}})
    assert cluster.until(lambda: cluster.phase(CLAIMS, "data") == "Bound", 20)
    more = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
    refused = cluster.ask("patch", CLAIMS, "data", body=more, options={"patch_type": "merge"})
    assert "only dynamically provisioned pvc can be resized" in refused.body["message"]
    cluster.patch("storageclasses.storage.k8s.io", "csi-hostpath", {"allowVolumeExpansion": True}, namespace="")
    cluster.patch(CLAIMS, "data", more)
    cluster.run(5)
    assert cluster.events("ExternalExpanding") == ["waiting for an external controller to expand this PVC"]
    claim = cluster.get(CLAIMS, "data")
    assert claim is not None
    assert claim["status"]["capacity"]["storage"] == "1Gi", "this driver's deployment has no resizer"
