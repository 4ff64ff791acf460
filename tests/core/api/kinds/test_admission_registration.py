"""Admission policies and bindings."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal
from tests.core.apiserver.plane import Plane

RULE: Obj = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
MATCH: Obj = {"resourceRules": [RULE]}
VALIDATING = "validatingadmissionpolicies.admissionregistration.k8s.io"
BINDING = "validatingadmissionpolicybindings.admissionregistration.k8s.io"
MUTATING = "mutatingadmissionpolicies.admissionregistration.k8s.io"
GOOD: dict[str, Obj] = {
    VALIDATING: {
        "metadata": {"name": "p"},
        "spec": {"matchConstraints": MATCH, "validations": [{"expression": "true"}]},
    },
    BINDING: {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Deny"]}},
    MUTATING: {
        "metadata": {"name": "m"},
        "spec": {
            "matchConstraints": MATCH,
            "reinvocationPolicy": "Never",
            "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[]"}}],
        },
    },
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (VALIDATING, "spec.matchConstraints", GONE, "spec.matchConstraints: Required value"),
        (VALIDATING, "spec.matchConstraints.resourceRules", [], "spec.matchConstraints.resourceRules: Required value"),
        (VALIDATING, "spec.failurePolicy", "Wait", 'supported values: "Fail", "Ignore"'),
        (VALIDATING, "spec.paramKind", {"apiVersion": "a/b/c", "kind": "X"}, "unexpected GroupVersion string: a/b/c"),
        (
            VALIDATING,
            "spec.paramKind",
            {"apiVersion": "v1", "kind": "a_b"},
            "may have mixed case, but should otherwise match",
        ),
        (VALIDATING, "spec.validations", [], "validations or auditAnnotations must contain at least one item"),
        (
            VALIDATING,
            "spec.validations.0.expression",
            " ",
            "spec.validations[0].expression: Required value: expression is not specified",
        ),
        (VALIDATING, "spec.validations.0.message", "a\nb", "must not contain line breaks"),
        (
            VALIDATING,
            "spec.validations.0.reason",
            "Because",
            'supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
        ),
        (
            VALIDATING,
            "spec.variables",
            [{"name": "v"}],
            "spec.variables[0].expression: Required value: expression is not specified",
        ),
        (BINDING, "spec.policyName", "", "spec.policyName: Required value"),
        (BINDING, "spec.validationActions", [], "at least one validation action is required"),
        (BINDING, "spec.validationActions", ["Deny", "Warn"], "must not contain both Deny and Warn"),
        (
            BINDING,
            "spec.paramRef",
            {"name": "a", "selector": {}, "parameterNotFoundAction": "Deny"},
            "name and selector are mutually exclusive",
        ),
        (BINDING, "spec.paramRef", {"name": "a"}, "spec.paramRef.parameterNotFoundAction: Required value"),
        (MUTATING, "spec.mutations", [], "mutations must contain at least one item"),
        (MUTATING, "spec.mutations.0.patchType", "Merge", 'supported values: "ApplyConfiguration", "JSONPatch"'),
        (MUTATING, "spec.matchConstraints.resourceRules.0.operations", ["DELETE"], 'Unsupported value: "DELETE"'),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201
