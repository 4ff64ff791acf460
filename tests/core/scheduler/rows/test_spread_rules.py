"""Topology spread by groups says what the plugin says node by node."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.topology_spread import PodTopologySpread
from cluster_core.scheduler.rows.layout import HOSTNAME, Layout
from cluster_core.scheduler.rows.pod_index import PodIndex
from cluster_core.scheduler.rows.spread_rules import SpreadRules
from tests.core.scheduler.machines import node, pod, snapshot

WEB = {"app": "web"}


def _constraint(key: str, action: str, **facts: Any) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": action,
        "labelSelector": {"matchLabels": WEB},
        **facts,
    }


@pytest.mark.parametrize("key", ["zone", HOSTNAME])
@pytest.mark.parametrize("facts", [{}, {"minDomains": 9}, {"nodeAffinityPolicy": "Ignore"}])
def test_refusals_and_scores(key: str, facts: dict[str, Any]) -> None:
    nodes = [
        node(f"n{place}", labels={"zone": zone} if zone else {}) for place, zone in enumerate(("a", "a", "b", "c", ""))
    ]
    for place, count in enumerate((2, 0, 1, 0, 3)):
        for number in range(count):
            nodes[place].add_pod(pod(f"p{place}-{number}", labels=WEB))
    soft = {name: value for name, value in facts.items() if name != "minDomains"}
    wants = pod(
        labels=WEB,
        nodeSelector={"zone": "a"} if facts else {},
        topologySpreadConstraints=[
            _constraint(key, "DoNotSchedule", **facts),
            _constraint(key, "ScheduleAnyway", **soft),
        ],
    )
    there, plugin, state = snapshot(*nodes), PodTopologySpread(), CycleState()
    layout = Layout(there)
    rules = SpreadRules(plugin, wants, there, layout, PodIndex(there.nodes))
    parts = [tuple(domains.part(place) for domains in rules.domains) for place in range(5)]
    plugin.pre_filter(state, wants, there)
    plugin.pre_score(state, wants, nodes, there)
    for place, one in enumerate(nodes):
        told, found = plugin.filter(state, wants, one), rules.refusal(parts[place])
        assert (told and told.reasons) == (found and found.reasons)
    raw = {one.name: plugin.score(state, wants, one, there) for one in nodes}
    sizes = {one: parts.count(one) for one in dict.fromkeys(parts)}
    scores = rules.normalized(sizes)
    assert plugin.normalize(state, wants, raw) == {f"n{place}": scores[parts[place]] for place in range(5)}


def test_without_constraints_there_are_no_domains() -> None:
    there = snapshot(node())
    rules = SpreadRules(PodTopologySpread(), pod(), there, Layout(there), PodIndex(there.nodes))
    assert not rules.domains and not rules.scores
