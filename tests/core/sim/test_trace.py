"""The trace: entries, causes, chains, replays."""

from __future__ import annotations

import pytest

from cluster_core.sim.limits import LimitExceeded
from cluster_core.sim.trace import Trace


def _filled() -> Trace:
    trace = Trace(10)
    for number, cause, ids in ((1, 0, ["a"]), (2, 1, []), (3, 2, ["b", "c"]), (4, 0, ["d"])):
        trace.begin(number, cause)
        for message_id in ids:
            trace.record(number, number * 10, cause, "actor", message_id, {})
    return trace


def test_entries_of_an_event_and_up_to_it() -> None:
    trace = _filled()
    assert [entry.message_id for entry in trace.of(3)] == ["b", "c"]
    assert trace.of(2) == trace.of(9) == []
    assert [trace.until(number) for number in (1, 2, 3, 4)] == [1, 1, 3, 4]


def test_a_chain_leads_back_to_the_start() -> None:
    assert [entry.message_id for entry in _filled().chain(3)] == ["a", "b", "c"]
    assert [entry.message_id for entry in _filled().chain(4)] == ["d"]


def test_a_replay_records_nothing_twice() -> None:
    trace = _filled()
    trace.begin(3, 2)
    trace.record(3, 30, 2, "actor", "b", {})
    assert len(trace.entries) == 4
    trace.begin(5, 4)
    trace.record(5, 50, 4, "actor", "e", {})
    assert [entry.message_id for entry in trace.entries] == ["a", "b", "c", "d", "e"]


def test_a_prefix_is_its_own_history() -> None:
    trace = _filled()
    fork = trace.prefix(3)
    fork.begin(4, 3)
    fork.record(4, 99, 3, "actor", "other", {})
    assert [entry.message_id for entry in fork.entries] == ["a", "b", "c", "other"]
    assert [entry.message_id for entry in trace.entries] == ["a", "b", "c", "d"]


def test_a_full_trace_says_so() -> None:
    trace = Trace(1)
    trace.begin(1, 0)
    trace.check_room()
    trace.record(1, 0, 0, "actor", "a", {})
    trace.record(1, 0, 0, "actor", "b", {})
    with pytest.raises(LimitExceeded, match="at most 1 trace entries"):
        trace.check_room()
    assert len(trace.of(1)) == 2, "an event that has begun is told whole"
