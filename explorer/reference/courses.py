"""The course of each object of a story: every value that each of its fields took, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from explorer.reference.naming import Names
from explorer.reference.shapes import fields, shape
from explorer.reference.story import Story

EXISTS = "(exists)"


@dataclass(frozen=True, slots=True)
class Point:
    """From then on (seconds, act) a field had a value; None: it was not there."""

    act: int
    at: float
    value: Any


Points = list[Point]


@dataclass
class Course:
    """One object, from its first version to its last. `born` is the act of its creation."""

    kind: str
    label: str
    born: int
    uid: str
    points: dict[str, Points] = field(default_factory=dict)

    @property
    def made(self) -> float:
        """When it was created (seconds)."""
        return self.points[EXISTS][0].at

    def values(self, name: str) -> list[Any]:
        """The values of a field, one after the other."""
        return [point.value for point in self.points.get(name, ())]

    def last(self, name: str) -> Any:
        """The last value of a field."""
        points = self.points.get(name)
        return points[-1].value if points else None

    def note(self, name: str, point: Point) -> None:
        """A field has a value, which may be the one that it had."""
        known = self.points.setdefault(name, [])
        if not known or known[-1].value != point.value:
            known.append(point)


def courses(story: Story, names: Names, kind: str) -> list[Course]:
    """The courses of the objects of a kind, in the order in which they came."""
    found: dict[str, Course] = {}
    for change in story.of(kind):
        uid = change.obj["metadata"].get("uid", change.name)
        act = story.act(change)
        course = found.get(uid)
        if course is None:
            course = found[uid] = Course(kind, names.label(change.obj, kind), act, uid)
        gone = change.type == "DELETED"
        course.note(EXISTS, Point(act, change.at, not gone))
        if gone:
            continue
        now = fields(shape(names, change.obj, kind))
        for name in dict.fromkeys([*course.points, *now]):
            if name != EXISTS:
                course.note(name, Point(act, change.at, now.get(name)))
    return list(found.values())


def at_ends(points: Points, acts: list[int]) -> dict[int, Any]:
    """The value at the end of each act, from the first one in which there is one."""
    found: dict[int, Any] = {}
    rest, value = list(points), None
    for act in acts:
        while rest and rest[0].act <= act:
            value = rest.pop(0).value
            found[act] = value
        if found:
            found[act] = value
    return found


def extremes(points: Points, acts: list[int]) -> dict[int, tuple[int, int]]:
    """The lowest and the highest value of a count in each act in which it changed, the one that it began with (none) included."""
    found: dict[int, tuple[int, int]] = {}
    for act in acts:
        here = [number(point.value) for point in points if point.act == act]
        before = [number(point.value) for point in points if point.act < act][-1:] or [0]
        if here:
            found[act] = (min(before + here), max(before + here))
    return found


def number(value: Any) -> int:
    """A count; one that is not there is none."""
    return int(value or 0)
