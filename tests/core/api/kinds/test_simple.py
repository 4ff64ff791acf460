"""Nodes, Namespaces, Leases and Events in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused
from tests.core.apiserver.plane import Plane

CASES: list[tuple[str, Obj, str]] = [
    (
        "nodes",
        {"metadata": {"name": "web"}, "spec": {"taints": [{"key": "a"}]}},
        'spec.taints[0].effect: Unsupported value: ""',
    ),
    ("namespaces", {"metadata": {"name": "a.b"}}, 'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label'),
    ("leases", {"metadata": {"name": "web"}, "spec": {"leaseDurationSeconds": 0}}, "must be greater than 0"),
    (
        "events",
        {"metadata": {"name": "web"}, "involvedObject": {"namespace": "other"}},
        "does not match event.namespace",
    ),
]


@pytest.mark.parametrize(("resource", "body", "words"), CASES)
def test_refusals(resource: str, body: Obj, words: str) -> None:
    assert words in refused(resource, body)


def test_a_namespace_has_its_finalizer_label_and_phase() -> None:
    plane = Plane()
    made = plane.get("namespaces", "default", "")
    assert made is not None
    assert made["spec"] == {"finalizers": ["kubernetes"]}
    assert made["metadata"]["labels"] == {"kubernetes.io/metadata.name": "default"}
    changed = plane.ask("update", "namespaces", name="default", body={"metadata": {"name": "default"}, "spec": {}}).body
    assert (changed["spec"], changed["status"]) == (made["spec"], {"phase": "Active"})
