"""Message delivery between hosts: a constant latency per pair (so order holds, as on a TCP connection), and faults as rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cluster_core.sim.process import Segment, Unreachable
from cluster_core.sim.trace import Flight

if TYPE_CHECKING:
    from cluster_core.sim.kernel import Event, Simulation
    from cluster_core.sim.process import Process

LOCAL_US = 40
REMOTE_US = (180, 420)


@dataclass(slots=True)
class Rule:
    """A fault on messages from `source` to `target` (a host or process name, or "*"); the first rule that matches decides.

    action: "drop" (a stream is held back until the rule goes), "delay" (by `delay_us`), "duplicate" (datagrams only).
    """

    name: str
    source: str
    target: str
    action: str
    symmetric: bool = True
    delay_us: int = 0
    probability: float = 1.0

    def matches(self, source: tuple[str, str], target: tuple[str, str]) -> bool:
        """Whether the rule is for a message between these (process, host) pairs. Inside one host there is no link to break."""
        if source[1] == target[1]:
            return False
        there = self._one(self.source, source) and self._one(self.target, target)
        return there or (self.symmetric and self._one(self.source, target) and self._one(self.target, source))

    @staticmethod
    def _one(pattern: str, place: tuple[str, str]) -> bool:
        return pattern == "*" or pattern in place


@dataclass(slots=True)
class Held:
    """A stream message that a fault holds back. The connection ends with either program: `…_crashes` tell whether it lives."""

    source: str
    source_crashes: int
    target: str
    target_crashes: int
    message: Any


@dataclass(slots=True)
class Links:
    """Latencies and fault rules of a run."""

    rules: list[Rule] = field(default_factory=list)
    latencies: dict[tuple[str, str], int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    turn: int = -1
    written: dict[tuple[str, str], Event] = field(default_factory=dict)

    def latency(self, sim: Simulation, source: str, target: str) -> int:
        """One-way delay between two hosts in µs, drawn once per pair."""
        if source == target:
            return LOCAL_US
        found = self.latencies.get((source, target))
        if found is None:
            pair = (source, target) if source < target else (target, source)
            found = sim.streams.once(f"latency/{pair[0]}/{pair[1]}", *REMOTE_US)
            self.latencies[pair] = self.latencies[(pair[1], pair[0])] = found
        return found

    def send(self, sim: Simulation, source: Process, target: str, message: Any) -> None:
        """Deliver, hold, delay, drop or duplicate one message."""
        receiver = sim.processes[target]
        delay = self.latency(sim, source.host, receiver.host)
        if self.rules or receiver.down:
            self._send_through_faults(sim, source, receiver, message, delay)
        else:
            self._write(sim, source.name, target, message, delay)

    def _send_through_faults(
        self, sim: Simulation, source: Process, receiver: Process, message: Any, delay: int
    ) -> None:
        verdict = self._verdict(sim, source, receiver) if self.rules else None
        if verdict is not None:
            if verdict.action == "drop":
                if message.stream:
                    self.held.append(Held(source.name, source.crashes, receiver.name, receiver.crashes, message))
                return
            if verdict.action == "delay":
                delay += verdict.delay_us
            elif not message.stream:
                sim.schedule(sim.now + delay, receiver.name, message)
        if receiver.down and message.stream:
            sim.schedule(sim.now + 2 * delay, source.name, Unreachable(receiver.name, message))
            return
        self._write(sim, source.name, receiver.name, message, delay)

    def _write(self, sim: Simulation, source: str, target: str, message: Any, delay: int) -> None:
        """What one turn writes to the same receiver travels as one segment."""
        arrives = sim.now + delay
        sim.trace.flights.append(Flight(sim.number, source, target, message, sim.now, arrives))
        if self.turn != sim.number:
            self.turn = sim.number
            self.written.clear()
        way = (source, target)
        event = self.written.get(way)
        if event is None or event.at != arrives:
            self.written[way] = sim.schedule(arrives, target, message)
        elif event.message.__class__ is Segment:
            event.message.messages.append(message)
        else:
            event.message = Segment([event.message, message])

    def _verdict(self, sim: Simulation, source: Process, receiver: Process) -> Rule | None:
        here, there = (source.name, source.host), (receiver.name, receiver.host)
        for rule in self.rules:
            if rule.matches(here, there) and (
                rule.probability >= 1.0 or sim.streams.stream("faults").random() < rule.probability
            ):
                return rule
        return None

    def connected(self, sim: Simulation, source: str, target: str) -> bool:
        """Whether a stream message from one process to another would get through now."""
        here, there = sim.processes[source], sim.processes[target]
        verdict = self._verdict(sim, here, there) if self.rules else None
        return not (here.down or there.down or (verdict is not None and verdict.action == "drop"))

    def release(self, sim: Simulation) -> None:
        """After a rule went: streams that were held back retransmit, in order, where the way is free again."""
        waiting, self.held = self.held, []
        for held in waiting:
            source, target = sim.processes[held.source], sim.processes[held.target]
            if source.crashes != held.source_crashes:
                continue
            if target.crashes != held.target_crashes:
                sim.schedule(sim.now, held.source, Unreachable(held.target, held.message))
            else:
                self.send(sim, source, held.target, held.message)
