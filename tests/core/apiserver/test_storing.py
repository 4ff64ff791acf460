"""Writes on their way through etcd."""

from __future__ import annotations

from typing import Any

from cluster_core.api.conversion import form_of
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request
from cluster_core.apiserver.storing import Pending, StoringServer
from cluster_core.apiserver.write import Write
from cluster_core.etcd.api import TxnResponse
from cluster_core.etcd.member import Member
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace


class Server(StoringServer):
    """Keeps what it is told of its writes."""

    def __init__(self, sim: Simulation) -> None:
        super().__init__(sim, "server", "control-plane", ["etcd-1"])
        self.told: list[tuple[str, Any]] = []

    def on_range_response(self, _response: Any) -> None:
        """There is nothing yet."""

    def stored(self, pending: Pending, revision: int) -> None:
        self.told.append((pending.write.name, revision))

    def lost_race(self, pending: Pending) -> None:
        self.told.append((pending.write.name, "lost"))

    def failed(self, pending: Pending, error: str) -> None:
        self.told.append((pending.write.name, error))


def server() -> Server:
    sim = Simulation(Streams(1), Links(), Trace(1000), 1000)
    Member(sim, "etcd-1", "etcd-1", ["etcd-1"])
    one = Server(sim)
    one.start()
    settle(one)
    return one


def write(one: Server, name: str, revision: int = 0, resource: str = "configmaps") -> None:
    form = form_of(by_resource(resource))
    assert form is not None
    request = Request(1, "client", "u", "create", resource, "default")
    one.store(form, request, Write(name, {"apiVersion": "v1", "metadata": {"name": name}}, revision, {}))


def settle(one: Server) -> list[tuple[str, Any]]:
    one.sim.advance(one.sim.now + 5_000_000, 10_000)
    return one.told


def test_a_write_is_stored_or_has_lost_the_race() -> None:
    one = server()
    write(one, "a")
    (first,) = settle(one)
    assert first[0] == "a"
    write(one, "a")
    write(one, "a", first[1])
    assert settle(one)[1:] == [("a", "lost"), ("a", first[1] + 1)]


def test_an_event_waits_for_the_lease_that_ends_it() -> None:
    one = server()
    for name in "ab":
        write(one, name, resource="events")
    assert [name for name, _revision in settle(one)] == ["a", "b"]


def test_what_a_lost_member_was_given_has_failed() -> None:
    one = server()
    write(one, "a")
    one.fail_pending()
    assert one.told == [("a", "etcdserver: request timed out")]
    one.on_txn_response(TxnResponse(1, True, 5, []))
    assert len(one.told) == 1


def test_a_crash_forgets_what_was_in_flight() -> None:
    one = server()
    write(one, "a")
    one.crash()
    one.restart()
    assert settle(one) == []
