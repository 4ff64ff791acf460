"""Kinds of storage.k8s.io."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

GOOD: dict[str, Obj] = {
    "storageclasses.storage.k8s.io": {"metadata": {"name": "fast"}, "provisioner": "example.com/disk"},
    "csidrivers.storage.k8s.io": {"metadata": {"name": "disk.example.com"}, "spec": {}},
    "csinodes.storage.k8s.io": {
        "metadata": {"name": "n1"},
        "spec": {"drivers": [{"name": "disk.example.com", "nodeID": "n1", "topologyKeys": ["example.com/zone"]}]},
    },
    "csistoragecapacities.storage.k8s.io": {"metadata": {"name": "c"}, "storageClassName": "fast", "capacity": "1Gi"},
    "volumeattachments.storage.k8s.io": {
        "metadata": {"name": "a"},
        "spec": {"attacher": "disk.example.com", "nodeName": "n1", "source": {"persistentVolumeName": "pv"}},
    },
    "volumeattributesclasses.storage.k8s.io": {
        "metadata": {"name": "v"},
        "driverName": "disk.example.com",
        "parameters": {"iops": "1"},
    },
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        ("storageclasses.storage.k8s.io", "provisioner", "", "provisioner: Required value"),
        ("storageclasses.storage.k8s.io", "reclaimPolicy", "Recycle", 'supported values: "Delete", "Retain"'),
        (
            "storageclasses.storage.k8s.io",
            "volumeBindingMode",
            "Later",
            'supported values: "Immediate", "WaitForFirstConsumer"',
        ),
        (
            "storageclasses.storage.k8s.io",
            "allowedTopologies",
            [{}],
            "allowedTopologies[0].matchLabelExpressions: Required value",
        ),
        (
            "csidrivers.storage.k8s.io",
            "spec.fsGroupPolicy",
            "Some",
            'supported values: "File", "None", "ReadWriteOnceWithFSType"',
        ),
        (
            "csidrivers.storage.k8s.io",
            "spec.volumeLifecycleModes",
            ["Short"],
            'supported values: "Persistent", "Ephemeral"',
        ),
        (
            "csidrivers.storage.k8s.io",
            "spec.tokenRequests",
            [{"audience": "a"}, {"audience": "a"}],
            'spec.tokenRequests[1].audience: Duplicate value: "a"',
        ),
        (
            "csidrivers.storage.k8s.io",
            "spec.tokenRequests",
            [{"audience": "a", "expirationSeconds": 1}],
            "may not specify a duration less than 10 minutes",
        ),
        (
            "csidrivers.storage.k8s.io",
            "spec.nodeAllocatableUpdatePeriodSeconds",
            1,
            "must be greater than or equal to 10 seconds",
        ),
        ("csinodes.storage.k8s.io", "spec.drivers.0.nodeID", "", "spec.drivers[0].nodeID: Required value"),
        (
            "csinodes.storage.k8s.io",
            "spec.drivers.0.allocatable",
            {"count": -1},
            "spec.drivers[0].allocatable.count: Invalid value: -1",
        ),
        (
            "csinodes.storage.k8s.io",
            "spec.drivers.0.name",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "Too long: may not be more than 63 bytes",
        ),
        (
            "csistoragecapacities.storage.k8s.io",
            "capacity",
            "-1",
            'capacity: Invalid value: "-1": must be greater than or equal to 0',
        ),
        (
            "volumeattachments.storage.k8s.io",
            "spec.source",
            {},
            "must specify exactly one of inlineVolumeSpec and persistentVolumeName",
        ),
        ("volumeattributesclasses.storage.k8s.io", "parameters", {}, "must contain at least one key/value pair"),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (
            "storageclasses.storage.k8s.io",
            "reclaimPolicy",
            "Retain",
            'reclaimPolicy: Invalid value: "Retain": field is immutable',
        ),
        (
            "csidrivers.storage.k8s.io",
            "spec.attachRequired",
            False,
            "spec.attachedRequired: Invalid value: false: field is immutable",
        ),
        ("csinodes.storage.k8s.io", "spec.drivers.0.nodeID", "other", "spec.drivers: Invalid value"),
        ("csistoragecapacities.storage.k8s.io", "storageClassName", "slow", "field is immutable"),
        ("volumeattachments.storage.k8s.io", "spec.nodeName", "n2", "field is immutable"),
        ("volumeattributesclasses.storage.k8s.io", "parameters", {"iops": "2"}, "updates to parameters are forbidden."),
    ],
)
def test_what_does_not_change(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refused_update(kind, GOOD[kind], path, value)


def test_defaults() -> None:
    plane = Plane()
    made = plane.made("storageclasses.storage.k8s.io", GOOD["storageclasses.storage.k8s.io"])
    assert (made["reclaimPolicy"], made["volumeBindingMode"]) == ("Delete", "Immediate")
    driver = plane.made("csidrivers.storage.k8s.io", GOOD["csidrivers.storage.k8s.io"])["spec"]
    assert (driver["attachRequired"], driver["volumeLifecycleModes"]) == (True, ["Persistent"])
