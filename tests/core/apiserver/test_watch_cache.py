"""The watch cache by itself: history, selectors, indexes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj
from cluster_core.apiserver.filter import Filter
from cluster_core.apiserver.watch_cache import HISTORY_MAX, Watch, WatchCache, storage_key


def put(revision: int, name: str, node: str = "", **labels: str) -> Any:
    value: Obj = {"metadata": {"name": name, "namespace": "default", "labels": labels}, "spec": {"nodeName": node}}
    return ("PUT", storage_key("pods", "default", name), value, revision, revision, None)


def gone(revision: int, name: str) -> Any:
    return ("DELETE", storage_key("pods", "default", name), None, 0, revision, None)


def filtered(**options: str) -> Filter:
    return Filter.of(by_resource("pods"), "", options)


def names(found: dict[tuple[str, int], list[tuple[str, Obj]]], number: int) -> list[tuple[str, str]]:
    return [(kind, obj["metadata"]["name"]) for kind, obj in found.get(("client", number), [])]


def test_objects_carry_the_revision_of_their_last_write() -> None:
    cache = WatchCache()
    cache.apply([put(3, "a"), put(5, "a")])
    found = cache.get("pods", "default", "a")
    assert found is not None
    assert found["metadata"]["resourceVersion"] == "5"
    assert (cache.revision, cache.count) == (5, 1)
    cache.apply([gone(6, "a")])
    assert (cache.get("pods", "default", "a"), cache.count) == (None, 0)


def test_watches_of_a_node_hear_of_its_pods_only() -> None:
    cache = WatchCache()
    cache.open(Watch(1, "client", filtered(field_selector="spec.nodeName=n1")), 0)
    cache.open(Watch(2, "client", filtered()), 0)
    found = cache.interested(cache.apply([put(1, "a"), put(2, "a", "n1"), put(3, "b", "n2"), put(4, "a", "n3")]))
    assert names(found, 1) == [("ADDED", "a"), ("DELETED", "a")]
    assert names(found, 2) == [("ADDED", "a"), ("MODIFIED", "a"), ("ADDED", "b"), ("MODIFIED", "a")]


def test_a_late_watch_gets_what_it_missed_but_not_what_it_knew() -> None:
    cache = WatchCache()
    cache.apply([put(1, "a"), put(2, "b"), gone(3, "a")])
    missed = cache.open(Watch(1, "client", filtered()), 1)
    assert [(kind, obj["metadata"]["name"]) for kind, obj in missed] == [("ADDED", "b"), ("DELETED", "a")]
    assert missed[1][1]["metadata"]["resourceVersion"] == "3"


def test_what_history_no_longer_holds_is_gone() -> None:
    cache = WatchCache()
    cache.apply([put(revision, "a") for revision in range(1, HISTORY_MAX + 50)])
    with pytest.raises(ApiError) as caught:
        cache.open(Watch(1, "client", filtered()), 20)
    assert (caught.value.code, caught.value.reason) == (410, "Expired")
    assert cache.open(Watch(1, "client", filtered()), cache.revision) == []


def test_a_closed_watch_hears_nothing() -> None:
    cache = WatchCache()
    cache.open(Watch(1, "client", filtered()), 0)
    cache.close("client", 1)
    cache.close("client", 1)
    assert cache.interested(cache.apply([put(1, "a")])) == {}


def test_the_audience_of_an_object() -> None:
    cache = WatchCache()
    cache.open(Watch(1, "client", filtered()), 0)
    cache.open(Watch(2, "client", filtered(label_selector="app=web")), 0)
    cache.open(Watch(3, "client", filtered(field_selector="spec.nodeName=n1")), 0)
    cache.apply([put(1, "a", "n1", app="web"), put(2, "b")])
    a, b = cache.get("pods", "default", "a"), cache.get("pods", "default", "b")
    assert (cache.audience("pods", a), cache.audience("pods", b), cache.audience("services", None)) == (3, 1, 0)
