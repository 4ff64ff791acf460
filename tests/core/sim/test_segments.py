"""What one turn writes to one receiver arrives together, in order, as one event; faults act on each message."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links, Rule
from cluster_core.sim.process import Message, Process
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace


@dataclass(slots=True)
class Say(Message):
    handler = "on_say"

    word: str


@dataclass(slots=True)
class Shout(Message):
    handler = "on_say"
    stream = False

    word: str


class Speaker(Process):
    """Says words to others when woken; remembers what it heard, with the event's number."""

    def __init__(self, sim: Simulation, name: str) -> None:
        super().__init__(sim, name, f"host-{name}")
        self.heard: list[tuple[int, str]] = []

    def on_say(self, message: Say | Shout) -> None:
        self.heard.append((self.sim.number, message.word))
        if message.word == "go":
            for word in ("one", "two"):
                self.send("b", Say(word))
                self.send("c", Say(word))
            self.send("b", Say("three"))
        if message.word == "down":
            self.crash()


def _simulation() -> tuple[Simulation, dict[str, Speaker]]:
    sim = Simulation(Streams(1), Links(), Trace(1_000), 1_000)
    return sim, {name: Speaker(sim, name) for name in "abc"}


def test_a_turn_is_one_event_for_each_receiver() -> None:
    sim, speakers = _simulation()
    sim.schedule(10, "a", Say("go"))
    assert sim.advance(10_000, 100) == 3
    numbers, words = zip(*speakers["b"].heard, strict=True)
    assert words == ("one", "two", "three") and len(set(numbers)) == 1
    assert [word for _, word in speakers["c"].heard] == ["one", "two"]
    assert [flight.message.word for flight in sim.trace.flights] == ["one", "one", "two", "two", "three"]
    assert list(sim.trace.causes) == [0, 0, 1, 1]


def test_different_turns_are_different_events() -> None:
    sim, speakers = _simulation()
    for _ in range(2):
        sim.schedule(10, "a", Say("go"))
    sim.advance(10_000, 100)
    assert len({number for number, _ in speakers["b"].heard}) == 2


def test_a_receiver_that_crashes_in_the_middle_hears_nothing_more() -> None:
    sim, speakers = _simulation()
    for word in ("one", "down", "two"):
        speakers["a"].send("b", Say(word))
    sim.advance(10_000, 100)
    assert [word for _, word in speakers["b"].heard] == ["one", "down"]


def test_a_rule_holds_back_a_stream_and_drops_a_datagram() -> None:
    sim, speakers = _simulation()
    sim.links.rules.append(Rule("cut", "a", "b", "drop"))
    speakers["a"].send("b", Shout("lost"))
    speakers["a"].send("b", Say("held"))
    sim.advance(10_000, 100)
    assert speakers["b"].heard == []
    sim.links.rules.clear()
    sim.links.release(sim)
    sim.advance(20_000, 100)
    assert [word for _, word in speakers["b"].heard] == ["held"]


def test_the_digest_does_not_depend_on_when_it_is_read() -> None:
    digests = []
    for often in (False, True):
        sim, _ = _simulation()
        for at in range(0, 3_000_000, 10_000):
            sim.schedule(at, "a", Say("go"))
        while sim.next_at() is not None:
            sim.run(7)
            if often:
                assert sim.digest
        digests.append(sim.digest)
    assert digests[0] == digests[1]


def test_a_running_event_can_interrupt_an_advance_and_time_stands_there() -> None:
    sim, speakers = _simulation()
    for at in (10, 20, 30):
        sim.schedule(at, "c", Say(str(at)))
    heard = speakers["c"].on_say

    def stop(message: Say) -> None:
        heard(message)
        sim.interrupted = message.word == "20"

    speakers["c"].on_say = stop  # type: ignore[method-assign,assignment]
    assert sim.advance(100, 10) == 2 and sim.now == 20
    assert sim.advance(100, 10) == 1 and sim.now == 100
