"""References to fields and resources of pods."""

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
                "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}],
                "envFrom": [{"configMapRef": {"name": "c"}}],
            }
        ]
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "containers.0.env.0.valueFrom",
            {"fieldRef": {"fieldPath": "spec.nothing"}},
            "error converting fieldPath: field label not supported: spec.nothing",
        ),
        (
            "containers.0.env.0.valueFrom",
            {"fieldRef": {"fieldPath": "status.phase"}},
            'valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name"',
        ),
        ("containers.0.env.0.valueFrom", {"fieldRef": {"fieldPath": ""}}, "fieldRef.fieldPath: Required value"),
        (
            "containers.0.env.0.valueFrom",
            {"fieldRef": {"fieldPath": "metadata.labels['a b']"}},
            'fieldRef: Invalid value: "a b"',
        ),
        (
            "containers.0.env.0.valueFrom",
            {"fieldRef": {"fieldPath": "metadata.name", "apiVersion": "v2"}},
            "unsupported pod version: v2",
        ),
        (
            "containers.0.env.0.valueFrom",
            {"resourceFieldRef": {"resource": "limits.toys"}},
            'resourceFieldRef.resource: Unsupported value: "limits.toys": supported values: "limits.cpu"',
        ),
        (
            "containers.0.env.0.valueFrom",
            {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "2"}},
            "only divisor's values 1m and 1 are supported with the cpu resource",
        ),
        (
            "containers.0.env.0.valueFrom",
            {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1m"}},
            "are supported with the memory resource",
        ),
        ("containers.0.env.0.valueFrom", {"configMapKeyRef": {"name": "c"}}, "configMapKeyRef.key: Required value"),
        ("containers.0.envFrom", [{}], "must specify one of: `configMapRef` or `secretRef`"),
        ("containers.0.envFrom", [{"secretRef": {}}], "envFrom[0].secretRef.name: Required value"),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201
