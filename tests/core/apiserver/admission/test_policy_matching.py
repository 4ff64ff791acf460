"""Which requests policies and bindings are about."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.admission.plugin import CREATE, DELETE, UPDATE, Attributes
from cluster_core.apiserver.admission.policy_matching import matches
from tests.core.apiserver.admission.policy_samples import BINDINGS, binding, config_map, governed, policy, rule, tried


def change(resource: str = "pods", operation: str = CREATE, obj: Obj | None = None, **fields: Any) -> Attributes:
    request = Request(1, "c", "u", "create", resource, **{"namespace": "default", "version": "v1", **fields})
    given = obj or {"metadata": {"name": "web"}}
    return Attributes(operation, by_resource(resource), request, None, given)  # type: ignore[arg-type]


def about(found: Attributes, *rules: Obj, **more: Any) -> bool:
    return matches({"resourceRules": list(rules), **more}, found)


def test_nothing_said_is_everything() -> None:
    assert matches(None, change())
    assert matches({"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}, change())


@pytest.mark.parametrize(
    ("resources", "subresource", "expected"),
    [
        (("pods",), "", True),
        (("*",), "", True),
        (("*",), "status", False),
        (("pods/status",), "status", True),
        (("pods/*",), "status", True),
        (("pods/*",), "", True),
        (("*/*",), "status", True),
        (("*/status",), "", False),
        (("services", "pods"), "", True),
        (("services",), "", False),
    ],
)
def test_resources(resources: tuple[str, ...], subresource: str, expected: bool) -> None:
    assert about(change(subresource=subresource), rule(*resources)) is expected


def test_operations_groups_versions_scope_and_names() -> None:
    assert not about(change(operation=DELETE), rule("pods"))
    assert about(change(operation=DELETE), rule("pods", operations=["*"]))
    assert about(change(operation=UPDATE), rule("pods"))
    assert not about(change(), rule("pods", apiGroups=["apps"]))
    assert about(change("deployments"), rule("deployments", apiGroups=["apps"]))
    assert about(change(), rule("pods", scope="Namespaced"))
    assert not about(change(), rule("pods", scope="Cluster"))
    assert about(change("nodes", namespace=""), rule("nodes", scope="Cluster"))
    assert about(change("namespaces", namespace=""), rule("namespaces", scope="Cluster"))
    assert about(change(), rule("pods", resourceNames=["web"]))
    assert not about(change(), rule("pods", resourceNames=["other"]))


def test_equivalent_versions() -> None:
    found = change("horizontalpodautoscalers.autoscaling", version="v2")
    given = rule("horizontalpodautoscalers", apiGroups=["autoscaling"], apiVersions=["v1"])
    assert about(found, given, matchPolicy="Equivalent")
    assert not about(found, given, matchPolicy="Exact")


def test_excluded_rules_win() -> None:
    assert not about(change(), rule("*"), excludeResourceRules=[rule("pods")])
    assert about(change(), rule("*"), excludeResourceRules=[rule("services")])


def test_object_selectors_look_at_both_objects() -> None:
    selector = {"matchLabels": {"app": "x"}}
    labelled = {"metadata": {"name": "web", "labels": {"app": "x"}}}
    assert about(change(obj=labelled), rule("pods"), objectSelector=selector)
    assert not about(change(), rule("pods"), objectSelector=selector)
    update = change(operation=UPDATE)
    update.old = labelled
    assert about(update, rule("pods"), objectSelector=selector)


def test_namespace_selectors() -> None:
    selector = {"matchLabels": {"kubernetes.io/metadata.name": "default"}}
    elsewhere = {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}
    constraints = {"resourceRules": [rule()], "namespaceSelector": selector}
    plane = governed(policy("false", matchConstraints=constraints), bindings=())
    plane.made(BINDINGS, binding(matchResources={"namespaceSelector": elsewhere}), "")
    plane.settle(1)
    assert tried(plane, config_map()) == ""
    plane.made(BINDINGS, {**binding(), "metadata": {"name": "second"}}, "")
    plane.settle(1)
    assert "binding 'second'" in tried(plane, config_map("other"))
    labelled = change("namespaces", obj={"metadata": {"name": "n", "labels": {"a": "b"}}}, namespace="")
    assert about(labelled, rule("namespaces"), namespaceSelector={"matchLabels": {"a": "b"}})
