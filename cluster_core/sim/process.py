"""A process: something with a name and a host that handles messages. State is data, so that it can be checkpointed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from cluster_core.sim.kernel import Event, Simulation


class Message:
    """Base of every message. `handler` names the method of the receiving process; a `stream` message travels as over TCP:
    a partition holds it back instead of losing it, and a dead receiver answers with `Unreachable`."""

    __slots__ = ()
    handler: ClassVar[str]
    stream: ClassVar[bool] = True


class Unreachable(Message):
    """What the sender of a stream message gets back when the receiving process is down (connection refused or reset)."""

    __slots__ = ("message", "target")
    handler = "on_unreachable"

    def __init__(self, target: str, message: Any) -> None:
        self.target = target
        self.message = message


class Segment(Message):
    """Messages that one program wrote to another in one turn: they arrive together, in order, as one event."""

    __slots__ = ("messages",)
    handler = "on_segment"

    def __init__(self, messages: list[Any]) -> None:
        self.messages = messages


class TopologyChanged(Message):
    """Sent to every process that has `on_topology_changed` when a fault starts or ends: derived periodic work looks again."""

    __slots__ = ("subject",)
    handler = "on_topology_changed"

    def __init__(self, subject: str) -> None:
        self.subject = subject


class Process:
    """One program of the cluster: an API server, an etcd member, a kubelet. Subclasses add `on_…` methods."""

    def __init__(self, sim: Simulation, name: str, host: str) -> None:
        self.sim = sim
        self.name = name
        self.host = host
        self.down = False
        self.crashes = 0
        sim.register(self)

    def deliver(self, message: Any) -> None:
        """Hand a due message to its handler method, unless the process is down."""
        if self.down:
            return
        getattr(self, message.handler)(message)

    def on_segment(self, segment: Segment) -> None:
        """Handle messages that arrived together, one after the other."""
        for message in segment.messages:
            self.deliver(message)

    def send(self, target: str, message: Any) -> None:
        """Send a message over the link between the two hosts; faults decide what becomes of it."""
        self.sim.links.send(self.sim, self, target, message)

    def alarm(self, at: int, message: Any) -> Event:
        """Wake this process with `message` at `at`; cancel with `alarm.cancelled = True`. Alarms die with a crash."""
        return self.sim.schedule(at, self.name, message)

    def record(self, message_id: str, **params: Any) -> None:
        """Add an entry to the trace: a message id and parameters, never prose."""
        sim = self.sim
        sim.trace.record(sim.number, sim.now, sim.cause, self.name, message_id, params)

    def crash(self) -> None:
        """Stop at once. Subclasses drop what a real process keeps in memory only. Its connections break: `crashes` tells."""
        self.down = True
        self.crashes += 1

    def restart(self) -> None:
        """Start again after a crash. Subclasses begin as the real program does, from what is on disk or in the API."""
        self.down = False
