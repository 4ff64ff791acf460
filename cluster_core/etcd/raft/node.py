"""One member of a Raft group: `step`, `propose`, `tick` return a `Ready`; the caller owns time, jitter, disk and
network.

Upstream: etcd-io/raft `raft.go` with PreVote and CheckQuorum on, as etcd runs it. There is no tick to poll: `alarm`
says when something is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cluster_core.etcd.raft import election, heartbeat, quiescence, reading, replication
from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft.log import RaftLog
from cluster_core.etcd.raft.message import FOLLOWER, LEADER, HardState, Message, Note, Ready
from cluster_core.etcd.raft.progress import Progress
from cluster_core.etcd.raft.reading import PendingRead
from cluster_core.etcd.raft.role import become_follower, draw_timeout, quorum_lost_at
from cluster_core.etcd.raft.storage import Storage
from cluster_core.etcd.raft.timing import ELECTION_TIMEOUT, HEARTBEAT

Draw = Callable[[int, int], int]


class RaftNode:
    """The state of a member. `draw(low, high)` gives the jitter; it must be picklable (a bound method of a plain
    object).

    `storage` is what an earlier life left on disk, `applied` how far its state machine is.
    """

    def __init__(
        self, name: str, members: list[str], draw: Draw, now: int, storage: Storage | None = None, applied: int = 0
    ) -> None:
        disk = storage or Storage()
        self.name = name
        self.peers = [member for member in members if member != name]
        self.quorum = len(members) // 2 + 1
        self.draw = draw
        self.term = disk.hard_state.term
        self.voted_for = disk.hard_state.voted_for
        self.log = _log_from(disk, applied)
        self.role = FOLLOWER
        self.leader: str | None = None
        self.votes: dict[str, bool] = {}
        self.progress: dict[str, Progress] = {}
        self.reads: list[PendingRead] = []
        self.read_round = 0
        self.timeout = ELECTION_TIMEOUT
        self.heard_at = now
        self.election_at = now
        self.heartbeat_at = now
        self.heartbeats = 0
        self.quiesced_at: int | None = None
        self.away: tuple[str, ...] = ()
        self.calm = True
        self.written = HardState(self.term, self.voted_for, self.log.commit_index)
        self.ready = Ready()
        draw_timeout(self, now)

    def step(self, message: Message, now: int) -> Ready:
        """Take one message of another member."""
        if not quiescence.leaves_quiet(self, message):
            quiescence.awaken(self, now)
        if election.settle_terms(self, message, now):
            _HANDLERS[message.kind](self, message, now)
        return self._take_ready(now)

    def propose(self, data: list[Any], now: int) -> Ready:
        """Add entries to the log (as leader) or forward them to the leader; without one they come back as `refused`."""
        quiescence.awaken(self, now)
        replication.propose(self, data)
        return self._take_ready(now)

    def read_index(self, context: int, now: int) -> Ready:
        """Ask from which applied index on a read sees everything that was answered before (linearizable read, 6.4 of
        the thesis). The answer comes as `Ready.reads`; without a leader it never comes."""
        quiescence.awaken(self, now)
        reading.begin(self, context)
        return self._take_ready(now)

    def tick(self, now: int) -> Ready:
        """Do what is due at `now`; call it at `alarm`."""
        if self.quiesced_at is None:
            if self.role == LEADER:
                self._lead(now)
            elif now >= self.election_at:
                election.begin(self, now, pre_vote=True)
        return self._take_ready(now)

    def campaign(self, now: int) -> Ready:
        """Begin an election at once, as if the election timeout had passed."""
        quiescence.awaken(self, now)
        if self.role != LEADER:
            election.begin(self, now, pre_vote=True)
        return self._take_ready(now)

    def persisted(self, index: int, term: int, now: int, data: Sequence[Any] = ()) -> Ready:
        """The write of a Ready with this `mark` is complete. A leader appends what waited for it (`data`) at once, so that
        one message tells the followers both the new entries and how far is committed."""
        self.log.mark_stable(index, term)
        commits = self.role == LEADER and replication.advance_commit(self)
        if data:
            quiescence.awaken(self, now)
            replication.propose(self, data)
        elif commits:
            replication.broadcast(self)
        if commits:
            reading.release_postponed(self)
        return self._take_ready(now)

    def quiesce(self, now: int) -> Ready:
        """As the leader of a fully replicated idle group: end the heartbeats. Done by itself when a heartbeat is
        due."""
        if quiescence.can_quiesce(self):
            quiescence.quiesce(self, now)
        return self._take_ready(now)

    def awaken(self, now: int) -> Ready:
        """Go on as if heartbeats had flowed on their period all the time."""
        quiescence.awaken(self, now)
        return self._take_ready(now)

    def compact(self, index: int) -> None:
        """Forget the log up to `index` (applied); followers that need older entries get a snapshot."""
        self.log.compact(index)

    def observe_network(self, away: list[str], calm: bool, now: int) -> Ready:
        """The caller knows which members cannot be reached, and whether the ways to the others are faultless (`calm`).

        Only a calm group may quiesce, and it does not wait for members that are away.
        """
        quiescence.awaken(self, now)
        for progress in self.progress.values():
            progress.recent_active = False
        self.away = tuple(away)
        self.calm = calm
        return self._take_ready(now)

    def heartbeats_sent(self, now: int) -> int:
        """How many heartbeats this leader has sent, those of a quiet group included by their formula."""
        return self.heartbeats + quiescence.derived_heartbeats(self, now)

    @property
    def alarm(self) -> int | None:
        """When `tick` has something to do; None while the group is quiet."""
        if self.quiesced_at is not None:
            return None
        if self.role != LEADER:
            return self.election_at
        return min(self.heartbeat_at, quorum_lost_at(self)) if self.peers else None

    def _lead(self, now: int) -> None:
        if now >= quorum_lost_at(self):
            become_follower(self, self.term, None, now)
        elif now >= self.heartbeat_at:
            if quiescence.can_quiesce(self):
                quiescence.quiesce(self, now)
            else:
                heartbeat.heartbeat(self)
                self.heartbeat_at = now + HEARTBEAT

    def note(self, what: str) -> None:
        """Tell the caller about a change of role."""
        self.ready.notes.append(Note(what, self.term, self.leader))

    def send(self, kind: str, target: str, **fields: Any) -> None:
        """Put a message of the current term into the Ready."""
        fields.setdefault("term", self.term)
        outbox = self.ready.after if kind in _AFTER_WRITE else self.ready.messages
        outbox.append(Message(kind, self.name, target, **fields))

    def _take_ready(self, now: int) -> Ready:
        ready, self.ready = self.ready, Ready()
        log = self.log
        ready.entries = log.take_unoffered()
        ready.committed = log.take_committed()
        ready.mark = (log.last_index, log.last_term)
        written = self.written
        vote_changed = written.term != self.term or written.voted_for != self.voted_for
        if vote_changed or written.commit_index != log.commit_index:
            self.written = ready.hard_state = HardState(self.term, self.voted_for, log.commit_index)
        ready.must_sync = vote_changed or bool(ready.entries) or ready.snapshot is not None
        ready.alarm = self.alarm
        return ready


def _log_from(disk: Storage, applied: int) -> RaftLog:
    last = disk.snapshot.index + len(disk.entries)
    commit = max(disk.hard_state.commit_index, disk.snapshot.index, applied)
    return RaftLog(
        snapshot_index=disk.snapshot.index,
        snapshot_term=disk.snapshot.term,
        entries=disk.entries.copy(),
        offered=last,
        stable=last,
        commit_index=min(commit, last),
        applied=applied,
    )


_AFTER_WRITE = (kinds.APPEND_REPLY, kinds.VOTE, kinds.VOTE_REPLY)

_HANDLERS: dict[str, Callable[[RaftNode, Message, int], None]] = {
    kinds.PROPOSE: replication.on_propose,
    kinds.APPEND: replication.on_append,
    kinds.APPEND_REPLY: replication.on_append_reply,
    kinds.SNAPSHOT: replication.on_snapshot,
    kinds.HEARTBEAT: heartbeat.on_heartbeat,
    kinds.HEARTBEAT_REPLY: replication.on_heartbeat_reply,
    kinds.PRE_VOTE: election.on_vote_request,
    kinds.VOTE: election.on_vote_request,
    kinds.PRE_VOTE_REPLY: election.on_vote_reply,
    kinds.VOTE_REPLY: election.on_vote_reply,
    kinds.READ_INDEX: reading.on_read_index,
    kinds.READ_INDEX_REPLY: reading.on_read_index_reply,
}
