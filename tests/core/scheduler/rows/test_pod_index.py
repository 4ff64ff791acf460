"""Numbers of matching pods by node, kept in step."""

from __future__ import annotations

from cluster_core.api.selector import from_map
from cluster_core.scheduler.node_cache import NodeChange
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.rows.pod_index import Alike, PodIndex, Wanted
from tests.core.scheduler.machines import node, pod

WEB = from_map({"app": "web"})


def _web(name: str, **facts: object) -> PodInfo:
    return pod(name, labels={"app": "web"}, **facts)


def _shy(name: str) -> PodInfo:
    term = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "web"}}}
    return pod(name, affinity={"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}})


def test_a_counter_begins_with_those_that_are_there_and_follows() -> None:
    there = node("a")
    there.add_pod(_web("old"))
    index = PodIndex({"a": there})
    counts = index.counter(Alike("default", WEB))
    assert counts == {"a": 1} and index.counter(Alike("default", WEB)) is counts
    index.apply(NodeChange("b", _web("new"), 1))
    index.apply(NodeChange("b", _web("far", namespace="other"), 1))
    index.apply(NodeChange("b", pod("db"), 1))
    index.apply(NodeChange("b", images=frozenset({"x"})))
    assert counts == {"a": 1, "b": 1}
    index.apply(NodeChange("a", _web("old"), -1))
    assert counts == {"b": 1} and index.counter(Alike("other", WEB)) == {"b": 1}


def test_pods_that_are_going_do_not_count_for_spread() -> None:
    going = _web("going")
    going.pod["metadata"]["deletionTimestamp"] = "now"
    assert not Alike("default", WEB).matches(going) and not Alike("default", None).matches(_web("p"))


def test_without_an_equality_every_pod_is_asked() -> None:
    there = node("a")
    there.add_pod(_web("old"))
    everywhere = Alike("default", from_map({}))
    assert everywhere.pivot is None and Alike("default", WEB).pivot == ("default", "app", "web")
    index = PodIndex({"a": there})
    counts = index.counter(everywhere)
    index.apply(NodeChange("a", pod("db"), 1))
    assert counts == {"a": 2}


def test_terms_that_pods_carry() -> None:
    index, shy = PodIndex({}), _shy("shy")
    assert not index.terms
    index.apply(NodeChange("a", shy, 1))
    (term,) = shy.terms.required_anti
    assert index.carried["rule"] == {(term, 0): {"a": 1}} and index.terms == 1
    index.apply(NodeChange("a", shy, -1))
    assert index.carried["rule"] == {(term, 0): {}}
    assert Wanted((term,)).matches(_web("p")) and Wanted((term,)).pivot == ("default", "app", "web")
