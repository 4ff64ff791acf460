"""ReplicaSets whose sizes depend on the pace: where they go, and every step until the first new pod is Ready."""

from __future__ import annotations

from itertools import pairwise

from explorer.reference.courses import Course, Points, at_ends
from explorer.reference.sides import Sides
from explorer.reference.varying import first_ready

SIZE = "spec.replicas"


def compare(sides: Sides, where: str, theirs: Course, ours: Course) -> None:
    """Compare the sizes of a ReplicaSet in each act."""
    acts = sorted(set(sides.recorded.acts))
    real, simulated = theirs.points.get(SIZE, []), ours.points.get(SIZE, [])
    ends = at_ends(real, acts), at_ends(simulated, acts)
    for act in acts:
        what = f"{SIZE} {sides.act(act)}"
        if not sides.is_open(theirs.kind, act) and act in ends[0].keys() | ends[1].keys():
            sides.report.compare("replica steps", where, f"{what}, at the end", ends[0].get(act), ends[1].get(act))
        if not sides.pace.is_paced(theirs.label, act):
            sides.report.compare("replica steps", where, what, _steps(real, act), _steps(simulated, act))
            continue
        if not sides.follows_open(act):
            sides.report.compare(
                "replica steps", where, f"{what}, directions", _directions(real, act), _directions(simulated, act)
            )
            until = first_ready(sides.recorded, act), first_ready(sides.simulated, act)
            firsts = _steps(real, act, until[0]), _steps(simulated, act, until[1])
            sides.report.compare("replica steps", where, f"{what}, until a new pod is Ready", *firsts)


def _steps(points: Points, act: int, before: float = float("inf")) -> list[int]:
    return [point.value for point in points if point.act == act and point.at < before]


def _directions(points: Points, act: int) -> list[bool]:
    """Whether it grew and whether it shrank in an act."""
    sizes = [point.value or 0 for point in points if point.act < act][-1:] + _sizes(points, act)
    moves = {right > left for left, right in pairwise(sizes)}
    return [True in moves, False in moves]


def _sizes(points: Points, act: int) -> list[int]:
    return [point.value or 0 for point in points if point.act == act]
