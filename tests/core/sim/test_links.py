"""Delivery between hosts, and faults as rules."""

from __future__ import annotations

import pickle

import pytest

from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import LOCAL_US, Rule
from tests.core.sim.places import Flyer, Note, Place, simulation


def _two(sim: Simulation) -> tuple[Place, Place]:
    return Place(sim, "a", "h1"), Place(sim, "b", "h2")


def _texts(place: Place) -> list[str]:
    return [text for text, _ in place.notes]


def test_a_link_has_one_latency_and_keeps_the_order() -> None:
    sim = simulation()
    a, b = _two(sim)
    for text in "xyz":
        a.send("b", Note(text))
    sim.advance(1_000, 100)
    assert _texts(b) == ["x", "y", "z"]
    assert len({at for _, at in b.notes}) == 1
    assert sim.links.latency(sim, "h1", "h2") == sim.links.latency(sim, "h2", "h1") > LOCAL_US
    assert sim.links.latency(sim, "h1", "h1") == LOCAL_US


def test_a_partition_holds_streams_back_and_loses_datagrams() -> None:
    sim = simulation()
    a, b = _two(sim)
    sim.links.rules.append(Rule("cut", "h1", "*", "drop"))
    a.send("b", Note("stream"))
    a.send("b", Flyer("datagram"))
    sim.advance(10_000, 100)
    assert not sim.links.connected(sim, "a", "b") and _texts(b) == []
    sim.links.rules.clear()
    sim.links.release(sim)
    sim.advance(20_000, 100)
    assert sim.links.connected(sim, "a", "b") and _texts(b) == ["stream"]


def test_a_cut_host_still_talks_to_itself() -> None:
    sim = simulation()
    a, c = Place(sim, "a", "h1"), Place(sim, "c", "h1")
    sim.links.rules.append(Rule("cut", "h1", "*", "drop"))
    a.send("c", Note("here"))
    sim.advance(1_000, 10)
    assert _texts(c) == ["here"] and sim.links.connected(sim, "a", "c")


@pytest.mark.parametrize("who", ["a", "b"])
def test_a_held_stream_ends_with_either_program(who: str) -> None:
    """What a crashed sender had on its way is gone; a crashed receiver's connection is reset, even if it is up again."""
    sim = simulation()
    a, b = _two(sim)
    sim.links.rules.append(Rule("cut", "h1", "*", "drop"))
    a.send("b", Note("old"))
    sim.processes[who].crash()
    sim.processes[who].restart()
    sim.links.rules.clear()
    sim.links.release(sim)
    sim.advance(10_000, 100)
    assert _texts(b) == []
    assert a.lost == (["old"] if who == "b" else [])


def test_a_dead_receiver_refuses_a_stream_and_swallows_a_datagram() -> None:
    sim = simulation()
    a, b = _two(sim)
    b.crash()
    a.send("b", Note("stream"))
    a.send("b", Flyer("datagram"))
    sim.advance(10_000, 100)
    assert a.lost == ["stream"] and b.notes == []


def test_a_delay_is_added_and_a_duplicate_comes_twice() -> None:
    sim = simulation()
    a, b = _two(sim)
    sim.links.rules.append(Rule("slow", "a", "b", "delay", delay_us=5_000))
    a.send("b", Note("slow"))
    sim.advance(20_000, 100)
    assert b.notes[0][1] == 5_000 + sim.links.latency(sim, "h1", "h2")
    sim.links.rules[:] = [Rule("twice", "a", "b", "duplicate")]
    a.send("b", Flyer("twice"))
    sim.advance(40_000, 100)
    assert _texts(b) == ["slow", "twice", "twice"]


def test_a_one_way_rule_lets_the_answer_through() -> None:
    sim = simulation()
    a, b = _two(sim)
    sim.links.rules.append(Rule("one way", "a", "b", "drop", symmetric=False))
    a.send("b", Note("there"))
    b.send("a", Note("back"))
    sim.advance(10_000, 100)
    assert _texts(a) == ["back"] and _texts(b) == []


def test_a_crash_is_counted_and_survives_a_checkpoint() -> None:
    sim = simulation()
    a, _ = _two(sim)
    a.crash()
    a.restart()
    assert pickle.loads(pickle.dumps(sim)).processes["a"].crashes == 1
