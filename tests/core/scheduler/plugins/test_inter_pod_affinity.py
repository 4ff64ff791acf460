"""InterPodAffinity; its scores are compared with recorded ones in tests/reference."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.plugins.inter_pod_affinity import AFFINITY, ANTI_AFFINITY, EXISTING, InterPodAffinity
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import skip
from tests.core.scheduler.machines import node, pod, snapshot

WEB, DB = {"app": "web"}, {"app": "db"}
TEAM = {"metadata": {"name": "team", "labels": {"team": "x"}}}


def _term(labels: dict[str, str], key: str = "zone", **facts: Any) -> dict[str, Any]:
    return {"topologyKey": key, "labelSelector": {"matchLabels": labels}, **facts}


def _rules(near: list[Any] | None = None, apart: list[Any] | None = None) -> dict[str, Any]:
    key = "requiredDuringSchedulingIgnoredDuringExecution"
    return {"podAffinity": {key: near or []}, "podAntiAffinity": {key: apart or []}}


def _prefers(near: list[Any] | None = None, apart: list[Any] | None = None) -> dict[str, Any]:
    key = "preferredDuringSchedulingIgnoredDuringExecution"
    weighted = [[{"weight": weight, "podAffinityTerm": term} for weight, term in side or []] for side in (near, apart)]
    return {"podAffinity": {key: weighted[0]}, "podAntiAffinity": {key: weighted[1]}}


def _nodes(*placed: PodInfo | None) -> list[NodeInfo]:
    """Nodes of zones a, a, b, and one of none; the pods go to the first, second …"""
    nodes = [node(f"n{place}", labels={"zone": zone} if zone else {}) for place, zone in enumerate(("a", "a", "b", ""))]
    for there, one in zip(nodes, placed, strict=False):
        if one is not None:
            there.add_pod(one)
    return nodes


def _refused(wants: PodInfo, nodes: list[NodeInfo], plugin: InterPodAffinity | None = None) -> dict[str, str]:
    plugin, state = plugin or InterPodAffinity(), CycleState()
    assert plugin.pre_filter(state, wants, snapshot(*nodes, namespaces=[TEAM])) is None
    found = {one.name: plugin.filter(state, wants, one) for one in nodes}
    return {name: status.reasons[0] for name, status in found.items() if status}


def test_near_means_the_same_topology_value() -> None:
    wants = pod(affinity=_rules(near=[_term(DB)]))
    assert _refused(wants, _nodes(pod("db", labels=DB))) == {"n2": AFFINITY, "n3": AFFINITY}
    assert len(_refused(wants, _nodes())) == 4


def test_the_first_of_a_group_may_go_anywhere_that_has_the_key() -> None:
    wants = pod(labels=WEB, affinity=_rules(near=[_term(WEB)]))
    assert _refused(wants, _nodes()) == {"n3": AFFINITY}
    assert _refused(wants, _nodes(None, None, pod("other", labels=WEB))) == dict.fromkeys(["n0", "n1", "n3"], AFFINITY)


def test_only_a_pod_that_fits_all_affinities_counts() -> None:
    wants = pod(affinity=_rules(near=[_term(DB), _term({"tier": "1"})]))
    assert len(_refused(wants, _nodes(pod("db", labels=DB), pod("tier", labels={"tier": "1"})))) == 4
    both = pod("both", labels={**DB, "tier": "1"})
    assert _refused(wants, _nodes(both)) == {"n2": AFFINITY, "n3": AFFINITY}


def test_apart_from_others_and_others_apart_from_it() -> None:
    apart = _rules(apart=[_term(WEB)])
    assert _refused(pod(affinity=apart), _nodes(None, pod("web", labels=WEB))) == dict.fromkeys(
        ["n0", "n1"], ANTI_AFFINITY
    )
    shy = pod("shy", affinity=apart)
    assert _refused(pod(labels=WEB), _nodes(shy)) == dict.fromkeys(["n0", "n1"], EXISTING)


def test_namespaces_by_name_and_by_label() -> None:
    shy = pod("shy", affinity=_rules(apart=[_term(WEB, namespaceSelector={"matchLabels": {"team": "x"}})]))
    assert _refused(pod(labels=WEB, namespace="team"), _nodes(shy)) == dict.fromkeys(["n0", "n1"], EXISTING)
    plugin = InterPodAffinity()
    assert plugin.pre_filter(CycleState(), pod(labels=WEB), snapshot(*_nodes(shy), namespaces=[TEAM])) == skip()
    wants = pod(affinity=_rules(apart=[_term(WEB, namespaceSelector={"matchLabels": {"team": "x"}})]))
    there = _nodes(pod("web", labels=WEB, namespace="team"), None, pod("own", labels=WEB))
    assert _refused(wants, there) == dict.fromkeys(["n0", "n1"], ANTI_AFFINITY)


def test_a_dry_run_counts_on_its_own() -> None:
    wants, web = pod(affinity=_rules(apart=[_term(WEB)])), pod("web", labels=WEB)
    nodes, plugin, state = _nodes(web), InterPodAffinity(), CycleState()
    plugin.pre_filter(state, wants, snapshot(*nodes))
    other = state.clone()
    plugin.remove_pod(other, wants, web, nodes[0])
    assert plugin.filter(other, wants, nodes[0]) is None and plugin.filter(state, wants, nodes[0]) is not None
    plugin.add_pod(other, wants, web, nodes[2])
    assert plugin.filter(other, wants, nodes[2]) is not None


def _scores(wants: PodInfo, nodes: list[NodeInfo], **args: Any) -> dict[str, int]:
    plugin, state, there = InterPodAffinity(args), CycleState(), snapshot(*nodes)
    if plugin.pre_score(state, wants, nodes, there) is not None:
        return {}
    return plugin.normalize(state, wants, {one.name: plugin.score(state, wants, one, there) for one in nodes})


def test_preferences_of_its_own() -> None:
    wants = pod(affinity=_prefers(near=[(10, _term(DB))], apart=[(5, _term(WEB, "kubernetes.io/hostname"))]))
    nodes = _nodes(pod("db", labels=DB), pod("web", labels=WEB))
    assert _scores(wants, nodes) == {"n0": 100, "n1": 50, "n2": 0, "n3": 0}


def test_preferences_and_rules_of_those_that_are_there() -> None:
    friend = pod("friend", affinity=_prefers(near=[(10, _term(WEB))]))
    needs = pod("needs", affinity=_rules(near=[_term(WEB)]), labels=WEB)
    assert _scores(pod(labels=WEB), _nodes(friend)) == {"n0": 100, "n1": 100, "n2": 0, "n3": 0}
    assert _scores(pod(labels=WEB), _nodes(None, None, needs)) == {"n0": 0, "n1": 0, "n2": 100, "n3": 0}
    assert _scores(pod(labels=WEB), _nodes(needs), hardPodAffinityWeight=0) == {}
    assert _scores(pod(labels=WEB), _nodes(friend), ignorePreferredTermsOfExistingPods=True) == {}
    assert _scores(pod(labels=DB), _nodes(friend)) == {}
