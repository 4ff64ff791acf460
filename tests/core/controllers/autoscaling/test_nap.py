"""Naps: how long nothing can come of a look."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Response
from cluster_core.api.selector import from_map
from cluster_core.controllers.autoscaling.nap import STEADY, Nap, nap_after
from cluster_core.controllers.autoscaling.normalizing import Memory, normalized
from cluster_core.controllers.autoscaling.outcome import Outcome
from cluster_core.controllers.autoscaling.status import conditions_with

SECOND = 1_000_000
PERIOD = 15 * SECOND
HPA = {"spec": {"minReplicas": 2, "maxReplicas": 20}}


def steady(value: bool = True) -> Response:
    return Response(1, 200, {"items": [], "metadata": {STEADY: value}})


def settled(memory: Memory, current: int, wanted: int, now: int) -> Outcome:
    found = normalized(memory, HPA["spec"], current, wanted, now)
    assert found.replicas == current
    outcome = Outcome([], current, current, wanted)
    outcome.conditions = conditions_with([], "AbleToScale", True, *found.able, now)
    outcome.conditions = conditions_with(outcome.conditions, "ScalingLimited", found.limited, *found.limit, now)
    return outcome


def nap(
    outcome: Outcome, memory: Memory, answer: Response, *pods: dict[str, Any], now: int = 10 * SECOND
) -> Nap | None:
    return nap_after(HPA, outcome, [answer], list(pods), memory, (now, now, PERIOD))


def test_at_rest_it_sleeps_for_ever() -> None:
    memory = Memory()
    found = nap(settled(memory, 5, 5, 0), memory, steady())
    assert found is not None and found.until is None
    assert found.next_after(found.start + 1) == found.start + PERIOD
    assert found.next_after(0) == found.start


def test_it_wakes_when_a_recommendation_leaves_the_window() -> None:
    memory = Memory([(0, 9)])
    found = nap(settled(memory, 9, 4, 10 * SECOND), memory, steady())
    assert found is not None and found.until is not None
    assert 300 * SECOND < found.until <= 300 * SECOND + PERIOD
    assert (found.until - found.start) % PERIOD == 0


def test_what_changes_is_looked_at_every_time() -> None:
    memory = Memory()
    outcome = settled(memory, 5, 5, 0)
    young = {"metadata": {}, "status": {"startTime": "2025-01-01T00:00:00Z", "phase": "Running"}}
    assert nap(outcome, memory, steady(False)) is None
    assert nap(outcome, memory, Response(1, 503, {})) is None
    assert nap(outcome, memory, steady(), young) is None
    assert nap(outcome, memory, steady(), young, now=301 * SECOND) is not None
    outcome.warn("FailedGetScale", "nobody")
    assert nap(outcome, memory, steady()) is None


def test_the_looks_that_were_left_out_are_remembered() -> None:
    memory = Memory()
    found = Nap(start=15 * SECOND, beat=PERIOD, took=SECOND, wanted=7, window=60 * SECOND)
    found.remember(memory, 90 * SECOND + 150)
    assert memory.recommendations[-1] == (76 * SECOND, 7)
    assert [at // SECOND for at, _ in memory.recommendations] == [31, 46, 61, 76]
    found.remember(memory, 900 * SECOND)
    assert len(memory.recommendations) == 5


def test_what_it_depends_on() -> None:
    found = Nap(0, PERIOD, 0, 1, 0, target=("deployments.apps", "shop/web"), selector=from_map({"app": "web"}))

    def pod(namespace: str, **labels: str) -> dict[str, Any]:
        return {"metadata": {"name": "p", "namespace": namespace, "labels": labels}}

    assert found.depends_on("pods", None, pod("shop", app="web"))
    assert not found.depends_on("pods", pod("default", app="web"), None)
    assert found.depends_on(
        "pods", None, {"metadata": {"namespace": "kube-system", "labels": {"k8s-app": "metrics-server"}}}
    )
    assert found.depends_on("deployments.apps", None, {"metadata": {"name": "web", "namespace": "shop"}})
    assert not found.depends_on("deployments.apps", None, {"metadata": {"name": "db", "namespace": "shop"}})
