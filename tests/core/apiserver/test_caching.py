"""The cache of an API server: filled, followed, compacted, lost in a crash."""

from __future__ import annotations

import pytest

from cluster_core.apiserver.caching import COMPACTED_EVERY
from cluster_core.etcd.api import WatchCancelled
from tests.core.apiserver.plane import Plane


@pytest.fixture
def plane() -> Plane:
    return Plane()


def test_it_is_filled_before_anything_is_served(plane: Plane) -> None:
    made = plane.made("configmaps", {"metadata": {"name": "a"}})
    plane.server.crash()
    assert (plane.server.ready, plane.server.cache.count) == (False, 0)
    plane.server.restart()
    plane.settle(2)
    assert plane.server.ready
    assert plane.get("configmaps", "a") == made
    assert plane.server.cache.begins >= int(made["metadata"]["resourceVersion"])


def test_what_was_overwritten_is_forgotten_after_five_minutes(plane: Plane) -> None:
    plane.settle(COMPACTED_EVERY // 1_000_000 + 10)
    revision = int(plane.made("configmaps", {"metadata": {"name": "a"}})["metadata"]["resourceVersion"])
    assert plane.server.cache.compacted < revision
    plane.settle(COMPACTED_EVERY // 1_000_000 + 10)
    assert plane.server.cache.compacted >= revision
    assert plane.member.store.compact_revision >= revision


def test_a_revision_that_etcd_has_forgotten_ends_every_watch(plane: Plane) -> None:
    number = plane.client.ask("watch", "configmaps", namespace="default")
    plane.settle(1)
    plane.server.on_watch_cancelled(WatchCancelled(0, "compacted"))
    plane.settle(2)
    assert plane.client.closed[number]["reason"] == "Expired"
    assert plane.server.ready


def test_a_change_that_is_heeded_stops_the_clock(plane: Plane) -> None:
    plane.server.heeded = ("configmaps",)
    plane.client.ask("create", "configmaps", namespace="default", body={"metadata": {"name": "a"}})
    plane.sim.advance(plane.sim.now + 60_000_000, 100_000)
    assert plane.sim.interrupted
