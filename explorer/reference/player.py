"""A recorded scenario played by the simulator: the same nodes, the same steps, the same scripted pods.

Everything goes through the run's Kubernetes API, by the kubectl of the terminal; only machines and loads have ways of their own, as they
had in the recorded cluster. Annotations `ref/…` of the scenario are `sim.orrery/…` here.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.load import LoadError
from cluster_core.cluster.world import World
from cluster_core.sim.kernel import US_PER_SECOND
from explorer.reference import machines, steps
from explorer.reference.machines import MachineError
from explorer.reference.recorded_metrics import RecordedMetrics
from explorer.reference.recorder import Recorder
from explorer.reference.recording import Recording, RecordingError
from explorer.reference.seat import Seat
from explorer.reference.steps import Step
from explorer.reference.story import Output, Story
from explorer.reference.ties import Ties
from explorer.reference.workstation import Workstation

SEED = 8
# What the recorded kubelets did with a pod that does not say otherwise.
SCRIPT = {"start-seconds": "1.0", "ready-seconds": "0", "term-seconds": "0.5", "init-seconds": "1"}
# They let containers run that much longer than they were told.
LATE_US = 15_000
SETTLED_US = 100_000
LOOK_US = 100_000
BY_THE_CLOCK = ("kind: Job", "kind: CronJob", "create job", "create cronjob")


class Player:
    """Plays the steps of a recording; `story` is what came of it. `before` may change the world before the first step."""

    def __init__(self, recording: Recording, seed: int = SEED, before: Callable[[World], None] | None = None) -> None:
        self.recording = recording
        config = ClusterConfig(machines=tuple(map(machines.machine, recording.machines)), kube_system=False)
        self.cluster = Cluster(config, seed)
        self.world.firsts.defaults.update(SCRIPT)
        self.world.firsts.late = LATE_US
        self.world.apiserver.extensions.groups["metrics.k8s.io"] = RecordedMetrics(self.world)
        if before is not None:
            before(self.world)
        self.story = Story(acts=steps.acts(recording.steps))
        self.seat = Seat(self.cluster, self._looked)
        self.recorder = Recorder(self.seat.live, self.story, recording.story.kinds())
        self.workstation = Workstation(self.seat)
        self.ties = Ties(recording, self.world.scheduler.drawn)
        self.recorder.told = self.ties.told
        self._begun = False
        self.seat.advance(self.seat.now + SETTLED_US)
        self._begun = True
        self.recorder.look()
        self.story.clear()

    @property
    def world(self) -> World:
        """The world that is played in."""
        return self.cluster.world

    def run(self) -> Story:
        """Play every step. Raises RecordingError for a step that cannot be played."""
        try:
            self._wait_for_second()
            for number, step in enumerate(self.recording.steps):
                self.story.steps.append(self.seat.now / US_PER_SECOND)
                self.story.outputs.append(self._played(number, step))
            self.seat.look()
        finally:
            self.seat.close()
        return self.story

    def _looked(self) -> None:
        if self._begun:
            self.recorder.look()

    def _played(self, number: int, step: Step) -> Output:
        try:
            output = getattr(self, f"_{steps.kind_of(step)}")(step)
        except (MachineError, LoadError, CommandError) as error:
            raise RecordingError(f"{self.recording.name}: steps[{number}]: {error}") from error
        return output if isinstance(output, Output) else Output()

    def _wait_for_second(self) -> None:
        """What goes by whole seconds and minutes is played from the same second of the minute as in the recording."""
        texts = [str(step.get(kind, "")) for step in self.recording.steps for kind in ("apply", "sh", "kubectl")]
        if any(word in text for word in BY_THE_CLOCK for text in texts):
            wanted = int(self.recording.first_step * US_PER_SECOND) - self.seat.now
            self.seat.advance(self.seat.now + wanted % (60 * US_PER_SECOND))

    # A method for each kind of step.

    def _apply(self, step: Step) -> Output:
        return self.seat.kubectl(["kubectl", "apply", "-f", "-"], translated(step["apply"]))

    def _delete(self, step: Step) -> Output:
        """A manifest, or words for kubectl."""
        text = translated(step["delete"])
        if "kind:" in text:
            return self.seat.kubectl(["kubectl", "delete", "-f", "-"], text)
        return self.seat.kubectl(["kubectl", "delete", *shlex.split(text)])

    def _kubectl(self, step: Step) -> Output:
        return self.workstation.run(f"kubectl {translated(step['kubectl'])}")

    def _sh(self, step: Step) -> Output:
        return self.workstation.run(translated(step["sh"]))

    def _wait(self, step: Step) -> None:
        self.seat.advance(self.seat.now + int(step["wait"] * US_PER_SECOND))

    def _quiet(self, step: Step) -> None:
        """Until no object but Nodes and Events changes for that long."""
        began, wait = self.seat.now, int(step["quiet"] * US_PER_SECOND)
        until = began + int(step.get("max", steps.QUIET_MAX_S) * US_PER_SECOND)
        while self.seat.now < until and self.seat.now - max(self.recorder.changed_at, began) < wait:
            self.seat.advance(self.seat.now + LOOK_US)

    def _snapshot(self, _step: Step) -> Output:
        return self.seat.kubectl(["kubectl", "get", "pods", "-A", "-o", "wide", "--no-headers"])

    def _kill(self, step: Step) -> None:
        machines.stop(self.world, step["kill"])

    def _revive(self, step: Step) -> None:
        machines.start(self.world, step["revive"])

    def _add(self, step: Step) -> None:
        machines.join(self.world, step["add"])

    def _remove(self, step: Step) -> Output:
        """The kubelet stops and its Node is deleted."""
        machines.stop(self.world, step["remove"])
        return self.seat.kubectl(["kubectl", "delete", "node", step["remove"]])

    def _load(self, step: Step) -> None:
        found = self.seat.command(Command("load", dict(step["load"])).parsed())
        if found and found[0].get("error"):
            raise LoadError(str(found[0]["message"]))


def translated(text: str) -> str:
    """A step in the simulator's terms."""
    return text.replace("ref/", "sim.orrery/").replace("ref~1", "sim.orrery~1")


def untranslated(value: Any) -> Any:
    """An object of the simulator with the annotations of the recorded one."""
    if isinstance(value, dict):
        return {name.replace("sim.orrery/", "ref/"): untranslated(part) for name, part in value.items()}
    return [untranslated(part) for part in value] if isinstance(value, list) else value
