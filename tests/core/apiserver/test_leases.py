"""Leases that renew by formula: read at any moment, frozen when the holder stops."""

from __future__ import annotations

from typing import Any

from cluster_core.api.timestamp import micro, parse
from cluster_core.apiserver.leases import RENEWED_BY, RENEWS_EVERY, frozen, holder_process, renewing, shown
from cluster_core.sim.process import TopologyChanged
from tests.core.apiserver.plane import COMPONENT, SECOND, Client, Plane


def lease(at: int, **annotations: str) -> dict[str, Any]:
    notes = {RENEWS_EVERY: "10s", **annotations}
    return {
        "metadata": {"name": "node-1", "namespace": "default", "annotations": notes},
        "spec": {"holderIdentity": "node-1", "renewTime": micro(at)},
    }


def test_a_lease_shows_the_last_multiple_of_its_period() -> None:
    held = lease(3 * SECOND)
    for now, renewed in ((3, 3), (12, 3), (13, 13), (99, 93)):
        assert parse(shown(held, now * SECOND)["spec"]["renewTime"]) == renewed * SECOND


def test_a_frozen_lease_stands_still() -> None:
    left = frozen(lease(0), 25 * SECOND)
    assert not renewing(left)
    assert parse(shown(left, 99 * SECOND)["spec"]["renewTime"]) == 20 * SECOND


def test_who_holds_a_lease() -> None:
    assert holder_process(lease(0)) == "kubelet/node-1"
    assert holder_process(lease(0, **{RENEWED_BY: "kube-scheduler"})) == "kube-scheduler"


def test_the_server_renews_while_the_holder_lives_and_not_after() -> None:
    plane = Plane()
    holder = Client(plane.sim, "kubelet/node-1")
    plane.made("leases", lease(plane.sim.now), user=COMPONENT)
    revision = plane.server.cache.revision
    plane.settle(34)
    age = plane.sim.now - parse(plane.get("leases", "node-1")["spec"]["renewTime"])  # type: ignore[index]
    assert 0 <= age < 10 * SECOND
    assert plane.server.cache.revision == revision
    holder.crash()
    plane.server.on_topology_changed(TopologyChanged("kubelet/node-1"))
    plane.settle(60)
    left = plane.get("leases", "node-1")
    assert left is not None
    assert not renewing(left)
    assert plane.sim.now - parse(left["spec"]["renewTime"]) >= 60 * SECOND
