"""The node cache tells readers which nodes changed since they last looked."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler import node_cache
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo

POD: dict[str, Any] = {
    "metadata": {"namespace": "default", "name": "a", "uid": "u"},
    "spec": {"containers": [{"name": "a", "image": "a", "resources": {"requests": {"cpu": "1"}}}]},
}


def _node(name: str) -> NodeInfo:
    return NodeInfo.of({"metadata": {"name": name}, "spec": {}, "status": {"allocatable": {"cpu": "4"}}})


def _cache() -> NodeCache:
    cache = NodeCache()
    for name in ("b", "c", "a"):
        cache.put(_node(name))
    return cache


def test_nodes_are_in_order_of_name() -> None:
    cache = _cache()
    assert list(cache.snapshot().nodes) == ["a", "b", "c"]
    cache.drop("b")
    assert list(cache.snapshot().nodes) == ["a", "c"]


def test_what_happened_to_pods_is_logged_and_what_happens_to_nodes_begins_a_new_epoch() -> None:
    cache, pod = _cache(), PodInfo.of(POD)
    seen, epoch = cache.changes, cache.epoch
    cache.add_pod("c", pod)
    cache.remove_pod("c", "u")
    assert cache.changed_since(seen) == [("c", pod, 1, frozenset()), ("c", pod, -1, frozenset())]
    assert cache.epoch == epoch
    assert cache.changed_since(cache.changes) == []
    cache.put(_node("d"))
    assert cache.epoch == epoch + 1


def test_a_reader_that_is_too_late_is_told_so() -> None:
    cache, pod = _cache(), PodInfo.of(POD)
    for _ in range(node_cache.LOG_MAX // 2 + 1):
        cache.add_pod("a", pod)
        cache.remove_pod("a", "u")
    assert cache.changed_since(0) is None
    assert cache.nodes["a"].requested.cpu == 0


def test_a_bound_pod_that_changes_counts_as_it_is_now() -> None:
    cache = _cache()
    bound = {**POD, "spec": {**POD["spec"], "nodeName": "a"}}
    cache.add_pod("a", PodInfo.of(POD))
    seen = cache.changes
    cache.settle_pod("a", bound)
    cache.settle_pod("a", {**bound, "status": {"phase": "Running"}})
    assert cache.changes == seen and cache.nodes["a"].pods["u"].pod is bound
    cache.settle_pod("a", {**bound, "metadata": {**POD["metadata"], "labels": {"app": "web"}}})
    assert cache.changes > seen and cache.nodes["a"].pods["u"].labels == {"app": "web"}
    assert cache.nodes["a"].requested.cpu == 1000
    cache.settle_pod("a", {**bound, "metadata": {**POD["metadata"], "deletionTimestamp": "now"}})
    assert cache.nodes["a"].pods["u"].terminating
    cache.settle_pod("b", bound)
    assert "u" in cache.nodes["b"].pods


def test_a_node_with_other_images_is_a_change_and_no_new_epoch() -> None:
    cache = _cache()
    there, seen, epoch = cache.snapshot(), cache.changes, cache.epoch
    pulled = NodeInfo.of({**cache.nodes["a"].node, "status": {**cache.nodes["a"].node["status"], "images": [IMAGE]}})
    cache.put(pulled)
    assert cache.changed_since(seen) == [("a", None, 0, frozenset({"web:1"}))] and cache.epoch == epoch
    assert there.image_nodes == {"web:1": 1} and there.nodes["a"] is pulled
    cache.put(NodeInfo.of({**pulled.node, "spec": {"unschedulable": True}}))
    assert cache.epoch == epoch + 1


IMAGE = {"names": ["web:1"], "sizeBytes": 1_000}
