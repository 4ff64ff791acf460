"""The density of a run: every entry in exactly one stretch, marks spaced out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cluster_core.sim.trace import TraceEntry
from explorer import density


def entries_at(*times: int, message_id: str = "pod.ready") -> list[TraceEntry]:
    return [TraceEntry(number, at, 0, "kubelet/node-1", message_id, {}) for number, at in enumerate(times, 1)]


@given(some.lists(some.integers(0, 1_000)), some.integers(1, 50), some.integers(1_000, 1_500))
def test_every_entry_is_counted_once_where_it_belongs(times: list[int], bins: int, span: int) -> None:
    counted = density.counts(entries_at(*sorted(times)), span, bins)
    expected = [0] * bins
    for at in times:
        expected[min(bins - 1, at * bins // span)] += 1
    assert counted == expected


def test_a_run_that_has_not_begun() -> None:
    assert density.counts(entries_at(0, 0), 0, 3) == [0, 0, 2]


@pytest.mark.asyncio
async def test_marks_are_one_of_a_kind_in_each_stretch() -> None:
    commands = entries_at(10, 11, 90, 100, message_id="command.given")
    marked = await density.marks([*commands[:2], *entries_at(50), *commands[2:]], 100, 10)
    assert [entry.at for entry in marked] == [10, 90]
