"""Events get old: one lease of etcd for those of a minute, which ends an hour later and takes them along."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.apiserver.event_lease import ATTACHED_MAX, REUSED_S, TTL_S, EventLease
from tests.core.apiserver.plane import SECOND, Plane


@pytest.fixture
def plane() -> Plane:
    """A control plane of its own for each test."""
    return Plane()


def _event(name: str) -> dict[str, Any]:
    involved = {"kind": "ConfigMap", "namespace": "default", "name": "a"}
    return {"apiVersion": "v1", "kind": "Event", "metadata": {"name": name}, "involvedObject": involved}


def _lease(plane: Plane, name: str) -> int:
    kv = plane.member.store.get(f"/registry/events/default/{name}")
    assert kv is not None
    return kv.lease


def test_a_lease_is_for_a_minute_and_a_number_of_events() -> None:
    lease = EventLease()
    assert not lease.covers(0)
    lease.granted(7, 0)
    assert lease.covers(REUSED_S * SECOND - 1) and not lease.covers(REUSED_S * SECOND)
    assert [lease.attach() for _ in range(ATTACHED_MAX)] == [7] * ATTACHED_MAX
    assert not lease.covers(0)


def test_events_of_a_minute_share_a_lease_and_other_objects_have_none(plane: Plane) -> None:
    for name in ("a", "b"):
        plane.made("events", _event(name))
    plane.made("configmaps", {"metadata": {"name": "c"}})
    plane.settle(REUSED_S)
    plane.made("events", _event("d"))
    assert _lease(plane, "a") == _lease(plane, "b") != 0
    assert _lease(plane, "d") not in (0, _lease(plane, "a"))
    other = plane.member.store.get("/registry/configmaps/default/c")
    assert other is not None and other.lease == 0


def test_an_hour_later_they_are_gone_and_watchers_are_told(plane: Plane) -> None:
    revision = plane.made("events", _event("a"))["metadata"]["resourceVersion"]
    number = plane.client.ask("watch", "events", namespace="default", options={"resource_version": revision})
    plane.settle(TTL_S - 10)
    assert plane.get("events", "a") is not None
    plane.settle(20)
    assert plane.get("events", "a") is None
    assert [kind for kind, _ in plane.client.events[number]] == ["DELETED"]


def test_a_changed_event_lives_on(plane: Plane) -> None:
    plane.made("events", _event("a"))
    plane.settle(TTL_S // 2)
    body = {"count": 2}
    plane.ask("patch", "events", namespace="default", name="a", body=body, options={"patch_type": "merge"})
    plane.settle(TTL_S - 10)
    assert plane.get("events", "a") is not None


def test_a_server_that_crashes_asks_for_another_lease(plane: Plane) -> None:
    plane.made("events", _event("a"))
    plane.server.crash()
    plane.server.restart()
    plane.settle(1)
    plane.made("events", _event("b"))
    assert _lease(plane, "b") not in (0, _lease(plane, "a"))
