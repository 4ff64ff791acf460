"""An etcd cluster on the kernel with one client that keeps every answer, for tests."""

from __future__ import annotations

from typing import Any

from cluster_core.etcd import api
from cluster_core.etcd.member import Member
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links, Rule
from cluster_core.sim.process import Process, TopologyChanged
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace

SECOND = 1_000_000


class Client(Process):
    """Collects answers by request id, watch messages by watch id, and the order in which everything came."""

    def __init__(self, sim: Simulation) -> None:
        super().__init__(sim, "client", "workstation")
        self.responses: dict[int, Any] = {}
        self.events: dict[int, list[api.WatchEvent]] = {}
        self.log: list[Any] = []

    def on_txn_response(self, response: Any) -> None:
        assert response.id not in self.responses, "one answer per request"
        self.responses[response.id] = response
        self.log.append(response)

    on_range_response = on_lease_response = on_compact_response = on_txn_response

    def on_watch_events(self, batch: api.WatchEvents) -> None:
        self.events.setdefault(batch.watch_id, []).extend(batch.events)
        self.log.append(batch)

    def on_watch_cancelled(self, message: api.WatchCancelled) -> None:
        self.log.append(message)

    def on_unreachable(self, message: Any) -> None:
        self.log.append(message)


class EtcdCluster:
    def __init__(self, size: int = 3, seed: int = 1) -> None:
        self.sim = Simulation(Streams(seed), Links(), Trace(100_000), 100_000)
        names = [f"etcd-{number}" for number in range(1, size + 1)]
        self.members = {name: Member(self.sim, name, f"host-{name}", names) for name in names}
        for member in self.members.values():
            member.start()
        self.client = Client(self.sim)
        self.requests = 0

    def run(self, duration: int) -> int:
        return self.sim.advance(self.sim.now + duration, 1_000_000)

    def leader(self) -> Member:
        leaders = [member for member in self.members.values() if member.node.role == "leader" and not member.down]
        return max(leaders, key=lambda member: member.node.term)

    def follower(self) -> Member:
        leader = self.leader()
        return next(member for member in self.members.values() if member is not leader and not member.down)

    def send(self, member: Member, kind: type, *fields: Any, **named: Any) -> int:
        """Send a request, `id` and `source` filled in; returns the id."""
        self.requests += 1
        self.client.send(member.name, kind(self.requests, "client", *fields, **named))
        return self.requests

    def put(self, member: Member, key: str, value: Any, lease: int = 0) -> int:
        return self.send(member, api.TxnRequest, [], [api.Put(key, value, lease)])

    def answer(self, request: int) -> Any:
        return self.client.responses.get(request)

    def call(self, member: Member, kind: type, *fields: Any, **named: Any) -> Any:
        request = self.send(member, kind, *fields, **named)
        self.run(SECOND // 10)
        return self.answer(request)

    def topology_changed(self, subject: str) -> None:
        for member in self.members.values():
            self.sim.schedule(self.sim.now, member.name, TopologyChanged(subject))

    def isolate(self, member: Member) -> None:
        self.sim.links.rules.append(Rule(f"cut {member.name}", member.host, "*", "drop"))
        self.topology_changed(member.host)

    def heal(self) -> None:
        self.sim.links.rules.clear()
        self.topology_changed("*")
        self.sim.links.release(self.sim)

    def crash(self, member: Member) -> None:
        member.crash()
        self.topology_changed(member.name)

    def restart(self, member: Member) -> None:
        member.restart()
        self.topology_changed(member.name)
