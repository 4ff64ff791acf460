"""NodeResourcesFit."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.resources_fit import NodeResourcesFit
from tests.core.scheduler.machines import node, pod, snapshot


def test_every_resource_that_lacks_is_named() -> None:
    there = node(cpu="1", memory="1Gi")
    there.add_pod(pod("other", "800m", "900Mi"))
    status = NodeResourcesFit().filter(CycleState(), pod("p", "300m", "200Mi"), there)
    assert status is not None
    assert (status.code, status.reasons) == ("Unschedulable", ["Insufficient cpu", "Insufficient memory"])


def test_more_than_the_node_has_cannot_be_helped_by_evictions() -> None:
    status = NodeResourcesFit().filter(CycleState(), pod("p", "17"), node(cpu="16"))
    assert status is not None and status.code == "UnschedulableAndUnresolvable"


def test_extended_resources_and_the_number_of_pods() -> None:
    there = node(pods=1, extended={"example.com/gpu": "2"})
    wants = pod("p", requests={"example.com/gpu": "3"})
    status = NodeResourcesFit().filter(CycleState(), wants, there)
    assert status is not None and status.reasons == ["Insufficient example.com/gpu"]
    there.add_pod(pod("other"))
    status = NodeResourcesFit().filter(CycleState(), pod("q"), there)
    assert status is not None and status.reasons == ["Too many pods"]


def test_an_exact_fit_fits() -> None:
    assert NodeResourcesFit().filter(CycleState(), pod("p", "4", "8Gi"), node(cpu="4", memory="8Gi")) is None


def test_emptier_is_better() -> None:
    empty, half = node("a"), node("b")
    half.add_pod(pod("other", "2", "4Gi"))
    plugin, both = NodeResourcesFit(), snapshot(empty, half)
    assert plugin.score(CycleState(), pod(), empty, both) > plugin.score(CycleState(), pod(), half, both)
    assert plugin.score(CycleState(), pod("p", "4", "8Gi"), empty, both) == 0


def test_strategies_turn_the_preference_around() -> None:
    empty, half = node("a"), node("b")
    half.add_pod(pod("other", "2", "4Gi"))
    both, wants = snapshot(empty, half), pod("p", "1", "2Gi")
    most = NodeResourcesFit({"scoringStrategy": {"type": "MostAllocated"}})
    assert [most.score(CycleState(), wants, one, both) for one in (empty, half)] == [25, 75]
    shape = [{"utilization": 0, "score": 0}, {"utilization": 100, "score": 10}]
    strategy = {"type": "RequestedToCapacityRatio", "requestedToCapacityRatio": {"shape": shape}}
    ratio = NodeResourcesFit({"scoringStrategy": {**strategy, "resources": [{"name": "cpu", "weight": 2}]}})
    assert [ratio.score(CycleState(), wants, one, both) for one in (empty, half)] == [25, 75]


def test_resources_that_others_look_after_are_ignored() -> None:
    wants = pod("p", requests={"example.com/gpu": "3", "other.com/x": "1"})
    status = NodeResourcesFit().filter(CycleState(), wants, node())
    assert status is not None and len(status.reasons) == 2
    ignores = NodeResourcesFit({"ignoredResources": ["other.com/x"], "ignoredResourceGroups": ["example.com"]})
    assert ignores.filter(CycleState(), wants, node()) is None
