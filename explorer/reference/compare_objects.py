"""Workloads and everything else that has a name of its own: each field, value by value."""

from __future__ import annotations

from typing import Any

from explorer.reference import compare_rollouts
from explorer.reference.courses import EXISTS, Course, Points, at_ends, courses, extremes, number
from explorer.reference.sides import Sides
from explorer.reference.varying import (
    AVAILABILITY,
    ENDPOINTS,
    PASSING,
    SPAN_NOISE,
    TEMPLATE_GENERATION,
    TRIGGER,
    WRITES,
    is_count,
)

# Compared by what they are of (pods), by what they say (Events), or as far as a script tells it (Nodes).
ELSEWHERE = ("Pod", "Event")
NODE_FIELDS = ("spec.", "status.conditions[", EXISTS, "metadata.labels")


def compare(sides: Sides) -> None:
    """Compare every kind of which the recording or the replay tells a change."""
    for kind in sides.kinds():
        if kind not in ELSEWHERE:
            _kind(sides, kind)


def _kind(sides: Sides, kind: str) -> None:
    theirs, ours = (_by_label(courses(story, names, kind)) for story, names in sides.both())
    for label in dict.fromkeys([*theirs, *ours]):
        where = f"{kind} {label}"
        here, there = theirs.get(label, []), ours.get(label, [])
        if kind == "Node" and not (here and there):
            # Its heartbeats: writes there, a formula here.
            continue
        if not sides.report.compare("objects", where, "how many there were", len(here), len(there)):
            continue
        for one, other in zip(here, there, strict=True):
            _object(sides, where, one, other)


def _by_label(found: list[Course]) -> dict[str, list[Course]]:
    by_label: dict[str, list[Course]] = {}
    for course in found:
        by_label.setdefault(course.label, []).append(course)
    return by_label


def _object(sides: Sides, where: str, theirs: Course, ours: Course) -> None:
    sides.report.compare("objects", where, "the act in which it was made", theirs.born, ours.born)
    for name in dict.fromkeys([*theirs.points, *ours.points]):
        if theirs.kind == "Node" and not name.startswith(NODE_FIELDS):
            continue
        _field(sides, where, name, theirs, ours)
    if theirs.kind == "ReplicaSet" and sides.pace.ever(theirs.label):
        compare_rollouts.compare(sides, where, theirs, ours)


def _field(sides: Sides, where: str, name: str, theirs: Course, ours: Course) -> None:
    real, simulated = theirs.values(name), ours.values(name)
    paced = sides.pace.ever(theirs.label)
    if name == TRIGGER:
        return
    if name in (*WRITES, TEMPLATE_GENERATION):
        if not paced and theirs.kind not in ENDPOINTS:
            sides.report.compare("statuses", where, name, real[-1:], simulated[-1:])
    elif theirs.kind == "ReplicaSet" and name == "spec.replicas" and paced:
        return
    elif is_count(theirs.kind, name, [*real, *simulated]):
        _count(sides, where, name, theirs, ours)
    elif PASSING.match(name):
        sides.report.compare("statuses", where, f"{name}, at the end", real[-1:], simulated[-1:])
    elif AVAILABILITY.match(name) and paced:
        ends = (real[:1], real[-1:]), (simulated[:1], simulated[-1:])
        sides.report.compare("conditions", where, f"{name}, at both ends", *ends)
    else:
        if theirs.kind == "Node" and name.startswith("status.conditions[Ready]") and len(real) > len(simulated):
            real = real[1:]
        aspect = "conditions" if "conditions[" in name else "statuses" if name.startswith("status") else "specs"
        if sides.report.compare(aspect, where, name, real, simulated):
            if len(theirs.values(name)) == len(real):
                sides.durations(where, name, theirs, ours)


def _count(sides: Sides, where: str, name: str, theirs: Course, ours: Course) -> None:
    """A count begins and ends alike in each act, and goes as low and as high."""
    acts = sorted(set(sides.recorded.acts))
    real, simulated = theirs.points.get(name, []), ours.points.get(name, [])
    ends = at_ends(real, acts), at_ends(simulated, acts)
    spans = _spans(real, acts), _spans(simulated, acts)
    for act in sorted(spans[0].keys() | spans[1].keys()):
        if sides.is_open(theirs.kind, act) or not _compare_ends(sides, where, name, act, ends):
            continue
        if not sides.is_rolling(theirs.kind, theirs.label, act) and not sides.follows_open(act):
            what = f"{name}, lowest and highest {sides.act(act)}"
            _compare_spans(
                sides,
                where,
                what,
                [found.get(act) or (end,) * 2 for found, end in zip(spans, _ends(ends, act), strict=True)],
            )


def _compare_ends(sides: Sides, where: str, name: str, act: int, ends: tuple[dict[int, Any], dict[int, Any]]) -> bool:
    values = _ends(ends, act)
    return sides.report.compare("counts", where, f"{name}, at the end {sides.act(act)}", *values)


def _ends(ends: tuple[dict[int, Any], dict[int, Any]], act: int) -> list[int]:
    return [number(found.get(act)) for found in ends]


def _compare_spans(sides: Sides, where: str, what: str, spans: list[tuple[int, ...]]) -> None:
    held = all(abs(one - other) <= SPAN_NOISE for one, other in zip(*spans, strict=True))
    sides.report.note(held, "counts", where, what, *spans)


def _spans(points: Points, acts: list[int]) -> dict[int, tuple[int, int]]:
    """An act in which a count went nowhere has none."""
    return {act: span for act, span in extremes(points, acts).items() if span[0] != span[1]}
