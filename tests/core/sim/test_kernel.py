"""The kernel: order, causes, budgets, digests."""

from __future__ import annotations

import pytest

from cluster_core.sim.kernel import Simulation
from cluster_core.sim.limits import LimitExceeded
from tests.core.sim.places import Note, Place, simulation


def test_events_run_in_order_of_time_and_then_of_scheduling() -> None:
    sim = simulation()
    place = Place(sim, "a", "h1")
    for at, text in ((20, "late"), (10, "first"), (10, "second"), (0, "now")):
        sim.schedule(at, "a", Note(text))
    assert sim.advance(100, 100) == 4
    assert [text for text, _ in place.notes] == ["now", "first", "second", "late"]
    assert (sim.now, sim.number) == (100, 4)


def test_every_event_knows_the_event_that_caused_it() -> None:
    sim = simulation()
    place = Place(sim, "a", "h1")
    sim.schedule(0, "a", Note("begin"))
    place.replies = [Note("then")]
    sim.advance(1_000, 10)
    assert list(sim.trace.causes) == [0, 0, 1]


def test_the_past_cannot_be_scheduled() -> None:
    sim = simulation()
    Place(sim, "a", "h1")
    sim.advance(50, 1)
    with pytest.raises(ValueError, match="already 50"):
        sim.schedule(49, "a", Note("x"))


def test_a_budget_ends_between_events_and_time_stands_there() -> None:
    sim = simulation()
    Place(sim, "a", "h1")
    for at in (1, 2, 3):
        sim.schedule(at, "a", Note(str(at)))
    assert sim.advance(10, 2) == 2
    assert sim.now == 2
    assert sim.advance(10, 2) == 1
    assert sim.now == 10


def test_a_cancelled_event_never_runs_and_has_no_number() -> None:
    sim = simulation()
    place = Place(sim, "a", "h1")
    sim.schedule(5, "a", Note("no")).cancelled = True
    sim.schedule(6, "a", Note("yes"))
    assert sim.next_at() == 6
    assert sim.advance(10, 10) == 1
    assert [text for text, _ in place.notes] == ["yes"]


def test_too_many_events_are_a_clear_message() -> None:
    sim = simulation(queue_max=2)
    Place(sim, "a", "h1")
    sim.schedule(1, "a", Note("x"))
    sim.schedule(1, "a", Note("y"))
    with pytest.raises(LimitExceeded, match="at most 2 pending events"):
        sim.schedule(1, "a", Note("z"))


def test_the_digest_depends_on_every_event() -> None:
    def digest(*times: int) -> int:
        sim = simulation()
        Place(sim, "a", "h1")
        for at in times:
            sim.schedule(at, "a", Note("x"))
        sim.advance(100, 100)
        return sim.digest

    assert digest(1, 2) == digest(1, 2)
    assert len({digest(1, 2), digest(1, 3), digest(2), digest()}) == 4


def test_a_name_is_given_once() -> None:
    sim: Simulation = simulation()
    Place(sim, "a", "h1")
    with pytest.raises(ValueError, match="already registered"):
        Place(sim, "a", "h2")
