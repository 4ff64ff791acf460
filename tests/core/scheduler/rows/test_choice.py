"""The choice out of a row: how far the search goes, and who ties."""

from __future__ import annotations

from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.rows.choice import Choice
from cluster_core.scheduler.rows.layout import Layout
from cluster_core.scheduler.rows.pod_index import PodIndex
from cluster_core.scheduler.rows.row import Row
from tests.core.scheduler.machines import node, pod, profile

TAINT = [{"key": "x", "effect": "NoSchedule"}]


def _choice(nodes: list[NodeInfo], start: int, wanted: int) -> Choice:
    cache = NodeCache()
    for one in nodes:
        cache.put(one)
    there = cache.snapshot()
    return Choice(Row(pod(cpu="1"), there, profile(), Layout(there), PodIndex(there.nodes), ()), start, wanted)


def _name(number: int) -> str:
    return f"n{number:04}"


def test_it_ends_at_the_last_that_is_wanted_and_goes_around() -> None:
    nodes = [node(_name(number), taints=TAINT if number % 5 == 0 else []) for number in range(1_300)]
    some = _choice(nodes, 3, 10)
    assert (some.feasible, some.looked_at) == (10, 12) and some.places() == list(range(3, 15))
    around = _choice(nodes, 1_290, 100)
    assert around.feasible == 100 and around.places()[:11] == [*range(1_290, 1_300), 0]
    refusal = around.refusal(1_290)
    assert refusal is not None and refusal.plugin == "TaintToleration"
    everyone = _choice(nodes, 1_290, 1_300)
    assert (everyone.feasible, everyone.looked_at) == (1_040, 1_300)


def test_ties_are_counted_in_the_order_of_the_search() -> None:
    nodes = [node(_name(number), cpu="8" if number in (40, 700, 701) else "4") for number in range(1_100)]
    found = _choice(nodes, 650, 1_100)
    assert found.ties == 3 and [found.nth(number) for number in range(3)] == [700, 701, 40]
    assert found.total(700) == found.best > found.total(0)


def test_nobody_fits() -> None:
    none = _choice([node("a", taints=TAINT)], 0, 1)
    assert (none.feasible, none.looked_at, none.ties) == (0, 1, 0)
