"""A simulation with nothing in it, and a process that writes down what it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.process import Message, Process, Unreachable
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace


@dataclass(slots=True)
class Note(Message):
    """A stream message."""

    handler = "on_note"

    text: str


@dataclass(slots=True)
class Flyer(Message):
    """A datagram."""

    handler = "on_note"
    stream = False

    text: str


class Place(Process):
    """Keeps what arrives as (text, time); answers with `replies`, one a message, to itself."""

    def __init__(self, sim: Simulation, name: str, host: str) -> None:
        super().__init__(sim, name, host)
        self.notes: list[tuple[str, int]] = []
        self.lost: list[str] = []
        self.replies: list[Any] = []

    def on_note(self, message: Any) -> None:
        """Keep it."""
        self.notes.append((message.text, self.sim.now))
        if self.replies:
            self.alarm(self.sim.now + 1, self.replies.pop(0))

    def on_unreachable(self, message: Unreachable) -> None:
        """Keep what could not be delivered."""
        self.lost.append(message.message.text)


def simulation(seed: int = 1, queue_max: int = 1_000) -> Simulation:
    """An empty one."""
    return Simulation(Streams(seed), Links(), Trace(1_000), queue_max)
