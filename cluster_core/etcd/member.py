"""One etcd server as a process: it drives Raft with time, disk and network, applies what is committed and serves
clients.

Upstream: etcd `server/etcdserver` (`raft.go`, `server.go`, `v3_server.go`). Memory (Raft's volatile state, open
requests, watches) ends with a crash; term, vote, log and store are on disk. Real etcd writes its store to disk every
100 ms and replays the log from there; nobody outside can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.etcd import api
from cluster_core.etcd.lease import Expiries
from cluster_core.etcd.mvcc import Store
from cluster_core.etcd.proposal import Proposal, WriteRequest, WriteResponse, apply_proposal, failed, read
from cluster_core.etcd.raft import message as raft
from cluster_core.etcd.raft.node import RaftNode
from cluster_core.etcd.raft.storage import Storage
from cluster_core.etcd.reads import Reads
from cluster_core.etcd.watch import Watches
from cluster_core.sim.process import Message, Process, Segment

if TYPE_CHECKING:
    from cluster_core.sim.kernel import Event, Simulation
    from cluster_core.sim.process import TopologyChanged, Unreachable

DISK_US = (600, 1_400)
REQUEST_TIMEOUT = 7_000_000
READ_RETRY = 500_000
SNAPSHOT_COUNT = 10_000
CATCH_UP_ENTRIES = 5_000


@dataclass(slots=True)
class RaftMessage(Message):
    """A Raft message on its way. A cut connection loses it: Raft itself tries again."""

    handler = "on_raft"
    stream = False

    message: raft.Message


@dataclass(slots=True)
class Timer(Message):
    """An alarm of one life of a member: "raft", "disk", "requests", "reads" or "leases" is due."""

    handler = "on_timer"

    what: str
    life: int


@dataclass(slots=True)
class OpenRequest:
    """A request that waits for its answer until `deadline`."""

    request: WriteRequest | api.RangeRequest
    deadline: int


class Member(Process):
    """An etcd server named like `etcd-1`; `members` are the names of all, its own included."""

    def __init__(self, sim: Simulation, name: str, host: str, members: list[str]) -> None:
        super().__init__(sim, name, host)
        self.members = members
        self.disk = Storage()
        self.store = Store()
        self.applied_index = 0
        self.life = 0
        self._forget()

    def start(self) -> None:
        """Begin as a follower with what is on disk."""
        self._forget()
        self._handle(self.node.awaken(self.sim.now))

    def card(self) -> dict[str, Any]:
        """For the architecture view: Raft's state as `etcdctl endpoint status` tells it, and more."""
        node, log = self.node, self.node.log
        return {
            "raft_role": node.role,
            "term": node.term,
            "leader": node.leader,
            "voted_for": node.voted_for,
            "index": log.last_index,
            "commit": log.commit_index,
            "applied": self.applied_index,
            "revision": self.store.revision,
            "watches": len(self.watches),
            "quiet": node.quiesced_at is not None,
            "heartbeats": node.heartbeats_sent(self.sim.now),
        }

    def _forget(self) -> None:
        self.life += 1
        self._number = 0
        self._open: dict[int, OpenRequest] = {}
        self._proposals: list[Proposal] = []
        self._taken: dict[str, tuple[int, int]] = {}
        self._collecting = False
        self._queue: list[raft.Ready] = []
        self._writing: list[raft.Ready] = []
        self._reads = Reads()
        self._alarms: dict[str, Event] = {}
        self.watches = Watches()
        self.expiries = Expiries()
        draw = self.sim.streams.stream(f"raft/{self.name}").randint
        self.node = RaftNode(self.name, self.members, draw, self.sim.now, self.disk, self.applied_index)

    # Requests of clients

    def on_segment(self, segment: Segment) -> None:
        """Requests that came together are proposed together."""
        self._collecting = True
        super().on_segment(segment)
        self._collecting = False
        if not self.down:
            self._propose()

    def on_txn(self, request: api.TxnRequest) -> None:
        """A transaction: answered when it is applied here."""
        self._submit(request)

    def on_compact(self, request: api.CompactRequest) -> None:
        """A compaction: replicated, so that all members forget the same."""
        self._submit(request)

    def on_lease_grant(self, request: api.LeaseGrant) -> None:
        """A new lease."""
        self._submit(request)

    def on_lease_revoke(self, request: api.LeaseRevoke) -> None:
        """The end of a lease and its keys."""
        self._submit(request)

    def on_lease_keep_alive(self, request: api.LeaseKeepAlive) -> None:
        """Renewals go to the leader, past the log."""
        ttl = self.store.leases.ttl(request.lease)
        if self.node.role == raft.LEADER and ttl is not None:
            self.expiries.renew(request.lease, ttl, self.sim.now)
            self._reply(request.source, api.LeaseResponse(request.id, request.lease, ttl, self.store.revision))
        elif self.node.role != raft.LEADER and self.node.leader is not None:
            self.send(self.node.leader, request)
        else:
            error = api.LEASE_NOT_FOUND if self.node.role == raft.LEADER else api.NO_LEADER
            self._reply(request.source, api.LeaseResponse(request.id, request.lease, 0, self.store.revision, error))

    def on_range(self, request: api.RangeRequest) -> None:
        """A read: from the store as it is if serializable, else when the leader has confirmed how far it must be."""
        if request.serializable:
            self._reply(request.source, read(self.store, request))
            return
        self._reads.waiting.append(self._admit(request))
        self._ask()

    def on_watch(self, request: api.WatchRequest) -> None:
        """Open a watch on this member's store."""
        self._reply(request.source, self.watches.open(request, self.store))

    def on_watch_cancel(self, request: api.WatchCancel) -> None:
        """End a watch."""
        self.watches.cancel(request.source, request.id)

    def on_unreachable(self, message: Unreachable) -> None:
        """A client is gone, and its watches with it."""
        self.watches.drop(message.target)

    # Raft, disk and time

    def on_raft(self, envelope: RaftMessage) -> None:
        """A message of another member. The leader keeps forwarded proposals for its next append."""
        message = envelope.message
        if message.kind == raft.PROPOSE and self.node.role == raft.LEADER:
            self._proposals.extend(entry.data for entry in message.entries if self._is_new(entry.data))
            self._propose()
        else:
            self._handle(self.node.step(message, self.sim.now))

    def on_timer(self, timer: Timer) -> None:
        """An alarm of this life."""
        if timer.life != self.life:
            return
        self._alarms.pop(timer.what, None)
        _TIMERS[timer.what](self)

    def on_topology_changed(self, change: TopologyChanged) -> None:
        """A link or a member changed: a quiet group wakes up and looks for itself."""
        away, calm = self._survey()
        self._handle(self.node.observe_network(away, calm, self.sim.now))

    def crash(self) -> None:
        """Memory is lost, writes under way too; disk and store stay."""
        super().crash()
        self.life += 1

    def restart(self) -> None:
        """Start again and see who can be reached."""
        super().restart()
        self.start()
        away, calm = self._survey()
        self._handle(self.node.observe_network(away, calm, self.sim.now))

    def _survey(self) -> tuple[list[str], bool]:
        """Which members cannot be reached, and whether no rule disturbs the way to the others."""
        away, calm = [], True
        here = (self.name, self.host)
        for peer in self.node.peers:
            process = self.sim.processes[peer]
            there = (peer, process.host)
            rules = [rule for rule in self.sim.links.rules if rule.matches(here, there) or rule.matches(there, here)]
            if process.down or any(rule.action == "drop" and rule.probability >= 1 for rule in rules):
                away.append(peer)
            elif rules:
                calm = False
        return away, calm

    def _handle(self, ready: raft.Ready) -> None:
        """Do what Raft asks: send, apply, write, in this order."""
        for message in ready.messages:
            self._send_raft(message)
        if ready.notes:
            self._heed(ready.notes)
        if ready.committed:
            self._apply(ready.committed)
        if ready.must_sync or ready.after:
            self._queue.append(ready)
            self._write()
        for context, index in ready.reads:
            self._reads.answered(context, index)
        if self._reads.index is not None:
            self._serve_reads()
        if ready.refused:
            self._proposals[:0] = ready.refused
        self._set_alarm("raft", self.node.alarm)
        if self._proposals:
            self._propose()

    def _send_raft(self, message: raft.Message) -> None:
        if message.snapshot is not None:
            message.snapshot.data = self.store.fork()
        self.send(message.target, RaftMessage(message))

    def _heed(self, notes: list[raft.Note]) -> None:
        for note in notes:
            if note.what == raft.LEADER:
                self.expiries.promote(self.store.leases, self.sim.now)
                self._set_alarm("leases", self.expiries.next_at())
                self.record("etcd.became-leader", term=note.term)
            elif note.what == raft.CANDIDATE:
                self.record("etcd.became-candidate", term=note.term)
            elif note.what == raft.FOLLOWER and note.leader is None and note.term > 0:
                self.record("etcd.lost-leader", term=note.term)
            if note.what == raft.FOLLOWER:
                # Only a leader ends leases: the next one gives every lease a full TTL.
                self._proposals = [one for one in self._proposals if one.request.source != self.name]

    # Writing

    def _write(self) -> None:
        """Write everything that waits at once. Messages that need no write wait only for the writes before them."""
        if self._writing:
            return
        self._writing, self._queue = self._queue, []
        if any(ready.must_sync for ready in self._writing):
            delay = self.sim.streams.stream(f"disk/{self.name}").randint(*DISK_US)
            self._set_alarm("disk", self.sim.now + delay)
        else:
            self._release()

    def _written(self) -> None:
        for ready in self._writing:
            self.disk.write(ready)
            if ready.snapshot is not None:
                self._install(ready.snapshot)
        mark = self._writing[-1].mark
        self._release()
        data: list[Proposal] = []
        if self.node.role == raft.LEADER and not self._queue:
            data, self._proposals = self._proposals, []
        self._handle(self.node.persisted(*mark, self.sim.now, data))
        if self._queue:
            self._write()

    def _release(self) -> None:
        done, self._writing = self._writing, []
        for ready in done:
            for message in ready.after:
                self._send_raft(message)

    def _install(self, snapshot: raft.Snapshot) -> None:
        self.store = snapshot.data
        self.applied_index = snapshot.index
        self._tell_watches()

    # Proposing and applying

    def _submit(self, request: WriteRequest) -> None:
        number = self._admit(request)
        self._proposals.append(Proposal(self.name, self.life, number, request))
        self._propose()

    def _admit(self, request: WriteRequest | api.RangeRequest) -> int:
        self._number += 1
        self._open[self._number] = OpenRequest(request, self.sim.now + REQUEST_TIMEOUT)
        if "requests" not in self._alarms:
            self._set_alarm("requests", self.sim.now + REQUEST_TIMEOUT)
        return self._number

    def _propose(self) -> None:
        """Group commit: what arrives during a write goes into the next append. Without a leader proposals wait."""
        leads = self.node.role == raft.LEADER
        if not self._proposals or self._collecting or self.node.leader is None or (leads and self._writing):
            return
        proposals, self._proposals = self._proposals, []
        self._handle(self.node.propose(proposals, self.sim.now))

    def _is_new(self, proposal: Proposal) -> bool:
        """Whether a forwarded proposal is not a duplicate made by the network."""
        place = (proposal.life, proposal.number)
        if place <= self._taken.get(proposal.member, (0, 0)):
            return False
        self._taken[proposal.member] = place
        return True

    def _apply(self, entries: list[raft.Entry]) -> None:
        """Apply a group of entries: all watch events leave before the first response."""
        answers: list[tuple[str, WriteResponse]] = []
        for entry in entries:
            self.applied_index = entry.index
            if entry.data is not None:
                self._apply_proposal(entry.data, answers)
        self._tell_watches()
        for source, response in answers:
            self._reply(source, response)
        self._compact_log()

    def _apply_proposal(self, proposal: Proposal, answers: list[tuple[str, WriteResponse]]) -> None:
        request = proposal.request
        response = apply_proposal(self.store, proposal)
        if isinstance(request, api.LeaseGrant | api.LeaseRevoke) and self.node.role == raft.LEADER:
            self._clock_lease(request)
        if proposal.member == self.name and proposal.life == self.life:
            if self._open.pop(proposal.number, None) is not None:
                answers.append((request.source, response))

    def _tell_watches(self) -> None:
        for source, message in self.watches.collect(self.store):
            self.send(source, message)

    def _compact_log(self) -> None:
        if self.applied_index - self.disk.snapshot.index < SNAPSHOT_COUNT + CATCH_UP_ENTRIES:
            return
        index = self.applied_index - CATCH_UP_ENTRIES
        self.node.compact(index)
        self.disk.compact(index)

    # Leases

    def _clock_lease(self, request: api.LeaseGrant | api.LeaseRevoke) -> None:
        ttl = self.store.leases.ttl(request.lease)
        if ttl is None:
            self.expiries.forget(request.lease)
        elif isinstance(request, api.LeaseGrant):
            self.expiries.renew(request.lease, ttl, self.sim.now)
        self._set_alarm("leases", self.expiries.next_at())

    def _expire_leases(self) -> None:
        if self.node.role != raft.LEADER:
            return
        for lease in self.expiries.due(self.sim.now):
            self.expiries.forget(lease)
            self._number += 1
            revoke = api.LeaseRevoke(0, self.name, lease)
            self._proposals.append(Proposal(self.name, self.life, self._number, revoke))
        self._set_alarm("leases", self.expiries.next_at())
        self._propose()

    # Reading and timeouts

    def _ask(self) -> None:
        context = self._reads.next_round()
        if context is not None:
            self._set_alarm("reads", self.sim.now + READ_RETRY)
            self._handle(self.node.read_index(context, self.sim.now))

    def _ask_again(self) -> None:
        if self._reads.asked and self._reads.index is None:
            self._set_alarm("reads", self.sim.now + READ_RETRY)
            self._handle(self.node.read_index(self._reads.again(), self.sim.now))

    def _serve_reads(self) -> None:
        served = self._reads.served(self.applied_index)
        for number in served:
            waiting = self._open.pop(number, None)
            if waiting is not None and isinstance(waiting.request, api.RangeRequest):
                self._reply(waiting.request.source, read(self.store, waiting.request))
        if served:
            self._ask()

    def _time_out(self) -> None:
        refused: dict[int, None] = {}
        for number, waiting in list(self._open.items()):
            if waiting.deadline > self.sim.now:
                self._set_alarm("requests", waiting.deadline)
                break
            del self._open[number]
            refused[number] = None
            self._refuse(waiting.request)
        self._proposals = [
            proposal for proposal in self._proposals if proposal.member != self.name or proposal.number not in refused
        ]

    def _refuse(self, request: WriteRequest | api.RangeRequest) -> None:
        if isinstance(request, api.RangeRequest):
            self._reply(request.source, api.RangeResponse(request.id, self.store.revision, [], 0, error=api.TIMED_OUT))
        else:
            self._reply(request.source, failed(request, api.TIMED_OUT, self.store.revision))

    def _reply(self, source: str, message: Message) -> None:
        self.send(source, message)

    def _tick(self) -> None:
        self._handle(self.node.tick(self.sim.now))

    def _set_alarm(self, what: str, at: int | None) -> None:
        """Ring at `at`. An alarm that is set for earlier stays: it looks again when it rings."""
        current = self._alarms.get(what)
        if current is not None:
            if at is not None and current.at <= at:
                return
            current.cancelled = True
            del self._alarms[what]
        if at is not None:
            self._alarms[what] = self.alarm(max(at, self.sim.now), Timer(what, self.life))


_TIMERS = {
    "raft": Member._tick,
    "disk": Member._written,
    "requests": Member._time_out,
    "reads": Member._ask_again,
    "leases": Member._expire_leases,
}
