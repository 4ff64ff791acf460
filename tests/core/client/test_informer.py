"""Informers: list, watch, indexes, and what happens when the watch or the server goes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.client.informer import Informer, object_key
from cluster_core.sim.process import TopologyChanged
from tests.core.apiserver.plane import Plane
from tests.core.client.programs import Watcher


def tier(obj: Obj) -> list[str]:
    """Index of the label tier."""
    found = (obj["metadata"].get("labels") or {}).get("tier")
    return [found] if found else []


def config_map(name: str, **labels: str) -> Obj:
    return {"metadata": {"name": name, "labels": labels}}


@pytest.fixture
def plane() -> Plane:
    return Plane()


def watching(plane: Plane, **selectors: Any) -> Watcher:
    watcher = Watcher(plane.sim)
    watcher.add_informer(Informer("configmaps", indexers={"tier": tier}, **selectors))
    watcher.start_informers()
    plane.settle(1)
    return watcher


def relabel(plane: Plane, name: str, value: str) -> None:
    body = {"metadata": {"labels": {"tier": value}}}
    plane.ask("patch", "configmaps", namespace="default", name=name, body=body, options={"patch_type": "merge"})


def test_what_was_there_and_what_comes(plane: Plane) -> None:
    plane.made("configmaps", config_map("a", tier="x"))
    watcher = watching(plane)
    assert watcher.has_synced
    plane.made("configmaps", config_map("b", tier="y"))
    relabel(plane, "a", "y")
    plane.ask("delete", "configmaps", namespace="default", name="b")
    plane.settle(1)
    assert [(kind, name) for _resource, kind, name in watcher.log] == [
        ("added", "a"),
        ("added", "b"),
        ("changed", "a"),
        ("deleted", "b"),
    ]
    informer = watcher.informers["configmaps"]
    assert [obj["metadata"]["name"] for obj in informer.by_index("tier", "y")] == ["a"]
    assert informer.by_index("tier", "x") == []
    assert informer.get("default/a") is not None
    assert informer.get("default/b") is None
    assert informer.objects("other") == []


def test_selectors_limit_what_is_seen(plane: Plane) -> None:
    watcher = watching(plane, label_selector="tier=x")
    plane.made("configmaps", config_map("a", tier="x"))
    plane.made("configmaps", config_map("b", tier="y"))
    relabel(plane, "a", "y")
    plane.settle(1)
    assert [(kind, name) for _resource, kind, name in watcher.log] == [("added", "a"), ("deleted", "a")]


def test_after_the_server_was_down_nothing_is_missed(plane: Plane) -> None:
    for name in "ab":
        plane.made("configmaps", config_map(name))
    watcher = watching(plane)
    plane.server.crash()
    plane.server.restart()
    plane.ask("delete", "configmaps", namespace="default", name="a")
    plane.made("configmaps", config_map("c"))
    watcher.on_topology_changed(TopologyChanged("apiserver"))
    plane.settle(60)
    assert sorted(watcher.informers["configmaps"].store) == ["default/b", "default/c"]
    came_or_went = [(kind, name) for _resource, kind, name in watcher.log if kind != "changed"]
    assert sorted(came_or_went[2:]) == [("added", "c"), ("deleted", "a")]


def test_a_restarted_program_begins_with_an_empty_cache(plane: Plane) -> None:
    plane.made("configmaps", config_map("a", tier="x"))
    watcher = watching(plane)
    watcher.crash()
    plane.ask("delete", "configmaps", namespace="default", name="a")
    plane.made("configmaps", config_map("b"))
    watcher.restart()
    plane.settle(60)
    informer = watcher.informers["configmaps"]
    assert list(informer.store) == ["default/b"]
    assert informer.by_index("tier", "x") == []


def test_a_list_that_fails_is_tried_again(plane: Plane) -> None:
    plane.made("configmaps", config_map("a"))
    plane.server.crash()
    watcher = watching(plane)
    assert not watcher.has_synced
    plane.server.restart()
    plane.settle(90)
    assert watcher.has_synced
    assert list(watcher.informers["configmaps"].store) == ["default/a"]


def test_keys() -> None:
    assert object_key({"metadata": {"name": "a", "namespace": "n"}}) == "n/a"
    assert object_key({"metadata": {"name": "a"}}) == "a"
