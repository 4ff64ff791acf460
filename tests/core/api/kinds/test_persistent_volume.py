"""PersistentVolumes in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.persistent_volume import validate_volume_spec, validate_volume_update
from cluster_core.api.request import Obj


def spec(**fields: Any) -> Obj:
    given = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}, **fields}
    return {name: value for name, value in given.items() if value is not None}


def affinity(key: str = "a", value: str = "b") -> Obj:
    expression = {"key": key, "operator": "In", "values": [value]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


CSI = {"driver": "example.com", "volumeHandle": "v"}
CASES: list[tuple[Obj, str]] = [
    (spec(accessModes=[]), "spec.accessModes: Required value"),
    (spec(capacity=None), "spec.capacity: Required value"),
    (spec(capacity={"cpu": "1"}), 'spec.capacity: Unsupported value: {"cpu":"1"}: supported values: "storage"'),
    (spec(capacity={"storage": "0"}), 'spec.capacity[storage]: Invalid value: "0": must be greater than zero'),
    (spec(persistentVolumeReclaimPolicy="Burn"), 'persistentVolumeReclaimPolicy: Unsupported value: "Burn"'),
    (spec(hostPath=None), "spec: Required value: must specify a volume type"),
    (spec(nfs={"server": "s", "path": "/"}), "spec.nfs: Forbidden: may not specify more than 1 volume type"),
    (spec(hostPath={"path": ""}), "spec.hostPath.path: Required value"),
    (
        spec(hostPath={"path": "/"}, persistentVolumeReclaimPolicy="Recycle"),
        "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ),
    (
        spec(hostPath=None, local={"path": "/x"}),
        "spec.nodeAffinity: Required value: Local volume requires node affinity",
    ),
    (spec(hostPath=None, local={"path": "../x"}), "spec.local.path: Invalid value: \"../x\": must not contain '..'"),
    (spec(hostPath=None, csi={"driver": "a"}), "spec.csi.volumeHandle: Required value"),
    (
        spec(hostPath=None, csi={**CSI, "nodeExpandSecretRef": {"name": "s"}}),
        "spec.csi.nodeExpandSecretRef.namespace: Required value",
    ),
    (spec(hostPath=None, csi={**CSI, "driver": "x" * 64}), "spec.csi.driver: Too long: may not be more than 63 bytes"),
    (spec(nodeAffinity={}), "spec.nodeAffinity.required: Required value: must specify required node constraints"),
    (spec(nodeAffinity=affinity(value="b c")), "matchExpressions[0].values[0]: Invalid value"),
    (spec(storageClassName="A"), 'spec.storageClassName: Invalid value: "A"'),
    (spec(volumeMode="Tape"), 'spec.volumeMode: Unsupported value: "Tape"'),
    (
        spec(volumeAttributesClassName=""),
        "spec.volumeAttributesClassName: Required value: an empty string is disallowed",
    ),
    (spec(volumeAttributesClassName="a"), "spec.csi: Required value: has to be specified when using"),
]


@pytest.mark.parametrize(("given", "words"), CASES)
def test_refusals(given: Obj, words: str) -> None:
    causes = [cause.text() for cause in validate_volume_spec(given)]
    assert any(words in text for text in causes), causes


@pytest.mark.parametrize(
    "given",
    [
        spec(),
        spec(hostPath=None, local={"path": "/x"}, nodeAffinity=affinity()),
        spec(hostPath=None, csi=CSI, volumeAttributesClassName="a"),
    ],
)
def test_good_ones(given: Obj) -> None:
    assert validate_volume_spec(given) == []


SECRET = {"name": "s", "namespace": "n"}
BETA = "failure-domain.beta.kubernetes.io/zone"
ALLOWED: list[tuple[Obj, Obj]] = [
    (spec(capacity={"storage": "2Gi"}), spec()),
    (spec(nodeAffinity=affinity()), spec()),
    (spec(nodeAffinity=affinity("topology.kubernetes.io/zone")), spec(nodeAffinity=affinity(BETA))),
    (spec(hostPath=None, csi={**CSI, "controllerExpandSecretRef": SECRET}), spec(hostPath=None, csi=CSI)),
    (spec(claimRef={"name": "c"}), spec()),
]


@pytest.mark.parametrize(("new", "old"), ALLOWED)
def test_what_may_change(new: Obj, old: Obj) -> None:
    assert validate_volume_update(new, old) == []


FIXED: list[tuple[Obj, Obj, str]] = [
    (
        spec(hostPath={"path": "/y"}),
        spec(),
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immut",
    ),
    (spec(volumeMode="Block"), spec(volumeMode="Filesystem"), 'volumeMode: Invalid value: "Block": field is immutable'),
    (
        spec(nodeAffinity=affinity("c")),
        spec(nodeAffinity=affinity()),
        "field is immutable, except for updating from beta",
    ),
    (spec(), spec(nodeAffinity=affinity()), "nodeAffinity: Invalid value: null: field is immutable, except for"),
    (spec(), spec(volumeAttributesClassName="a"), "update from non-nil value to nil is forbidden"),
]


@pytest.mark.parametrize(("new", "old", "words"), FIXED)
def test_what_may_not_change(new: Obj, old: Obj, words: str) -> None:
    found = [cause.text() for cause in validate_volume_update(new, old)]
    assert any(words in text for text in found), found
