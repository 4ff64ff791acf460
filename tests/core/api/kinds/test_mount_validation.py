"""Mounts and devices."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

POD: Obj = {
    "metadata": {"name": "p"},
    "spec": {
        "containers": [
            {
                "name": "c",
                "image": "i",
                "volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "a"}],
                "volumeDevices": [{"name": "d", "devicePath": "/dev/d"}],
            }
        ],
        "volumes": [{"name": "v", "emptyDir": {}}, {"name": "d", "persistentVolumeClaim": {"claimName": "d"}}],
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("containers.0.volumeMounts", [{"mountPath": "/v"}], "spec.containers[0].volumeMounts[0].name: Required value"),
        (
            "containers.0.volumeMounts",
            [{"name": "w", "mountPath": "/v"}],
            'spec.containers[0].volumeMounts[0].name: Not found: "w"',
        ),
        (
            "containers.0.volumeMounts",
            [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}],
            "must be unique",
        ),
        (
            "containers.0.volumeMounts",
            [{"name": "v", "mountPath": "/v", "subPath": "/a"}],
            'spec.containers[0].volumeMounts.subPath: Invalid value: "/a": must be a relative path',
        ),
        (
            "containers.0.volumeMounts",
            [{"name": "v", "mountPath": "/v", "subPath": "a", "subPathExpr": "b"}],
            "subPathExpr and subPath are mutually exclusive",
        ),
        (
            "containers.0.volumeMounts",
            [{"name": "v", "mountPath": "/v", "mountPropagation": "Sideways"}],
            'supported values: "Bidirectional", "HostToContainer", "None"',
        ),
        (
            "containers.0.volumeMounts",
            [{"name": "v", "mountPath": "/v", "mountPropagation": "Bidirectional"}],
            "Bidirectional mount propagation is available only to privileged containers",
        ),
        (
            "containers.0.volumeMounts",
            [{"name": "v", "mountPath": "/v", "recursiveReadOnly": "Enabled"}],
            "may only be specified when readOnly is true",
        ),
        ("containers.0.volumeMounts", [{"name": "d", "mountPath": "/v"}], "must not already exist in volumeDevices"),
        (
            "containers.0.volumeDevices",
            [{"name": "v", "devicePath": "/d"}],
            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
        ),
        (
            "containers.0.volumeDevices",
            [{"name": "d"}],
            "spec.containers[0].volumeDevices[0].devicePath: Required value",
        ),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201
