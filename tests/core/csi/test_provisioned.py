"""The volume that a claim is given."""

from __future__ import annotations

from cluster_core.api.csi_drivers import DRIVERS
from cluster_core.api.request import Obj
from cluster_core.csi.provisioned import persistent_volume, volume_name

CLAIM: Obj = {
    "metadata": {"name": "c", "namespace": "n", "uid": "u", "resourceVersion": "7"},
    "spec": {"storageClassName": "k", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}},
}


def test_it_is_bound_in_advance_and_on_its_node() -> None:
    found = persistent_volume(DRIVERS["hostpath.csi.k8s.io"], CLAIM, {"reclaimPolicy": "Retain"}, "node-1")
    assert found["metadata"]["name"] == volume_name(CLAIM) == "pvc-u"
    spec = found["spec"]
    assert spec["claimRef"]["uid"] == "u"
    assert (spec["capacity"], spec["persistentVolumeReclaimPolicy"]) == ({"storage": "2Gi"}, "Retain")
    (term,) = spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "topology.hostpath.csi/node", "operator": "In", "values": ["node-1"]}]


def test_a_share_is_everywhere_and_named_by_its_place() -> None:
    found = persistent_volume(DRIVERS["nfs.csi.k8s.io"], CLAIM, {"parameters": {"server": "nas", "share": "/x"}}, "")
    assert found["spec"]["csi"]["volumeHandle"] == "nas#x#pvc-u##"
    assert "nodeAffinity" not in found["spec"]
