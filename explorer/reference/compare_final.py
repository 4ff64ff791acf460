"""The objects that are left, field by field, as the dump at the end of the recording has them."""

from __future__ import annotations

import json
from typing import Any

from explorer.reference.compare_objects import NODE_FIELDS
from explorer.reference.compare_pods import OF_THE_NODE
from explorer.reference.naming import Names
from explorer.reference.shapes import Fields, fields, shape
from explorer.reference.sides import Sides
from explorer.reference.story import SYSTEM, Obj
from explorer.reference.varying import ENDPOINTS, TRIGGER, WRITES

Left = dict[str, list[Fields]]


def compare(sides: Sides) -> None:
    """Compare what is left of the kinds that are compared."""
    for kind in sides.kinds():
        if kind != "Event":
            theirs = _shapes(_recorded(sides, kind), sides.names[0], kind)
            ours = _shapes(list(sides.simulated.last(kind).values()), sides.names[1], kind)
            both = theirs.keys() & ours.keys() if kind == "Node" else theirs.keys() | ours.keys()
            for label in sorted(both):
                _label(sides, kind, label, theirs.get(label, []), ours.get(label, []))


def _recorded(sides: Sides, kind: str) -> list[Obj]:
    """Those of the dump of which the recording tells something: what was there before is no result."""
    changed = sides.recorded.last(kind)
    if sides.recording.final is None:
        return list(changed.values())
    known = {(obj["metadata"].get("namespace"), obj["metadata"]["name"]) for obj in changed.values()}
    return [
        obj
        for obj in sides.recording.final
        if obj.get("kind") == kind
        and obj["metadata"].get("namespace") not in SYSTEM
        and (obj["metadata"].get("namespace"), obj["metadata"]["name"]) in known
    ]


def _shapes(objects: list[Obj], names: Names, kind: str) -> Left:
    found: Left = {}
    for obj in objects:
        found.setdefault(names.label(obj, kind), []).append(fields(shape(names, obj, kind)))
    return found


def _label(sides: Sides, kind: str, label: str, theirs: list[Fields], ours: list[Fields]) -> None:
    where = f"{kind} {label}"
    if not sides.report.compare("final objects", where, "how many are left", len(theirs), len(ours)):
        return
    paced = sides.pace.ever(label.removesuffix("-*"))
    for name in dict.fromkeys(name for one in (*theirs, *ours) for name in one):
        if name in OF_THE_NODE or (paced and (name in WRITES or ".values[" in name)):
            continue
        if name == TRIGGER or (kind in ENDPOINTS and name in WRITES):
            continue
        if kind == "Node" and not name.startswith(NODE_FIELDS):
            continue
        values = [sorted((json.dumps(one.get(name)) for one in found), key=str) for found in (theirs, ours)]
        shown: list[Any] = [one[0] if len(one) == 1 else one for one in values]
        sides.report.note(values[0] == values[1], "final objects", where, name, *shown)
