"""The replicated log."""

from __future__ import annotations

import pytest

from cluster_core.etcd.raft.log import RaftLog
from cluster_core.etcd.raft.message import Entry, Snapshot


def log_of(*terms: int) -> RaftLog:
    log = RaftLog()
    for term in terms:
        log.append(term, [f"{term}"])
    return log


def test_entries_that_match_stay_and_a_conflict_is_replaced() -> None:
    log = log_of(1, 1, 2)
    log.take_unoffered()
    log.mark_stable(3, 2)
    assert log.accept(1, 1, [Entry(1, 2, "1")]) == 2
    assert log.last_index == 3 and log.stable == 3
    assert log.accept(2, 1, [Entry(3, 3, "3"), Entry(3, 4, "3")]) == 4
    assert [entry.term for entry in log.entries] == [1, 1, 3, 3]
    assert log.stable == 2 and [entry.index for entry in log.take_unoffered()] == [3, 4]


def test_a_gap_or_another_term_does_not_match() -> None:
    log = log_of(1, 1)
    assert log.accept(3, 1, []) is None
    assert log.accept(2, 2, []) is None


def test_committed_entries_are_never_replaced() -> None:
    log = log_of(1, 1)
    log.commit_to(2)
    with pytest.raises(AssertionError, match="committed"):
        log.accept(1, 1, [Entry(2, 2, "x")])


def test_the_hint_skips_a_whole_term() -> None:
    assert log_of(1, 1, 3, 3, 3).conflict_hint(5, 2) == (2, 1)
    assert log_of(1, 1).conflict_hint(9, 4) == (2, 1)


def test_only_what_is_committed_and_on_disk_is_applied() -> None:
    log = log_of(1, 1, 1)
    log.commit_to(3)
    assert log.take_committed() == []
    log.mark_stable(2, 1)
    assert [entry.index for entry in log.take_committed()] == [1, 2]
    log.mark_stable(3, 9)
    assert log.stable == 2, "an entry that was replaced since is not on disk"


def test_compaction_keeps_the_term_of_its_last_entry() -> None:
    log = log_of(1, 2, 3)
    log.commit_to(3)
    log.mark_stable(3, 3)
    log.take_committed()
    log.compact(2)
    assert (log.term_at(1), log.term_at(2), log.term_at(3), log.term_at(4)) == (None, 2, 3, None)
    log.compact(1)
    assert log.snapshot_index == 2 and log.last_index == 3


def test_a_snapshot_begins_anew_and_counts_once_it_is_written() -> None:
    log = log_of(1)
    log.restore(Snapshot(5, 2))
    assert (log.last_index, log.last_term, log.commit_index, log.applied, log.stable) == (5, 2, 5, 5, 0)
    log.mark_stable(5, 2)
    assert log.stable == 5


def test_up_to_date_compares_terms_first() -> None:
    log = log_of(1, 2)
    assert log.is_up_to_date(1, 3) and log.is_up_to_date(2, 2)
    assert not log.is_up_to_date(9, 1) and not log.is_up_to_date(1, 2)
