"""The connection to etcd: another member when one is gone, a write that holds only while its revision does."""

from __future__ import annotations

from cluster_core.apiserver.server import ApiServer
from cluster_core.etcd.member import Member
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.limits import Limits
from cluster_core.sim.links import Links
from cluster_core.sim.process import TopologyChanged
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace
from tests.core.apiserver.plane import SECOND, Plane

MEMBERS = ["etcd-1", "etcd-2", "etcd-3"]


def test_another_member_takes_over() -> None:
    sim = Simulation(Streams(1), Links(), Trace(100_000), 100_000)
    members = [Member(sim, name, name, MEMBERS) for name in MEMBERS]
    server = ApiServer(sim, "apiserver", "control-plane", MEMBERS, Limits())
    server.start()
    sim.advance(5 * SECOND, 1_000_000)
    assert (server.ready, server.member) == (True, "etcd-1")
    members[0].crash()
    server.on_topology_changed(TopologyChanged("etcd-1"))
    assert server.member == "etcd-2"
    members[1].crash()
    server.other_member()
    assert server.member == "etcd-3"
    members[2].crash()
    server.other_member()
    assert server.member == "etcd-3"


def test_requests_are_numbered() -> None:
    server = Plane().server
    first = server.new_id()
    assert server.new_id() == first + 1


def test_compaction_reaches_etcd_and_objects_stay() -> None:
    plane = Plane()
    for number in range(5):
        plane.ask("create", "configmaps", namespace="default", body={"metadata": {"name": f"c{number}"}})
    plane.server.compact(plane.server.cache.revision)
    plane.settle(1)
    assert plane.member.store.compact_revision == plane.server.cache.revision
    assert plane.get("configmaps", "c0") is not None
