"""Pods: how many of each owner are made in each act, what becomes of them, and in which order where there is one."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from explorer.reference.courses import EXISTS, Course, Point, courses
from explorer.reference.naming import owner_of
from explorer.reference.sides import Sides
from explorer.reference.story import Story

# What follows from the node that a pod was drawn.
OF_THE_NODE = (
    "spec.nodeName",
    "status.nominatedNodeName",
    "metadata.labels.topology.kubernetes.io/zone",
    "metadata.labels.topology.kubernetes.io/region",
)
SPEC = ("spec", "metadata.labels", "metadata.ownerReferences", "metadata.generateName")
DAEMON = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields"
DELETING = "metadata.deletionTimestamp"
Group = dict[tuple[str, int], list[Course]]


def compare(sides: Sides) -> None:
    """Compare the pods of both sides."""
    theirs, ours = (courses(story, names, "Pod") for story, names in sides.both())
    begun = [_groups([(one.label, one.born, one) for one in found]) for found in (theirs, ours)]
    for key in sorted(begun[0].keys() | begun[1].keys()):
        _begun(sides, key, begun[0].get(key, []), begun[1].get(key, []))
    ended = [
        _groups([(one.label, left.act, one) for one in found if (left := leaving(one)) is not None])
        for found in (theirs, ours)
    ]
    for key in sorted(ended[0].keys() | ended[1].keys()):
        _ended(sides, key, ended[0].get(key, []), ended[1].get(key, []))
    _orders(sides)


def leaving(course: Course) -> Point | None:
    """When the deletion of a pod began; None if it is there at the end."""
    found = [point for point in course.points.get(DELETING, ()) if point.value] + course.points[EXISTS][1:]
    return min(found, key=lambda point: point.at, default=None)


def _groups(found: list[tuple[str, int, Course]]) -> Group:
    groups: Group = {}
    for label, act, course in found:
        groups.setdefault((label, act), []).append(course)
    return groups


def _is_loose(sides: Sides, label: str, act: int, found: list[Course]) -> bool:
    """Whether how many pods come and go in an act, and what they live through, is chance."""
    owner = label.removesuffix("-*")
    daemon = any(name.startswith(DAEMON) for one in found for name in one.points)
    return sides.pace.is_paced(owner, act) and (act in sides.pace.open or sides.follows_open(act) or daemon)


def _begun(sides: Sides, key: tuple[str, int], theirs: list[Course], ours: list[Course]) -> None:
    """What becomes of the pods that were made in an act, until their deletion begins."""
    label, act = key
    where = f"Pod {label}, made {sides.act(act)}"
    loose = _is_loose(sides, label, act, theirs)
    if not loose and not sides.report.compare("pods made and gone", where, "how many", len(theirs), len(ours)):
        return
    if loose and not (theirs and ours):
        return
    as_set = any(leaving(one) is not None for one in (*theirs, *ours)) and len(theirs) > 1
    for name in _names(theirs, ours):
        if not (loose and not name.startswith(SPEC)):
            values = [[_values(one, name, before=True) for one in found] for found in (theirs, ours)]
            _compare(sides, where, name, values, as_set or loose)
    if not loose and not sides.pace.is_paced(label.removesuffix("-*"), act):
        _times(sides, where, act, theirs, ours)


def _ended(sides: Sides, key: tuple[str, int], theirs: list[Course], ours: list[Course]) -> None:
    """What becomes of the pods whose deletion began in an act, from then on."""
    label, act = key
    where = f"Pod {label}, given up {sides.act(act)}"
    if _is_loose(sides, label, act, theirs):
        return
    if not sides.report.compare("pods made and gone", where, "how many", len(theirs), len(ours)):
        return
    for name in _names(theirs, ours):
        if not name.startswith(SPEC):
            values = [[_values(one, name, before=False) for one in found] for found in (theirs, ours)]
            _compare(sides, where, name, values, as_set=len(theirs) > 1)


def _names(theirs: list[Course], ours: list[Course]) -> list[str]:
    names = dict.fromkeys(name for course in (*theirs, *ours) for name in course.points)
    return [name for name in names if name not in OF_THE_NODE]


def _values(course: Course, name: str, before: bool) -> str:
    """The values of a field before, or from the moment on in which a pod is deleted."""
    left = leaving(course)
    at = left.at if left is not None else float("inf")
    return json.dumps([point.value for point in course.points.get(name, ()) if (point.at < at) is before])


def _compare(sides: Sides, where: str, name: str, values: list[list[str]], as_set: bool) -> None:
    if as_set and ".values[" in name:
        # The node of a daemon.
        return
    aspect = "pods made and gone" if name in (EXISTS, DELETING) else "pod lives"
    counts = [dict(sorted(Counter(found).items())) for found in values]
    shown: list[Any] = [list(found) if as_set else found for found in counts]
    sides.report.compare(aspect, where, name, *shown)


def _times(sides: Sides, where: str, act: int, theirs: list[Course], ours: list[Course]) -> None:
    """When a batch was made, and what became of a pod that is alone."""
    first, last = (
        (edge(course.made for course in theirs), edge(course.made for course in ours)) for edge in (min, max)
    )
    sides.duration(where, "the first was made", act, first)
    sides.duration(where, "the last was made after the first", act, last, first)
    if len(theirs) != 1:
        return
    for name in _names(theirs, ours):
        if theirs[0].values(name) == ours[0].values(name):
            sides.durations(where, name, theirs[0], ours[0])


def _orders(sides: Sides) -> None:
    """The pods of a StatefulSet come and go one after the other."""
    sets = dict.fromkeys(name for story, _ in sides.both() for name in _sets(story))
    for name in sets:
        orders = [_order(story, name) for story, _ in sides.both()]
        for act in sorted(orders[0].keys() | orders[1].keys()):
            here = [found.get(act, []) for found in orders]
            if not _is_ordered(sides.recorded, name, act):
                here = [sorted(one) for one in here]
            sides.report.compare("order of pods", f"StatefulSet {name}", sides.act(act), *here)


def _sets(story: Story) -> list[str]:
    return [change.name for change in story.of("StatefulSet")]


def _is_ordered(story: Story, name: str, act: int) -> bool:
    """Whether a set was there all through an act, and makes its pods in order."""
    mine = [change for change in story.of("StatefulSet") if change.name == name]
    deleted = any(change.type == "DELETED" and story.act(change) == act for change in mine)
    return not deleted and mine[0].obj["spec"].get("podManagementPolicy") != "Parallel"


def _order(story: Story, name: str) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    leaving: set[str] = set()
    for change in story.of("Pod"):
        owner, uid = owner_of(change.obj), change.obj["metadata"].get("uid", change.name)
        if owner is None or (owner["kind"], owner["name"]) != ("StatefulSet", name):
            continue
        what = {"ADDED": "made", "DELETED": "gone"}.get(change.type, "")
        if not what and change.obj["metadata"].get("deletionTimestamp") and uid not in leaving:
            leaving.add(uid)
            what = "leaving"
        if what:
            found.setdefault(story.act(change), []).append((what, change.name))
    return found
