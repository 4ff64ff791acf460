"""Volumes of pods in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

POD: Obj = {
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "c", "image": "i"}], "volumes": [{"name": "v", "secret": {"secretName": "s"}}]},
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("volumes.0", {"name": "v", "hostPath": {"path": "a/../b"}}, "must not contain '..'"),
        (
            "volumes.0",
            {"name": "v", "hostPath": {"path": "/a", "type": "Hole"}},
            'spec.volumes[0].hostPath.type: Unsupported value: "Hole"',
        ),
        ("volumes.0", {"name": "v", "hostPath": {}}, "spec.volumes[0].hostPath.path: Required value"),
        (
            "volumes.0",
            {"name": "v", "emptyDir": {}, "downwardAPI": {}},
            "spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type",
        ),
        (
            "volumes.0",
            {"name": "v", "emptyDir": {"sizeLimit": "-1"}},
            "SizeLimit field must be a valid resource quantity",
        ),
        (
            "volumes.0",
            {"name": "v", "secret": {"secretName": "s", "defaultMode": 512}},
            "must be a number between 0 and 0777 (octal), both inclusive",
        ),
        (
            "volumes.0",
            {"name": "v", "configMap": {"name": "c", "items": [{"key": "a", "path": "/b"}]}},
            'spec.volumes[0].configMap.items[0].path: Invalid value: "/b": must be a relative path',
        ),
        ("volumes.0", {"name": "v", "nfs": {"server": "s", "path": "a"}}, "must be an absolute path"),
        ("volumes.0", {"name": "v", "csi": {"driver": "A_B"}}, "spec.volumes[0].csi.driver: Invalid value"),
        (
            "volumes.0",
            {"name": "v", "csi": {"driver": "d.io", "nodePublishSecretRef": {}}},
            "nodePublishSecretRef.name: Required value",
        ),
        ("volumes.0", {"name": "v", "ephemeral": {}}, "spec.volumes[0].ephemeral.volumeClaimTemplate: Required value"),
        (
            "volumes.0",
            {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
            "at least 1 access mode is required",
        ),
        (
            "volumes.0",
            {"name": "v", "image": {"pullPolicy": "Never"}},
            "spec.volumes[0].image.reference: Required value",
        ),
        ("volumes.0", {"name": "v", "gcePersistentDisk": {}}, "spec.volumes[0].persistentDisk.pdName: Required value"),
        ("volumes.0", {"name": "v", "azureFile": {}}, "spec.volumes[0].azureFile.shareName: Required value"),
        ("volumes.0", {"name": "V", "emptyDir": {}}, "spec.volumes[0].name: Invalid value"),
        ("volumes", [{"name": "v"}, {"name": "v"}], 'spec.volumes[1].name: Duplicate value: "v"'),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201
