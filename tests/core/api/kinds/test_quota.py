"""Quotas."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

GOOD: dict[str, Obj] = {
    "resourcequotas": {
        "metadata": {"name": "q"},
        "spec": {
            "hard": {"pods": "3", "requests.cpu": "1"},
            "scopeSelector": {
                "matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]
            },
        },
    },
    "limitranges": {"metadata": {"name": "l"}, "spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}},
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        ("resourcequotas", "spec.hard", {"toys": "1"}, "must be a standard resource for quota"),
        ("resourcequotas", "spec.hard", {"pods": "1.5"}, "must be an integer"),
        ("resourcequotas", "spec.hard", {"pods": "-1"}, "must be greater than or equal to 0"),
        ("resourcequotas", "spec.scopes", ["Tall"], "unsupported scope"),
        ("resourcequotas", "spec.scopes", ["BestEffort"], "unsupported scope applied to resource"),
        ("resourcequotas", "spec.scopes", ["Terminating", "NotTerminating"], "conflicting scopes"),
        (
            "resourcequotas",
            "spec.scopeSelector.matchExpressions.0.values",
            [],
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        ),
        (
            "resourcequotas",
            "spec.scopeSelector.matchExpressions.0.operator",
            "Exists",
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        ),
        ("resourcequotas", "spec.scopeSelector.matchExpressions.0.operator", "Like", "not a valid selector operator"),
        (
            "resourcequotas",
            "spec.scopeSelector.matchExpressions.0.scopeName",
            "Terminating",
            "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating",
        ),
        ("limitranges", "spec.limits.0.type", "Room", "must be a standard limit type or fully qualified"),
        (
            "limitranges",
            "spec.limits",
            [{"type": "Pod"}, {"type": "Pod"}],
            'spec.limits[1].type: Duplicate value: "Pod"',
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_scopes_are_fixed() -> None:
    body = {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "1"}, "scopes": ["BestEffort"]}}
    words = 'spec.scopes: Invalid value: ["NotBestEffort"]: field is immutable'
    assert words in refused_update("resourcequotas", body, "spec.scopes", ["NotBestEffort"])


def test_bad_statuses() -> None:
    words = refused_update("resourcequotas", GOOD["resourcequotas"], "status", {"used": {"pods": "-1"}}, "status")
    assert "status.used[pods]" in words
