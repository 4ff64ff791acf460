"""Policy rules."""

from __future__ import annotations

import pytest

from cluster_core.apiserver.authorization.attributes import Attributes
from cluster_core.apiserver.authorization.rules import allows, compact, printed, uncovered


def rule(verbs: str, groups: str, resources: str, names: str = "") -> dict[str, list[str]]:
    found = {"verbs": verbs.split(","), "apiGroups": groups.split(","), "resources": resources.split(",")}
    return {**found, "resourceNames": names.split(",")} if names else found


@pytest.mark.parametrize(
    ("given", "asked", "allowed"),
    [
        (rule("get", "", "pods"), Attributes("get", "", "pods", namespace="a", name="x"), True),
        (rule("get", "", "pods"), Attributes("list", "", "pods"), False),
        (rule("get", "", "pods"), Attributes("get", "apps", "pods"), False),
        (rule("get", "", "pods"), Attributes("get", "", "pods", "log"), False),
        (rule("get", "", "pods/log"), Attributes("get", "", "pods", "log"), True),
        (rule("get", "", "*/log"), Attributes("get", "", "pods", "log"), True),
        (rule("get", "", "pods/*"), Attributes("get", "", "pods", "log"), False),
        (rule("*", "*", "*"), Attributes("escalate", "apps", "deployments", "scale"), True),
        (rule("*", "*", "*"), Attributes("get", path="/metrics"), False),
        (rule("get", "", "pods", "a,b"), Attributes("get", "", "pods", name="b"), True),
        (rule("get", "", "pods", "a,b"), Attributes("get", "", "pods", name="c"), False),
        (rule("create", "", "pods", "a"), Attributes("create", "", "pods"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz/*"]}, Attributes("get", path="/healthz/etcd"), True),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, Attributes("get", path="/healthz/etcd"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["*"]}, Attributes("get", path="/anything"), True),
    ],
)
def test_what_a_rule_allows(given: dict[str, list[str]], asked: Attributes, allowed: bool) -> None:
    assert allows(given, asked) is allowed


def test_what_a_set_of_rules_does_not_cover() -> None:
    owned = [rule("get,list", "", "pods"), rule("*", "apps", "*"), rule("get", "", "secrets", "one")]
    assert uncovered(owned, [rule("get", "", "pods"), rule("delete", "apps", "deployments/scale")]) == []
    assert uncovered(owned, [rule("get,watch", "", "pods")]) == [rule("watch", "", "pods")]
    assert uncovered(owned, [rule("get", "", "secrets", "one")]) == []
    assert uncovered(owned, [rule("get", "", "secrets")]) == [rule("get", "", "secrets")]
    assert uncovered([rule("*", "*", "*")], [{"verbs": ["get"], "nonResourceURLs": ["/metrics"]}])
    assert not uncovered(
        [{"verbs": ["*"], "nonResourceURLs": ["/m*"]}], [{"verbs": ["get"], "nonResourceURLs": ["/me"]}]
    )


def test_how_missing_rights_are_printed() -> None:
    missing = uncovered([], [rule("get,list", "", "pods"), rule("get", "", "secrets", "a")])
    assert [printed(one) for one in compact(missing)] == [
        '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
        '{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get"]}',
    ]
