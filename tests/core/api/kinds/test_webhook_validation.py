"""Webhooks of admission."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal
from tests.core.apiserver.plane import Plane

HOOK: Obj = {
    "name": "check.example.com",
    "admissionReviewVersions": ["v1"],
    "sideEffects": "None",
    "clientConfig": {"service": {"name": "hook", "namespace": "default", "path": "/a"}},
    "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
}
BODY: Obj = {"metadata": {"name": "w"}, "webhooks": [HOOK]}
GOOD: dict[str, Obj] = {
    "validatingwebhookconfigurations.admissionregistration.k8s.io": BODY,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": BODY,
}
VALIDATING = "validatingwebhookconfigurations.admissionregistration.k8s.io"
MUTATING = "mutatingwebhookconfigurations.admissionregistration.k8s.io"


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (VALIDATING, "webhooks.0.name", "check", "should be a domain with at least three segments separated by dots"),
        (VALIDATING, "webhooks.0.sideEffects", GONE, "must specify one of None, NoneOnDryRun"),
        (VALIDATING, "webhooks.0.sideEffects", "Some", 'supported values: "None", "NoneOnDryRun"'),
        (VALIDATING, "webhooks.0.timeoutSeconds", 40, "the timeout value must be between 1 and 30 seconds"),
        (MUTATING, "webhooks.0.reinvocationPolicy", "Always", 'supported values: "IfNeeded", "Never"'),
        (VALIDATING, "webhooks.0.clientConfig", {}, "exactly one of url or service is required"),
        (VALIDATING, "webhooks.0.clientConfig", {"url": "http://u@a/?q#f"}, '"https" is the only allowed URL scheme'),
        (VALIDATING, "webhooks.0.clientConfig.service.path", "a", "must start with a '/'"),
        (VALIDATING, "webhooks.0.clientConfig.service.path", "/a//b", "segment[1] may not be empty"),
        (VALIDATING, "webhooks.0.clientConfig.service.port", 0, "port is not valid"),
        (VALIDATING, "webhooks.0.admissionReviewVersions", [], "must specify one of v1, v1beta1"),
        (VALIDATING, "webhooks.0.admissionReviewVersions", ["v2"], "must include at least one of v1, v1beta1"),
        (VALIDATING, "webhooks", [HOOK, HOOK], 'webhooks[1].name: Duplicate value: "check.example.com"'),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_defaults_and_generations() -> None:
    plane = Plane()
    made = plane.made(MUTATING, BODY)
    hook = made["webhooks"][0]
    assert (hook["failurePolicy"], hook["reinvocationPolicy"], hook["timeoutSeconds"]) == ("Fail", "Never", 10)
    assert (hook["rules"][0]["scope"], hook["clientConfig"]["service"]["port"]) == ("*", 443)
    assert made["metadata"]["generation"] == 1
    body = changed(made, "webhooks.0.timeoutSeconds", 5)
    again = plane.ask("update", MUTATING, name="w", body=body)
    assert again.body["metadata"]["generation"] == 2
