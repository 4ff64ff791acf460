"""Namespaces, Leases, ServiceAccounts and Events in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused
from tests.core.apiserver.plane import Plane

CASES: list[tuple[str, Obj, str]] = [
    ("namespaces", {"metadata": {"name": "a.b"}}, 'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label'),
    ("leases", {"metadata": {"name": "web"}, "spec": {"leaseDurationSeconds": 0}}, "must be greater than 0"),
    (
        "leases",
        {"metadata": {"name": "web"}, "spec": {"strategy": "Best"}},
        'spec.strategy.strategy: Unsupported value: "Best": supported values: "OldestEmulationVersion"',
    ),
    ("leases", {"metadata": {"name": "web"}, "spec": {"strategy": "a/b c"}}, "spec.strategy.strategy: Invalid value"),
    (
        "leases",
        {"metadata": {"name": "web"}, "spec": {"preferredHolder": "x"}},
        "spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined",
    ),
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


def test_the_phase_of_a_namespace_says_whether_it_ends() -> None:
    words = "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"
    plane = Plane()
    made = plane.get("namespaces", "default", "")
    assert made is not None
    body = {**made, "status": {"phase": "Terminating"}}
    answer = plane.ask("update", "namespaces", name="default", subresource="status", body=body)
    assert (answer.code, words in answer.body["message"]) == (422, True), answer.body


def test_of_the_secrets_of_an_account_only_names_count() -> None:
    plane = Plane()
    body = {"metadata": {"name": "a"}, "secrets": [{"name": "s", "namespace": "n"}]}
    made = plane.made("serviceaccounts", body)
    assert made["secrets"] == [{"name": "s"}]
    again = {**made, "secrets": [{"name": "t", "kind": "Secret"}]}
    assert plane.ask("update", "serviceaccounts", namespace="default", name="a", body=again).body["secrets"] == [
        {"name": "t"}
    ]
