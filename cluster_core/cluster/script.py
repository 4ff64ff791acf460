"""The scenario's script: things that happen by themselves, at a virtual time or once a condition holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.cluster.command import Command
from cluster_core.cluster.conditions import Condition, parse_condition
from cluster_core.sim.process import Message

FIRST_INDEX = 1_000_000
RECEIVERS = {"fault": "faults", "load": "load", "join": "machines"}


@dataclass(slots=True)
class Due(Message):
    """A step of the script whose time has come."""

    handler = "on_due"

    step: int


class Script(InformerProcess):
    """Plays the steps [{at: µs | on: condition, command: {kind, params}} | {…, note: text}] of a scenario."""

    def __init__(self, sim: Any, steps: tuple[dict[str, Any], ...]) -> None:
        super().__init__(sim, "script", "workstation", "kubernetes-admin")
        self.steps = steps
        self.gates: dict[int, Condition] = {}
        for number, step in enumerate(steps):
            if "on" in step:
                self.gates[number] = parse_condition(step["on"])
        for resource in sorted({name for gate in self.gates.values() for name in gate.resources()}):
            self.add_informer(Informer(resource))

    def begin(self) -> None:
        """Set the alarms of timed steps (times count from 0) and watch what the gates look at."""
        self.start_informers()
        for number, step in enumerate(self.steps):
            if "at" in step:
                self.alarm(max(self.sim.now, step["at"]), Due(number))

    def on_due(self, message: Due) -> None:
        """Do one step."""
        step = self.steps[message.step]
        if "note" in step:
            self.record("script.noted", text=step["note"])
        if "command" in step:
            given = step["command"]
            command = Command(given["kind"], given["params"], index=FIRST_INDEX + message.step).parsed()
            self.send(RECEIVERS.get(command.kind, "kubectl"), command)

    def on_sync(self, resource: str) -> None:
        """Open the gates whose condition holds now."""
        if not self.has_synced:
            return
        for number in [number for number, gate in self.gates.items() if gate.holds(self._objects)]:
            del self.gates[number]
            self.alarm(self.sim.now, Due(number))

    def on_result(self, token: Any, response: Response) -> None:
        """The script itself asks nothing beyond its informers."""
        raise AssertionError(f"unexpected answer to {token!r}: {response.code}")

    def _objects(self, resource: str) -> dict[str, Obj]:
        return self.informers[resource].store
