"""A row judges again what changed."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.rows.layout import Layout
from cluster_core.scheduler.rows.pod_index import PodIndex
from cluster_core.scheduler.rows.row import Row
from cluster_core.scheduler.rows.tally import REFUSED
from tests.core.scheduler.machines import node, pod, profile


def _row(wants: PodInfo, *nodes: NodeInfo) -> tuple[Row, NodeCache]:
    cache = NodeCache()
    for one in nodes:
        cache.put(one)
    there = cache.snapshot()
    return Row(wants, there, profile(), Layout(there), PodIndex(there.nodes), ()), cache


def _follow(row: Row, wants: PodInfo, cache: NodeCache) -> bool:
    changes = cache.changed_since(row.change) or []
    for change in changes:
        row.layout.refresh(row.layout.position[change.name])
    kept = row.catch_up(wants, cache.snapshot(), changes)
    row.change = cache.changes
    return kept


def test_a_node_that_fills_up_is_refused_and_comes_back() -> None:
    wants = pod(cpu="3")
    row, cache = _row(wants, node("a"), node("b"))
    assert row.tree.groups == [0, 0] and len(row.groups) == 1
    cache.add_pod("a", pod("big", cpu="2"))
    assert _follow(row, wants, cache)
    assert row.tree.groups == [REFUSED, 0] and row.refusals[0].reasons == ["Insufficient cpu"]
    cache.remove_pod("a", "big")
    assert _follow(row, wants, cache)
    assert row.tree.groups == [0, 0] and not row.refusals
    assert row.tree.totals[0] == row.tree.totals[1]


def test_raw_scores_that_are_relative_make_groups() -> None:
    row, _ = _row(pod(), node("a"), node("b", taints=[{"key": "x", "effect": "PreferNoSchedule"}]))
    assert [row.groups[group].raw for group in row.tree.groups] == [(0,), (1,)]


def test_images_of_the_pod_on_another_node_make_the_row_void() -> None:
    wants = pod(image="web:1")
    row, cache = _row(wants, node("a"), node("b"))
    cache.put(node("a", images={"db:1": 900_000_000}))
    assert _follow(row, wants, cache)
    cache.put(node("a", images={"db:1": 900_000_000, "web:1": 900_000_000}))
    assert not _follow(row, wants, cache)


def test_a_pod_that_names_its_node_has_no_row() -> None:
    term: dict[str, Any] = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    row, _ = _row(pod(affinity={"nodeAffinity": required}), node("a"))
    assert not row.usable
