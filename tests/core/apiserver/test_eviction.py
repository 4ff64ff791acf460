"""Evictions ask the PodDisruptionBudget."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj, Response
from tests.core.apiserver.plane import COMPONENT, Plane

READY = [{"type": "Ready", "status": "True", "lastTransitionTime": "2025-01-01T00:00:00Z"}]


@pytest.fixture
def plane() -> Plane:
    plane = Plane()
    for name in ("a", "b"):
        run(plane, name)
    return plane


def run(plane: Plane, name: str, phase: str = "Running", conditions: Any = READY) -> None:
    plane.bound(name)
    body = {"metadata": {"labels": {"app": "web"}}}
    plane.ask("patch", "pods", namespace="default", name=name, body=body, options={"patch_type": "merge"})
    status = {"status": {"phase": phase, "conditions": conditions}}
    options = {"patch_type": "merge"}
    plane.ask(
        "patch", "pods", COMPONENT, namespace="default", name=name, body=status, subresource="status", options=options
    )


def budget(plane: Plane, name: str = "pdb", allowed: int = 1, observed: int = 1, **spec: Any) -> None:
    body = {
        "metadata": {"name": name},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}, **spec},
    }
    plane.made("poddisruptionbudgets", body)
    status = {"disruptionsAllowed": allowed, "observedGeneration": observed, "desiredHealthy": 2, "currentHealthy": 2}
    plane.ask(
        "patch",
        "poddisruptionbudgets",
        COMPONENT,
        namespace="default",
        name=name,
        body={"status": {**status, "expectedPods": 2}},
        subresource="status",
        options={"patch_type": "merge"},
    )


def evict(plane: Plane, name: str = "a", **options: Any) -> Response:
    body = {"metadata": {"name": name}}
    return plane.ask(
        "create", "pods", namespace="default", name=name, subresource="eviction", body=body, options=options
    )


def test_a_budget_that_allows_it_gives_one_away(plane: Plane) -> None:
    budget(plane)
    assert evict(plane).code == 201
    status: Obj = plane.get("poddisruptionbudgets", "pdb")["status"]  # type: ignore[index]
    assert status["disruptionsAllowed"] == 0
    assert list(status["disruptedPods"]) == ["a"]
    assert (status["conditions"][0]["type"], status["conditions"][0]["reason"]) == (
        "DisruptionAllowed",
        "InsufficientPods",
    )
    left = plane.get("pods", "a")
    assert left is not None
    assert left["metadata"]["deletionTimestamp"]
    assert any(told["type"] == "DisruptionTarget" for told in left["status"]["conditions"])


def test_one_that_does_not_refuses_in_upstreams_words(plane: Plane) -> None:
    budget(plane, allowed=0)
    answer = evict(plane)
    assert (answer.code, answer.reason) == (429, "TooManyRequests")
    assert answer.body["message"] == "Cannot evict pod as it would violate the pod's disruption budget."
    assert answer.body["details"] == {
        "causes": [
            {
                "reason": "DisruptionBudget",
                "message": "The disruption budget pdb needs 2 healthy pods and has 2 currently",
            }
        ]
    }
    assert evict(plane, dry_run=["All"]).code == 429


def test_one_that_is_not_yet_known(plane: Plane) -> None:
    budget(plane, observed=0)
    answer = evict(plane)
    assert (answer.code, answer.body["details"]["retryAfterSeconds"]) == (429, 10)
    assert (
        answer.body["details"]["causes"][0]["message"]
        == "The disruption budget pdb is still being processed by the server."
    )


def test_a_dry_run_takes_nothing(plane: Plane) -> None:
    budget(plane)
    before = plane.server.cache.revision
    assert evict(plane, dry_run=["All"]).code == 201
    assert plane.server.cache.revision == before


@pytest.mark.parametrize("phase", ["Succeeded", "Failed", "Pending"])
def test_pods_that_do_not_run_are_no_disruption(plane: Plane, phase: str) -> None:
    run(plane, "c", phase)
    budget(plane, allowed=0)
    assert evict(plane, "c").code == 201


def test_pods_that_are_not_ready(plane: Plane) -> None:
    run(plane, "c", conditions=[])
    budget(plane, allowed=0)
    assert evict(plane, "c").code == 201
    assert evict(plane, "a").code == 429


def test_two_budgets_are_one_too_many(plane: Plane) -> None:
    budget(plane, "one")
    budget(plane, "two")
    assert evict(plane).body["message"].startswith("This pod has more than one PodDisruptionBudget")


def test_two_at_once_get_one(plane: Plane) -> None:
    budget(plane)
    numbers = [
        plane.client.ask(
            "create", "pods", namespace="default", name=name, subresource="eviction", body={"metadata": {"name": name}}
        )
        for name in "ab"
    ]
    plane.settle(2)
    assert sorted(plane.client.responses[number].code for number in numbers) == [201, 429]


def test_what_is_no_eviction(plane: Plane) -> None:
    answer = plane.ask(
        "create", "pods", namespace="default", name="a", subresource="eviction", body={"metadata": {"name": "b"}}
    )
    assert (answer.code, answer.body["message"]) == (400, "name in URL does not match name in Eviction object")
    assert evict(plane, "nobody").code == 404
    assert plane.ask("update", "pods", namespace="default", name="a", subresource="eviction", body={}).code == 405
