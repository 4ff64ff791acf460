"""Rows of volumes and classes."""

from __future__ import annotations

from tests.core.apiserver.tables.rows import cells, named_cells


def test_volumes() -> None:
    spec = {
        "capacity": {"storage": "5Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "claimRef": {"namespace": "default", "name": "data"},
        "storageClassName": "fast",
        "volumeMode": "Filesystem",
    }
    row = ["x", "5Gi", "RWO", "Retain", "Bound", "default/data", "fast", "<unset>", "", "60s", "Filesystem"]
    assert cells("pv", {"spec": spec, "status": {"phase": "Bound"}}) == row
    deleted = {"deletionTimestamp": "2025-01-01T00:59:59Z"}
    assert (
        named_cells("pv", {"metadata": deleted, "spec": spec, "status": {"phase": "Bound"}})["Status"] == "Terminating"
    )


def test_a_claim_shows_its_volume_once_it_is_bound() -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "fast"}
    status = {"phase": "Bound", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOnce"]}
    found = cells("pvc", {"spec": spec, "status": {"phase": "Pending"}})
    assert found == ["x", "Pending", "", "", "", "fast", "<unset>", "60s", "<unset>"]
    bound = cells("pvc", {"spec": {**spec, "volumeName": "pv-1"}, "status": status})
    assert bound[1:6] == ["Bound", "pv-1", "2Gi", "RWO", "fast"]


def test_the_default_class_is_marked() -> None:
    meta = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    row = ["x (default)", "csi", "Retain", "WaitForFirstConsumer", True, "60s"]
    given = {"provisioner": "csi", "reclaimPolicy": "Retain", "volumeBindingMode": "WaitForFirstConsumer"}
    assert cells("sc", {"metadata": meta, **given, "allowVolumeExpansion": True}) == row
    assert cells("sc", {"provisioner": "csi"})[:5] == ["x", "csi", "Delete", "Immediate", False]
    assert cells("vac", {"driverName": "csi"}) == ["x", "csi", "60s"]


def test_what_csi_drivers_publish() -> None:
    spec = {"attacher": "csi", "source": {"persistentVolumeName": "pv-1"}, "nodeName": "n1"}
    attached = cells("volumeattachments", {"spec": spec, "status": {"attached": True}})
    assert attached == ["x", "csi", "pv-1", "n1", True, "60s"]
    assert cells("csinodes", {"spec": {"drivers": [{}, {}]}})[1] == 2
    assert cells("csidrivers", {"spec": {}}) == ["x", True, False, False, "<unset>", False, "<none>", "60s"]
    spec = {
        "tokenRequests": [{"audience": "a"}, {"audience": "b"}],
        "volumeLifecycleModes": ["Persistent", "Ephemeral"],
    }
    found = cells("csidrivers", {"spec": spec})
    assert (found[4], found[6]) == ("a,b", "Persistent,Ephemeral")
    assert cells("csistoragecapacities", {"storageClassName": "fast", "capacity": "9Gi"}) == ["x", "fast", "9Gi"]
