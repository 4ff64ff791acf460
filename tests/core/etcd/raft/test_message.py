"""What Raft says and asks for is plain data that nothing shares by accident."""

from __future__ import annotations

import pickle

from cluster_core.etcd.raft import message as kinds
from cluster_core.etcd.raft import node
from cluster_core.etcd.raft.message import Entry, HardState, Message, Note, Ready, Snapshot

NAMES = {name: value for name, value in vars(kinds).items() if isinstance(value, str) and value.startswith("Msg")}


def test_every_kind_has_a_handler_and_a_name_of_its_own() -> None:
    assert len(set(NAMES.values())) == len(NAMES) == 12
    assert set(node._HANDLERS) == set(NAMES.values())


def test_two_messages_share_no_entries_and_two_readys_no_outbox() -> None:
    one, other = Message(kinds.APPEND, "1", "2"), Message(kinds.APPEND, "1", "3")
    one.entries.append(Entry(1, 1))
    assert other.entries == []
    first, second = Ready(), Ready()
    first.messages.append(one)
    first.committed.append(Entry(1, 1))
    assert second == Ready() and second.messages == []


def test_everything_travels_through_a_checkpoint() -> None:
    ready = Ready(
        messages=[Message(kinds.SNAPSHOT, "1", "2", 3, snapshot=Snapshot(5, 2, {"a": 1}))],
        after=[Message(kinds.APPEND_REPLY, "1", "2", 3, index=7)],
        entries=[Entry(3, 8, "data")],
        hard_state=HardState(3, "1", 7),
        notes=[Note("leader", 3, "1")],
        alarm=5,
    )
    assert pickle.loads(pickle.dumps(ready)) == ready


def test_a_member_that_never_wrote_knows_no_term_and_no_vote() -> None:
    assert HardState() == HardState(term=0, voted_for=None, commit_index=0)
    assert (Snapshot().index, Snapshot().term, Entry(1, 1).data) == (0, 0, None)
