"""Rules taken apart and put together, in the order that Go's text of them has."""

from __future__ import annotations

from cluster_core.kubectl.rules import short_rules


def test_verbs_about_the_same_resource_are_put_together() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
    ]
    assert [rule.cells() for rule in short_rules(rules)] == [
        ["pods", "[]", "[]", "[get list]"],
        ["pods/log", "[]", "[]", "[get]"],
    ]


def test_names_are_told_apart_and_paths_left_alone() -> None:
    rules = [
        {"apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["a", "b"], "verbs": ["get"]},
        {"nonResourceURLs": ["/healthz"], "verbs": ["get", "post"]},
    ]
    assert [" ".join(rule.cells()) for rule in short_rules(rules)] == [
        " [/healthz] [] [get]",
        "deployments.apps [] [a] [get]",
        "deployments.apps [] [b] [get]",
        " [/healthz] [] [post]",
    ]
