"""The disk of a member: a node that begins from it knows exactly what was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.etcd.raft.log import RaftLog
from cluster_core.etcd.raft.message import Entry, HardState, Ready, Snapshot
from cluster_core.etcd.raft.node import RaftNode
from cluster_core.etcd.raft.storage import Storage


def entries(term: int, *indexes: int) -> list[Entry]:
    return [Entry(term, index, f"{term}/{index}") for index in indexes]


def terms(disk: Storage) -> list[tuple[int, int]]:
    return [(entry.term, entry.index) for entry in disk.entries]


def restarted(disk: Storage, applied: int = 0) -> RaftNode:
    return RaftNode("1", ["1", "2", "3"], lambda low, high: low, 0, disk, applied)


def test_writes_follow_each_other() -> None:
    disk = Storage()
    disk.write(Ready(entries=entries(1, 1, 2), hard_state=HardState(1, "1", 0)))
    disk.write(Ready(entries=entries(1, 3)))
    disk.write(Ready(hard_state=HardState(1, "1", 2)))
    assert terms(disk) == [(1, 1), (1, 2), (1, 3)] and disk.hard_state == HardState(1, "1", 2)


def test_a_conflicting_write_cuts_off_what_was_there() -> None:
    disk = Storage()
    disk.write(Ready(entries=entries(1, 1, 2, 3, 4)))
    disk.write(Ready(entries=entries(2, 3)))
    assert terms(disk) == [(1, 1), (1, 2), (2, 3)]


def test_a_snapshot_replaces_the_log_and_its_data_is_left_to_the_store() -> None:
    disk = Storage()
    disk.write(Ready(entries=entries(1, 1, 2)))
    disk.write(Ready(snapshot=Snapshot(9, 3, {"big": "store"}), hard_state=HardState(3, None, 9)))
    assert (disk.snapshot, disk.entries) == (Snapshot(9, 3), [])
    disk.write(Ready(entries=entries(3, 10, 11)))
    disk.write(Ready(entries=entries(4, 11)))
    assert terms(disk) == [(3, 10), (4, 11)]


def test_compaction_keeps_the_place_of_the_last_entry_that_went() -> None:
    disk = Storage()
    disk.write(Ready(entries=[*entries(1, 1, 2), *entries(2, 3, 4)]))
    for index, kept in ((3, [(2, 4)]), (2, [(2, 4)]), (99, [(2, 4)])):
        disk.compact(index)
        assert terms(disk) == kept and disk.snapshot == Snapshot(3, 2)
    disk.write(Ready(entries=entries(2, 5)))
    assert terms(disk) == [(2, 4), (2, 5)]


def test_a_restarted_member_has_term_vote_and_log_but_no_role() -> None:
    disk = Storage(HardState(4, "2", 12), Snapshot(10, 3), entries(4, 11, 12))
    node = restarted(disk, applied=10)
    assert (node.term, node.voted_for, node.role, node.leader) == (4, "2", "follower", None)
    assert (node.log.last_index, node.log.stable, node.log.commit_index, node.log.applied) == (12, 12, 12, 10)
    assert [entry.index for entry in node.awaken(0).committed] == [11, 12]


def test_a_commit_index_ahead_of_the_log_is_only_a_hint() -> None:
    """It was written with a later Ready than the entries that were lost with the power."""
    node = restarted(Storage(HardState(1, None, 9), entries=entries(1, 1, 2)))
    assert node.log.commit_index == 2


def test_what_a_member_does_afterwards_does_not_reach_the_disk_by_itself() -> None:
    disk = Storage(HardState(1, None, 1), entries=entries(1, 1))
    restarted(disk).log.append(2, ["new"])
    assert terms(disk) == [(1, 1)]


@given(st.lists(st.one_of(st.tuples(st.integers(1, 4), st.integers(1, 6)), st.integers(1, 8)), max_size=12))
def test_the_disk_follows_the_log_in_memory(steps: list[tuple[int, int] | int]) -> None:
    """Appends (term, how many replace or follow) and compactions leave the same entries in both."""
    log, disk = RaftLog(), Storage()
    for number, step in enumerate(steps, 1):
        if isinstance(step, int):
            log.compact(step)
            disk.compact(step if log.snapshot_index == step else 0)
        else:
            back, count = step
            start = max(log.last_index - back, log.commit_index, log.snapshot_index)
            new = entries(number, *range(start + 1, start + 1 + count))
            assert log.accept(start, log.term_at(start) or 0, new) == start + count
            disk.write(Ready(entries=log.take_unoffered()))
            log.mark_stable(log.last_index, log.last_term)
            log.commit_to(log.last_index - 2)
            log.take_committed()
        assert disk.entries == log.entries and disk.snapshot == Snapshot(log.snapshot_index, log.snapshot_term)
