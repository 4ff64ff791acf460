"""Which requests webhooks and policies are about."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

RULE: Obj = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
POLICY: Obj = {
    "metadata": {"name": "p"},
    "spec": {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "true"}]},
}
VALIDATING = "validatingadmissionpolicies.admissionregistration.k8s.io"
GOOD: dict[str, Obj] = {"validatingadmissionpolicies.admissionregistration.k8s.io": POLICY}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (VALIDATING, "spec.matchConstraints.resourceRules.0.operations", [], "operations: Required value"),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.operations",
            ["*", "CREATE"],
            "if '*' is present, must not specify other operations",
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.operations",
            ["READ"],
            'supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.apiGroups",
            ["*", "a"],
            "must not specify other API groups",
        ),
        (VALIDATING, "spec.matchConstraints.resourceRules.0.apiVersions", [""], "apiVersions[0]: Required value"),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.resources",
            ["*/*", "pods"],
            "if '*/*' is present, must not specify other resources",
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.resources",
            ["pods/*", "pods/log"],
            "if 'pods/*' is present, must not specify pods/log",
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.resources",
            ["*/log", "pods/log"],
            "if '*/log' is present, must not specify pods/log",
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.resources",
            ["*", "pods"],
            "must not specify other resources without subresources",
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.scope",
            "Here",
            'supported values: "*", "Cluster", "Namespaced"',
        ),
        (
            VALIDATING,
            "spec.matchConstraints.resourceRules.0.resourceNames",
            ["a", "a"],
            'resourceNames[1]: Duplicate value: "a"',
        ),
        (
            VALIDATING,
            "spec.matchConditions",
            [{"name": "", "expression": " "}],
            "spec.matchConditions[0].expression: Required value",
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_defaults() -> None:
    match = Plane().made(VALIDATING, POLICY)["spec"]["matchConstraints"]
    assert (match["matchPolicy"], match["namespaceSelector"], match["resourceRules"][0]["scope"]) == (
        "Equivalent",
        {},
        "*",
    )
