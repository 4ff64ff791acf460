"""Roles and bindings."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

RULES: list[Obj] = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
BINDING: Obj = {
    "metadata": {"name": "system:readers"},
    "roleRef": {"kind": "ClusterRole", "name": "system:reader"},
    "subjects": [{"kind": "User", "name": "ann"}, {"kind": "ServiceAccount", "name": "bot", "namespace": "default"}],
}
GOOD: dict[str, Obj] = {
    "roles.rbac.authorization.k8s.io": {"metadata": {"name": "system:reader"}, "rules": RULES},
    "clusterroles.rbac.authorization.k8s.io": {
        "metadata": {"name": "reader"},
        "rules": RULES,
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]},
    },
    "rolebindings.rbac.authorization.k8s.io": BINDING,
    "clusterrolebindings.rbac.authorization.k8s.io": BINDING,
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        ("roles.rbac.authorization.k8s.io", "metadata.name", "a%b", "may not contain '%'"),
        (
            "roles.rbac.authorization.k8s.io",
            "rules.0.verbs",
            [],
            "rules[0].verbs: Required value: verbs must contain at least one value",
        ),
        (
            "roles.rbac.authorization.k8s.io",
            "rules.0.apiGroups",
            [],
            "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        ),
        (
            "roles.rbac.authorization.k8s.io",
            "rules.0.resources",
            [],
            "resource rules must supply at least one resource",
        ),
        (
            "roles.rbac.authorization.k8s.io",
            "rules.0.nonResourceURLs",
            ["/x"],
            "namespaced rules cannot apply to non-resource URLs",
        ),
        (
            "clusterroles.rbac.authorization.k8s.io",
            "rules.0.nonResourceURLs",
            ["/x"],
            "rules cannot apply to both regular resources and non-resource URLs",
        ),
        (
            "clusterroles.rbac.authorization.k8s.io",
            "aggregationRule",
            {},
            "at least one clusterRoleSelector required if aggregationRule is non-nil",
        ),
        (
            "clusterrolebindings.rbac.authorization.k8s.io",
            "roleRef.kind",
            "Role",
            'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
        ),
        ("rolebindings.rbac.authorization.k8s.io", "roleRef.name", "", "roleRef.name: Required value"),
        (
            "rolebindings.rbac.authorization.k8s.io",
            "roleRef.apiGroup",
            "x",
            'roleRef.apiGroup: Unsupported value: "x": supported values: "rbac.authorization.k8s.io"',
        ),
        (
            "rolebindings.rbac.authorization.k8s.io",
            "subjects.0.kind",
            "Robot",
            'supported values: "ServiceAccount", "User", "Group"',
        ),
        ("rolebindings.rbac.authorization.k8s.io", "subjects.0.name", "", "subjects[0].name: Required value"),
        (
            "rolebindings.rbac.authorization.k8s.io",
            "subjects.1.apiGroup",
            "x",
            'subjects[1].apiGroup: Unsupported value: "x": supported values: ""',
        ),
        (
            "clusterrolebindings.rbac.authorization.k8s.io",
            "subjects.1.namespace",
            GONE,
            "subjects[1].namespace: Required value",
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_the_role_is_fixed() -> None:
    assert "cannot change roleRef" in refused_update(
        "rolebindings.rbac.authorization.k8s.io", BINDING, "roleRef.name", "other"
    )


def test_groups_are_filled_in() -> None:
    made = Plane().made("rolebindings.rbac.authorization.k8s.io", BINDING)
    assert made["roleRef"]["apiGroup"] == "rbac.authorization.k8s.io"
    assert [one.get("apiGroup") for one in made["subjects"]] == ["rbac.authorization.k8s.io", None]
