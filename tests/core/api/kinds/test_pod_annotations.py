"""Annotations of pods."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.pod_annotations import validate_changed_annotations, validate_pod_annotations

SPEC = {"containers": [{"name": "c"}]}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("kubernetes.io/config.mirror", "x", "must set spec.nodeName if mirror pod annotation is set"),
        ("controller.kubernetes.io/pod-deletion-cost", "1e3", "must be a 32bit integer"),
        ("controller.kubernetes.io/pod-deletion-cost", "99999999999", "must be a 32bit integer"),
        ("seccomp.security.alpha.kubernetes.io/pod", "mine", "must be a valid seccomp profile"),
        ("seccomp.security.alpha.kubernetes.io/pod", "localhost/../x", "must not contain '..'"),
        ("container.apparmor.security.beta.kubernetes.io/d", "unconfined", "container not found"),
        ("container.apparmor.security.beta.kubernetes.io/c", "mine", 'invalid AppArmor profile name: "mine"'),
    ],
)
def test_wrong_ones(key: str, value: str, words: str) -> None:
    assert any(words in cause.text() for cause in validate_pod_annotations({key: value}, SPEC, "a"))


def test_right_ones() -> None:
    costs = {"controller.kubernetes.io/pod-deletion-cost": "-5", "mine": "anything"}
    assert validate_pod_annotations(costs, SPEC, "a") == []


def test_some_may_not_change() -> None:
    mirror = {"kubernetes.io/config.mirror": "x"}
    assert [cause.detail for cause in validate_changed_annotations({}, mirror)] == [
        "may not remove or update mirror pod annotation"
    ]
    assert [cause.detail for cause in validate_changed_annotations(mirror, {})] == ["may not add mirror pod annotation"]
