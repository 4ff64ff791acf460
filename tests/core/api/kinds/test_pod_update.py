"""What an update may change of a pod."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.pod_update import REQUIRED, WORDS, validate_pod_update
from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import pod
from tests.core.apiserver.plane import Plane


def spec(**fields: Any) -> Obj:
    return {"containers": [{"name": "c", "image": "a:1"}], "terminationGracePeriodSeconds": 30, **fields}


def affinity(*expressions: Obj) -> Obj:
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": list(expressions)}]}}}


A, B = ({"key": key, "operator": "Exists"} for key in "ab")
GATES = {"schedulingGates": [{"name": "g"}]}
ALLOWED: list[tuple[Obj, Obj]] = [
    (spec(), spec(containers=[{"name": "c", "image": "a:2"}])),
    (spec(), spec(activeDeadlineSeconds=9)),
    (spec(activeDeadlineSeconds=9), spec(activeDeadlineSeconds=8)),
    (spec(tolerations=[{"key": "a"}]), spec(tolerations=[{"key": "b"}, {"key": "a", "tolerationSeconds": 3}])),
    (spec(**GATES), spec()),
    (spec(terminationGracePeriodSeconds=-5), spec(terminationGracePeriodSeconds=1)),
    (spec(**GATES, nodeSelector={"a": "b"}), spec(**GATES, nodeSelector={"a": "b", "c": "d"})),
    (spec(**GATES), spec(affinity=affinity(A))),
    (spec(**GATES, affinity=affinity(A)), spec(**GATES, affinity=affinity(A, B))),
    (spec(nodeSelector={}), spec()),
]


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_allowed(old: Obj, new: Obj) -> None:
    assert validate_pod_update(new, old) == []


REFUSED: list[tuple[Obj, Obj, str]] = [
    (spec(), spec(containers=[]), "spec.containers: Forbidden: pod updates may not add or remove containers"),
    (spec(), spec(initContainers=[{"name": "i"}]), "spec.initContainers: Forbidden: pod updates may not add or remove"),
    (spec(), spec(hostname="h"), f"spec: Forbidden: {WORDS}"),
    (spec(), spec(terminationGracePeriodSeconds=1), f"spec: Forbidden: {WORDS}"),
    (spec(), spec(containers=[{"name": "c", "image": "a:1", "tty": True}]), f"spec: Forbidden: {WORDS}"),
    (
        spec(activeDeadlineSeconds=9),
        spec(activeDeadlineSeconds=10),
        "spec.activeDeadlineSeconds: Invalid value: 10: must be less than or equal to previous value",
    ),
    (
        spec(activeDeadlineSeconds=9),
        spec(),
        "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
    ),
    (spec(), spec(activeDeadlineSeconds=-1), "must be between 0 and 2147483647, inclusive"),
    (
        spec(tolerations=[{"key": "a"}]),
        spec(),
        "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
    ),
    (
        spec(),
        spec(**GATES),
        "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
    ),
    (spec(), spec(nodeSelector={"a": "b"}), f"spec: Forbidden: {WORDS}"),
    (
        spec(**GATES, nodeSelector={"a": "b"}),
        spec(**GATES, nodeSelector={"a": "c"}),
        "only additions to spec.nodeSelector are allowed (no mutations or deletions)",
    ),
    (spec(**GATES, affinity=affinity(A)), spec(**GATES), "no additions/deletions to non-empty NodeSelectorTerms list"),
    (
        spec(**GATES, affinity=affinity(A)),
        spec(**GATES, affinity=affinity(B)),
        "nodeSelectorTerms[0]: Invalid value: {",
    ),
    (spec(**GATES), spec(**GATES, affinity={"podAffinity": {REQUIRED: [{}]}}), f"spec: Forbidden: {WORDS}"),
]


@pytest.mark.parametrize(("old", "new", "words"), REFUSED)
def test_refused(old: Obj, new: Obj, words: str) -> None:
    causes = [cause.text() for cause in validate_pod_update(new, old)]
    assert any(words in text for text in causes), causes


def test_annotations_that_mean_something_are_checked_when_they_change() -> None:
    plane = Plane()
    plane.made("pods", pod())
    for key, value, words in (
        ("kubernetes.io/config.mirror", "x", "may not add mirror pod annotation"),
        ("controller.kubernetes.io/pod-deletion-cost", "much", "must be a 32bit integer"),
    ):
        body = {"metadata": {"annotations": {key: value}}}
        options = {"patch_type": "merge"}
        answer = plane.ask("patch", "pods", namespace="default", name="web", body=body, options=options)
        assert (answer.code, words in answer.body["message"]) == (422, True), answer.body


def test_a_gated_pod_has_no_node_yet() -> None:
    answer = Plane().ask("create", "pods", namespace="default", body=pod(nodeName="n", **GATES))
    assert (
        "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared" in answer.body["message"]
    )
