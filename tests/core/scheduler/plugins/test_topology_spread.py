"""PodTopologySpread; its scores are compared with recorded ones in tests/reference."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins.topology_spread import NO_LABEL, REASON, PodTopologySpread, rounded
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import skip
from tests.core.scheduler.machines import node, pod, snapshot

WEB = {"app": "web"}


def _constraint(action: str = "DoNotSchedule", **facts: Any) -> dict[str, Any]:
    selector = {"matchLabels": WEB}
    return {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": action, "labelSelector": selector, **facts}


def _cluster(*zones: tuple[str, int]) -> list[NodeInfo]:
    """A node for each (zone, matching pods)."""
    nodes = []
    for number, (zone, pods) in enumerate(zones):
        one = node(f"n{number}", labels={"zone": zone} if zone else {})
        for place in range(pods):
            one.add_pod(pod(f"p{number}-{place}", labels=WEB))
        nodes.append(one)
    return nodes


def _refused(wants: PodInfo, nodes: list[NodeInfo]) -> dict[str, str]:
    plugin, state = PodTopologySpread(), CycleState()
    assert plugin.pre_filter(state, wants, snapshot(*nodes)) is None
    found = {one.name: plugin.filter(state, wants, one) for one in nodes}
    return {name: status.reasons[0] for name, status in found.items() if status}


def test_no_topology_value_gets_more_than_max_skew_above_the_smallest() -> None:
    nodes = _cluster(("a", 2), ("a", 0), ("b", 1), ("", 0))
    assert _refused(pod(labels=WEB, topologySpreadConstraints=[_constraint()]), nodes) == {
        "n0": REASON,
        "n1": REASON,
        "n3": NO_LABEL,
    }
    wider = pod(labels=WEB, topologySpreadConstraints=[_constraint(maxSkew=2)])
    assert _refused(wider, nodes) == {"n3": NO_LABEL}
    assert _refused(pod(topologySpreadConstraints=[_constraint()]), nodes) == {"n3": NO_LABEL}, (
        "it does not count itself"
    )


def test_too_few_domains_count_as_an_empty_one() -> None:
    nodes = _cluster(("a", 1), ("b", 1))
    assert not _refused(pod(labels=WEB, topologySpreadConstraints=[_constraint(minDomains=2)]), nodes)
    assert len(_refused(pod(labels=WEB, topologySpreadConstraints=[_constraint(minDomains=3)]), nodes)) == 2


def test_nodes_that_the_pod_may_not_go_to_do_not_count() -> None:
    nodes = _cluster(("a", 1), ("b", 0))
    wants = pod(labels=WEB, topologySpreadConstraints=[_constraint()], nodeSelector={"zone": "a"})
    assert not _refused(wants, nodes)
    open_ = _constraint(nodeAffinityPolicy="Ignore")
    assert "n0" in _refused(pod(labels=WEB, topologySpreadConstraints=[open_], nodeSelector={"zone": "a"}), nodes)


def test_a_dry_run_counts_on_its_own() -> None:
    nodes = _cluster(("a", 1), ("b", 0))
    wants, plugin, state = pod(labels=WEB, topologySpreadConstraints=[_constraint()]), PodTopologySpread(), CycleState()
    plugin.pre_filter(state, wants, snapshot(*nodes))
    other = state.clone()
    plugin.remove_pod(other, wants, pod("p0-0", labels=WEB), nodes[0])
    assert plugin.filter(other, wants, nodes[0]) is None and plugin.filter(state, wants, nodes[0]) is not None
    plugin.add_pod(other, wants, pod("new", labels=WEB), nodes[0])
    plugin.add_pod(other, wants, pod("unlike"), nodes[0])
    assert plugin.filter(other, wants, nodes[0]) is not None


def _scores(wants: PodInfo, there: Snapshot, plugin: PodTopologySpread | None = None) -> dict[str, int]:
    plugin, state, nodes = plugin or PodTopologySpread(), CycleState(), list(there.nodes.values())
    assert plugin.pre_score(state, wants, nodes, there) is None
    return plugin.normalize(state, wants, {one.name: plugin.score(state, wants, one, there) for one in nodes})


def test_preferences_score_by_the_fewest_and_leave_nodes_without_the_key_out() -> None:
    there = snapshot(*_cluster(("a", 4), ("b", 0), ("", 0)))
    assert _scores(pod(labels=WEB, topologySpreadConstraints=[_constraint("ScheduleAnyway")]), there) == {
        "n0": 0,
        "n1": 100,
        "n2": 0,
    }


def test_the_systems_defaults_do_not_need_zones() -> None:
    service = {"metadata": {"namespace": "default", "name": "web"}, "spec": {"selector": WEB}}
    there = snapshot(*_cluster(("", 3), ("", 0)), services=[service])
    assert _scores(pod(labels=WEB), there) == {"n0": 33, "n1": 100}
    listed = PodTopologySpread({"defaultingType": "List", "defaultConstraints": [_constraint("ScheduleAnyway")]})
    assert _scores(pod(labels=WEB), there, listed) == {"n0": 0, "n1": 0}


def test_without_constraints_it_has_no_say() -> None:
    plugin, there = PodTopologySpread(), snapshot(node())
    assert plugin.pre_filter(CycleState(), pod(), there) == plugin.pre_score(CycleState(), pod(), [], there) == skip()


@pytest.mark.parametrize(("number", "expected"), [(0.0, 0), (0.49, 0), (0.5, 1), (1.5, 2), (2.5, 3)])
def test_halves_go_up(number: float, expected: int) -> None:
    assert rounded(number) == expected
