"""One scheduling cycle, and the rows of kept scores that must choose the same."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.score_rows import ScoreRows
from cluster_core.scheduler.status import Status
from tests.core.scheduler.machines import node, pod, profile, snapshot

TAINTS = [[], [{"key": "a", "effect": "NoSchedule"}], [{"key": "b", "effect": "PreferNoSchedule"}]]
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def test_without_nodes_nothing_is_said_about_preemption() -> None:
    verdict, _ = schedule_one(pod(), snapshot(), profile(), 0, lambda n: 0)
    assert (verdict.node, verdict.message) == (None, "no nodes available to schedule pods")


def test_the_only_node_is_not_scored() -> None:
    verdict, _ = schedule_one(pod(), snapshot(node()), profile(), 0, lambda n: 0)
    assert (verdict.node, verdict.scores) == ("n1", {})


def test_a_tie_is_broken_by_the_draw() -> None:
    nodes = snapshot(node("a"), node("b"), node("c"))
    for place, expected in enumerate("abc"):
        verdict, _ = schedule_one(pod(), nodes, profile(), 0, lambda n, place=place: place)
        assert (verdict.tied, verdict.node) == (["a", "b", "c"], expected)


def test_every_reason_is_counted() -> None:
    nodes = snapshot(node("a", cpu="1"), node("b", unschedulable=True), node("c", taints=TAINTS[1]))
    verdict, _ = schedule_one(pod(cpu="2"), nodes, profile(), 0, lambda n: 0)
    assert verdict.message.startswith(
        "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable."
    )
    assert verdict.plugins() == ["NodeResourcesFit", "NodeUnschedulable", "TaintToleration"]


class NoMondays(Plugin):
    """Refuses every pod before it looks at a node."""

    name = "NoMondays"

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> Status | None:
        return Status("UnschedulableAndUnresolvable", ["it is Monday"])


def test_pre_filter_refuses_all_nodes_at_once() -> None:
    plugins = profile(NoMondays())
    verdict, _ = schedule_one(pod(), snapshot(node("a"), node("b")), plugins, 0, lambda n: 0)
    assert verdict.message.startswith("0/2 nodes are available: it is Monday.")
    cache = NodeCache()
    cache.put(node("a"))
    assert ScoreRows(plugins).schedule(pod(), cache, 0, lambda n: 0)[0].node is None


@QUIET
@given(st.data())
def test_rows_choose_what_a_whole_cycle_would(data: Any) -> None:
    """Pods come and go, nodes come, change and go: the kept scores never differ from scores made anew."""
    cache, rows, plugins = NodeCache(), ScoreRows(profile()), profile()
    placed: list[tuple[str, str]] = []
    for number in range(data.draw(st.integers(3, 18))):
        what = data.draw(st.sampled_from(["node", "pod", "pod", "pod", "leave", "drop"]))
        if what == "node":
            name = data.draw(st.sampled_from("abcde"))
            placed = [one for one in placed if one[0] != name]
            cache.put(node(name, cpu=data.draw(st.sampled_from(["2", "4"])), taints=data.draw(st.sampled_from(TAINTS))))
        elif what == "drop" and cache.nodes:
            name = data.draw(st.sampled_from(sorted(cache.nodes)))
            placed = [one for one in placed if one[0] != name]
            cache.drop(name)
        elif what == "leave" and placed:
            name, uid = placed.pop(data.draw(st.integers(0, len(placed) - 1)))
            cache.remove_pod(name, uid)
        elif what == "pod":
            wants = pod(f"p{number}", cpu=data.draw(st.sampled_from(["100m", "500m", "1"])))
            seed = data.draw(st.integers(0, 9))
            kept, _ = rows.schedule(wants, cache, 0, Random(seed).randrange)
            whole, _ = schedule_one(wants, cache.snapshot(), plugins, 0, Random(seed).randrange)
            assert (kept.node, kept.message, kept.totals) == (whole.node, whole.message, whole.totals)
            if kept.node is not None:
                cache.add_pod(kept.node, wants)
                placed.append((kept.node, wants.uid))
