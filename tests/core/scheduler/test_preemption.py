"""Who would have to go, and where that costs least."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preemption import (
    BUDGETS,
    Candidate,
    Preemption,
    ineligible,
    pick,
    preempt,
    split_by_budget,
)
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.status import UNRESOLVABLE, NodeStatuses, Status
from tests.core.scheduler.machines import node, pod, profile


def _low(name: str, priority: int = 0, cpu: str = "1", start: str = "", **facts: Any) -> PodInfo:
    status = {"startTime": f"2026-01-01T00:00:{start}Z"} if start else {}
    return pod(name, cpu=cpu, priority=priority, labels={"app": name.partition("-")[0]}, status=status, **facts)


def _full(name: str, *pods: PodInfo, cpu: str = "4") -> NodeInfo:
    found = node(name, cpu=cpu)
    for one in pods:
        found.add_pod(one)
    return found


def _budget(app: str, allowed: int, **status: Any) -> Obj:
    return {
        "metadata": {"name": app, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": app}}},
        "status": {"disruptionsAllowed": allowed, **status},
    }


def _preempt(asking: PodInfo, nodes: list[NodeInfo], budgets: list[Obj] | None = None, first: int = 0) -> Preemption:
    snapshot = Snapshot(
        {one.name: one for one in nodes},
        lister=ObjectLister({BUDGETS: budgets or []}),
        chance=lambda _what, count: first % count,
    )
    verdict, _ = schedule_one(asking, snapshot, profile(), 0, lambda count: 0)
    assert verdict.node is None
    state = CycleState()
    profile().pre_filter(state, asking, snapshot)
    return preempt(profile(), state, asking, snapshot, verdict.refused)


def _victims(found: Preemption) -> tuple[str, list[str]]:
    assert found.chosen is not None
    return found.chosen.node, [victim.uid for victim in found.chosen.victims]


def test_the_least_important_go_and_no_more_than_needed() -> None:
    pods = [_low("a", 5, start="01"), _low("b", 0, start="02"), _low("c", 0, start="01"), _low("d", 0, start="03")]
    high = pod("high", cpu="2", priority=100)
    assert _victims(_preempt(high, [_full("n1", *pods)])) == ("n1", ["b", "d"])


def test_equal_and_higher_priorities_stay() -> None:
    peers = [_low(name, 100) for name in "abcd"]
    found = _preempt(pod("high", cpu="2", priority=100), [_full("n1", *peers)])
    assert found.chosen is None and not found.ineligible
    assert found.message == "0/1 nodes are available: 1 No preemption victims found for incoming pod."
    too_few = _preempt(pod("high", cpu="2", priority=100), [_full("n1", *peers[:3], _low("d"))])
    assert too_few.message == "0/1 nodes are available: 1 Insufficient cpu."


def test_no_node_that_eviction_cannot_help_is_looked_at() -> None:
    tainted = _full("n2")
    tainted.node["spec"]["taints"] = [{"key": "x", "effect": "NoSchedule"}]
    found = _preempt(pod("high", cpu="2", priority=9), [_full("n1", *[_low(name, 9) for name in "abcd"]), tainted])
    assert found.message == (
        "0/2 nodes are available: 1 No preemption victims found for incoming pod, "
        "1 Preemption is not helpful for scheduling."
    )


def test_budgets_are_respected_where_there_is_a_choice() -> None:
    on_1, on_2 = [_low(f"a-{name}") for name in range(4)], [_low(f"b-{name}", 5) for name in range(4)]
    high = pod("high", cpu="1", priority=100)
    nodes = [_full("n1", *on_1), _full("n2", *on_2)]
    assert _victims(_preempt(high, nodes))[0] == "n1", "lower priority"
    assert _victims(_preempt(high, nodes, [_budget("a", 0)]))[0] == "n2", "a budget counts for more"
    forced = _preempt(high, nodes[:1], [_budget("a", 0)])
    assert forced.chosen is not None and forced.chosen.violations == 1


def test_those_with_a_budget_come_back_first() -> None:
    pods = [_low("a-1"), _low("b-1"), _low("a-2"), _low("b-2")]
    found = _preempt(pod("high", cpu="2", priority=100), [_full("n1", *pods)], [_budget("a", 0)])
    assert _victims(found) == ("n1", ["b-1", "b-2"])


def test_a_budget_is_used_up_pod_by_pod_and_knows_of_disruptions() -> None:
    pods = [_low(f"a-{number}") for number in range(3)]
    against, within = split_by_budget(pods, [_budget("a", 2)])
    assert [one.uid for one in within] == ["a-0", "a-1"] and [one.uid for one in against] == ["a-2"]
    against, _ = split_by_budget(pods, [_budget("a", 1, disruptedPods={"a-0": "now"})])
    assert [one.uid for one in against] == ["a-2"]
    empty = {**_budget("a", 0), "spec": {"selector": {}}}
    assert split_by_budget(pods, [empty])[0] == [], "a budget without a selector selects nothing here"


def _candidate(name: str, *victims: PodInfo, violations: int = 0) -> Candidate:
    return Candidate(name, list(victims), violations)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (_candidate("x", _low("a", 9)), _candidate("y", _low("b", 0), violations=1)),
        (_candidate("x", _low("a", 1)), _candidate("y", _low("b", 2))),
        (_candidate("x", _low("a", 2), _low("b", 0)), _candidate("y", _low("c", 2), _low("d", 1))),
        (_candidate("x", _low("a", -5)), _candidate("y", _low("b", -5), _low("c", -5))),
        (_candidate("x", _low("a", start="09")), _candidate("y", _low("b", start="03"))),
        (
            _candidate("x", _low("a", 1, start="09"), _low("b", 0, start="01")),
            _candidate("y", _low("c", 1, start="08"), _low("d", 0, start="05")),
        ),
    ],
)
def test_the_criteria_in_their_order(better: Candidate, worse: Candidate) -> None:
    assert pick([better, worse]) is better and pick([worse, better]) is better


def test_among_equals_the_first_after_the_offset() -> None:
    nodes = [_full(f"n{number}", *[_low(f"{number}-{name}", start="01") for name in range(4)]) for number in (1, 2, 3)]
    high = pod("high", cpu="1", priority=9)
    assert [_victims(_preempt(high, nodes, first=place))[0] for place in range(3)] == ["n1", "n2", "n3"]
    card = _preempt(high, nodes, first=1).as_card()
    assert [one["node"] for one in card["candidates"]] == ["n2", "n3", "n1"] and card["chosen"] == "n2"
    assert card["candidates"][0]["earliest_start"] == "2026-01-01T00:00:01Z"


def test_at_most_a_hundred_or_a_tenth_of_the_nodes_are_tried() -> None:
    nodes = [_full(f"n{number:04}", _low(f"v{number}", cpu="4")) for number in range(150)]
    found = _preempt(pod("high", cpu="1", priority=9), nodes)
    assert len(found.candidates) == 100


def _leaving(reason: str = "PreemptionByScheduler") -> PodInfo:
    condition = {"type": "DisruptionTarget", "status": "True", "reason": reason}
    leaving = pod("leaving", cpu="4", status={"conditions": [condition]}).pod
    return PodInfo.of({**leaving, "metadata": {**leaving["metadata"], "deletionTimestamp": "now"}})


def test_a_pod_waits_for_its_victims_but_not_for_others() -> None:
    high = pod("high", cpu="1", priority=9, status={"nominatedNodeName": "n1"})
    refused = NodeStatuses(1, {})

    def words(there: PodInfo) -> str:
        return ineligible(high, Snapshot({"n1": _full("n1", there)}), refused)

    assert words(_leaving()) == "not eligible due to a terminating pod on the nominated node."
    assert words(_leaving("EvictionByEvictionAPI")) == ""
    hopeless = NodeStatuses(1, {"n1": Status(UNRESOLVABLE, ["x"])})
    assert ineligible(high, Snapshot({"n1": _full("n1", _leaving())}), hopeless) == ""


def test_pods_that_are_nominated_there_count_already() -> None:
    """Two pods may not be promised the same room."""
    full = _full("n1", _low("a", cpu="2"), _low("b", cpu="2"))
    asking = pod("second", cpu="2", priority=9)
    snapshot = Snapshot({"n1": full}, nominated={"n1": [pod("first", cpu="2", priority=9)]})
    verdict, state = schedule_one(asking, snapshot, profile(), 0, lambda count: 0)
    found = preempt(profile(), state, asking, snapshot, verdict.refused)
    assert _victims(found) == ("n1", ["a", "b"])
