"""Affinity by groups says what the plugin says node by node."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster_core.scheduler.rows.affinity_rules import AffinityRules, carried_against
from cluster_core.scheduler.rows.layout import HOSTNAME, Layout
from cluster_core.scheduler.rows.pod_index import PodIndex
from tests.core.scheduler.machines import node, pod, snapshot

WEB, DB = {"app": "web"}, {"app": "db"}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def _term(labels: dict[str, str], key: str) -> dict[str, Any]:
    return {"topologyKey": key, "labelSelector": {"matchLabels": labels}}


def _affinity(
    key: str, near: dict[str, str] | None, apart: dict[str, str] | None, wish: dict[str, str]
) -> dict[str, Any]:
    preferred = [{"weight": 9, "podAffinityTerm": _term(wish, key)}]
    found: dict[str, Any] = {"podAffinity": {PREFERRED: preferred}, "podAntiAffinity": {}}
    if near:
        found["podAffinity"][REQUIRED] = [_term(near, key)]
    if apart:
        found["podAntiAffinity"][REQUIRED] = [_term(apart, key)]
    return found


@pytest.mark.parametrize("key", ["zone", HOSTNAME])
@pytest.mark.parametrize(("near", "apart"), [(DB, None), (None, DB), (WEB, None), (None, None)])
def test_refusals_and_scores(key: str, near: dict[str, str] | None, apart: dict[str, str] | None) -> None:
    nodes = [
        node(f"n{place}", labels={"zone": zone} if zone else {}) for place, zone in enumerate(("a", "a", "b", "c", ""))
    ]
    nodes[0].add_pod(pod("db", labels=DB))
    nodes[2].add_pod(pod("friend", affinity=_affinity(key, None, None, WEB)))
    nodes[3].add_pod(pod("shy", affinity=_affinity(key, None, WEB, DB)))
    wants = pod(labels=WEB, affinity=_affinity(key, near, apart, DB))
    there, plugin, state = snapshot(*nodes), InterPodAffinity(), CycleState()
    layout, index = Layout(there), PodIndex(there.nodes)
    rules = AffinityRules(plugin, wants, there, layout, index, carried_against(plugin, wants, there, index))
    parts = [tuple(domains.part(place) for domains in rules.domains) for place in range(5)]
    plugin.pre_filter(state, wants, there)
    plugin.pre_score(state, wants, nodes, there)
    for place, one in enumerate(nodes):
        told, found = plugin.filter(state, wants, one), rules.refusal(parts[place])
        assert (told and told.reasons) == (found and found.reasons)
    raw = {one.name: plugin.score(state, wants, one, there) for one in nodes}
    scores = rules.normalized({one: parts.count(one) for one in dict.fromkeys(parts)})
    assert plugin.normalize(state, wants, raw) == {f"n{place}": scores[parts[place]] for place in range(5)}


def test_only_terms_that_mean_the_pod_are_carried_against_it() -> None:
    there = snapshot(node())
    there.nodes["n1"].add_pod(pod("shy", affinity=_affinity("zone", None, WEB, DB)))
    plugin, index = InterPodAffinity(), PodIndex(there.nodes)
    assert [kind for kind, _, _ in carried_against(plugin, pod(labels=WEB), there, index)] == ["rule"]
    assert [kind for kind, _, _ in carried_against(plugin, pod(labels=DB), there, index)] == ["wish"]
    ignores = InterPodAffinity({"ignorePreferredTermsOfExistingPods": True})
    assert carried_against(ignores, pod(labels=DB), there, index) == ()
