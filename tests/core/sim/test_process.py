"""Processes: messages, alarms, crashes."""

from __future__ import annotations

from tests.core.sim.places import Note, Place, simulation


def test_a_process_that_is_down_hears_nothing() -> None:
    sim = simulation()
    place = Place(sim, "a", "h1")
    place.alarm(10, Note("alarm"))
    place.crash()
    sim.advance(100, 10)
    assert place.notes == [] and (place.down, place.crashes) == (True, 1)
    place.restart()
    place.alarm(sim.now, Note("again"))
    sim.advance(200, 10)
    assert [text for text, _ in place.notes] == ["again"]


def test_an_entry_names_its_actor_and_its_event() -> None:
    sim = simulation()
    place = Place(sim, "a", "h1")
    place.alarm(10, Note("x"))
    sim.step()
    place.record("thing.happened", count=3)
    (entry,) = sim.trace.entries
    assert (entry.actor, entry.message_id, entry.params, entry.number, entry.at) == (
        "a",
        "thing.happened",
        {"count": 3},
        1,
        10,
    )


def test_messages_of_one_turn_arrive_together_in_order() -> None:
    sim = simulation()
    a, b = Place(sim, "a", "h1"), Place(sim, "b", "h2")
    for text in "xyz":
        a.send("b", Note(text))
    assert sim.advance(1_000, 100) == 1
    assert [text for text, _ in b.notes] == ["x", "y", "z"]
