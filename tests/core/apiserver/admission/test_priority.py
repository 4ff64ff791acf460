"""Priority."""

from __future__ import annotations

import pytest

from tests.core.apiserver.plane import Plane, pod

CLASSES = "priorityclasses.scheduling.k8s.io"


def test_the_class_decides_and_a_pod_may_not_say_otherwise() -> None:
    plane = Plane()
    assert plane.made("pods", pod("plain"))["spec"]["priority"] == 0
    plane.made(CLASSES, {"metadata": {"name": "high"}, "value": 7, "preemptionPolicy": "Never"}, namespace="")
    spec = plane.made("pods", pod("high", priorityClassName="high"))["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (7, "Never")
    refused = plane.ask("create", "pods", namespace="default", body=pod("odd", priorityClassName="high", priority=8))
    assert refused.body["message"] == (
        'pods "odd" is forbidden: the integer value of priority (8) must not be provided in pod spec; '
        "priority admission controller computed 7 from the given PriorityClass name"
    )


def test_a_class_that_is_missing_is_told_with_the_name_that_was_given() -> None:
    plane = Plane()
    body = pod(priorityClassName="lost")
    body["metadata"] = {"generateName": "web-"}
    refused = plane.ask("create", "pods", namespace="default", body=body)
    assert refused.body["message"] == 'pods "web-" is forbidden: no PriorityClass with name lost was found'


@pytest.mark.parametrize("verb", ["create", "update"])
def test_one_class_at_most_is_the_default(verb: str) -> None:
    plane = Plane()
    plane.made(CLASSES, {"metadata": {"name": "usual"}, "value": 5, "globalDefault": True}, namespace="")
    spec = plane.made("pods", pod())["spec"]
    assert (spec["priorityClassName"], spec["priority"]) == ("usual", 5)
    body = {"metadata": {"name": "other"}, "value": 6, "globalDefault": verb == "create"}
    if verb == "update":
        plane.made(CLASSES, body, namespace="")
    refused = plane.ask(verb, CLASSES, name="" if verb == "create" else "other", body={**body, "globalDefault": True})
    assert "PriorityClass usual is already marked as default. Only one default can exist" in refused.body["message"]
