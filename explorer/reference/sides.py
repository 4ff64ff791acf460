"""Both sides of a comparison, with what all aspects of it share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from explorer.reference.courses import Course
from explorer.reference.naming import Names, names_of
from explorer.reference.recorder import ALWAYS
from explorer.reference.recording import Recording
from explorer.reference.report import Report
from explorer.reference.steps import kind_of
from explorer.reference.story import Change, Story
from explorer.reference.varying import ENDPOINTS, NODE_NOISE_S, OF_NODES, Pace, noise, pace_of


@dataclass
class Sides:
    """`recorded` and `simulated` are the stories; whatever depends on the pace in either of them is paced."""

    recording: Recording
    simulated: Story
    report: Report
    names: tuple[Names, Names] = field(init=False)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.names = names_of(self.recorded), names_of(self.simulated)
        one, other = (pace_of(story, names) for story, names in self.both())
        self.pace = one.joined(other)

    @property
    def recorded(self) -> Story:
        """What was recorded."""
        return self.recording.story

    def both(self) -> tuple[tuple[Story, Names], tuple[Story, Names]]:
        """(story, names) of the recording, and of the replay."""
        return (self.recorded, self.names[0]), (self.simulated, self.names[1])

    def kinds(self) -> list[str]:
        """The kinds that are compared: what the recording tells of, and what every recorder watches."""
        ours = [kind for kind in self.simulated.kinds() if kind in ALWAYS]
        return list(dict.fromkeys([*self.recorded.kinds(), *ours]))

    def nodes(self) -> list[str]:
        """The names of all nodes that there ever are."""
        joined = [str(step["add"]["name"]) for step in self.recording.steps if "add" in step]
        return [str(machine["name"]) for machine in self.recording.machines] + joined

    def act(self, act: int) -> str:
        """An act in words."""
        return f"in act {act}"

    def is_open(self, kind: str, act: int) -> bool:
        """Whether where a kind stands at the end of an act is chance: the act is open, or nodes came in any order."""
        return act in self.pace.open or (kind == "DaemonSet" and any(one == act for _, one in self.pace.paced))

    def follows_open(self, act: int) -> bool:
        """Whether an act began while the one before it had not come to rest."""
        before = [other for other in set(self.recorded.acts) if other < act]
        return bool(before) and max(before) in self.pace.open

    def is_rolling(self, kind: str, label: str, act: int) -> bool:
        """Whether pods are replaced in an act: what counts those of two ReplicaSets together goes up and down by chance."""
        if kind in ENDPOINTS:
            return any(one == act for _, one in self.pace.rolled | self.pace.paced)
        return (label, act) in self.pace.rolled | self.pace.paced

    def durations(self, where: str, name: str, theirs: Course, ours: Course) -> None:
        """Compare when a field took its values."""
        label = theirs.label.removesuffix("-*")
        for one, other in zip(theirs.points.get(name, []), ours.points.get(name, []), strict=True):
            if not self.pace.is_paced(label, one.act):
                made = (theirs.made, ours.made) if theirs.born == one.act else None
                self.duration(where, f"{name} = {one.value!r}", one.act, (one.at, other.at), made)

    def duration(
        self, where: str, what: str, act: int, at: tuple[float, float], since: tuple[float, float] | None = None
    ) -> None:
        """Compare two moments by how long after the beginning of an act they were, or after something else."""
        begins = since or (self._begin(self.recorded, act), self._begin(self.simulated, act))
        (real, simulated), (took, ours) = at, (at[0] - begins[0], at[1] - begins[1])
        held = abs(took - ours) <= noise(took)
        if not held and self._is_of_nodes(act):
            held = abs((real - self.recorded.steps[act]) - (simulated - self.simulated.steps[act])) <= NODE_NOISE_S
        self.report.note(
            held, "durations", where, f"seconds {self.act(act)} until {what}", round(took, 2), round(ours, 2)
        )

    def _begin(self, story: Story, act: int) -> float:
        """An act begins with the first write: a program takes its time to start; one about a node when the cluster has noticed."""
        if not self._is_of_nodes(act):
            return next(
                (change.at for change in story.changes if story.act(change) == act and change.kind != "Event"),
                story.steps[act],
            )
        told = (change.at for change in story.during("Node", act) if _turned(story, change))
        return min(told, default=story.steps[act])

    def _is_of_nodes(self, act: int) -> bool:
        return kind_of(self.recording.steps[act]) in OF_NODES


def _turned(story: Story, change: Change) -> bool:
    """Whether a change of a Node is one of its condition Ready."""
    before = [one.obj for one in story.of("Node") if one.name == change.name and one.at < change.at]
    return not before or _ready(before[-1]) != _ready(change.obj)


def _ready(node: dict[str, Any]) -> str:
    found = (one["status"] for one in node.get("status", {}).get("conditions") or () if one["type"] == "Ready")
    return str(next(found, ""))
