"""Kubernetes Events: who says what about whom, and how often."""

from __future__ import annotations

import re
from collections import Counter

from explorer.reference.naming import Names
from explorer.reference.shapes import DISTRIBUTION
from explorer.reference.sides import Sides
from explorer.reference.story import COMBINED, Obj, Story
from explorer.reference.varying import OF_MACHINES, RACES, RACING, RETRIED

Shape = tuple[str, str, str, str, str]
SIZES = re.compile(r"from \d+ to \d+")


def compare(sides: Sides) -> None:
    """Compare the Events of both sides."""
    theirs, ours = (_told(story, names, sides) for story, names in sides.both())
    paced = {label for label, _ in sides.pace.paced}
    forced = _forced(sides.recorded, sides.names[0])
    for key in sorted(theirs.keys() | ours.keys()):
        kind, reason, message, label, component = key
        if reason in OF_MACHINES and key not in theirs:
            continue
        if reason == "Killing" and label in forced:
            continue
        if (reason in RACES or message.startswith(RACING)) and not (key in theirs and key in ours):
            continue
        where, what = f"{kind} {label}", f"{reason} by {component}: {message}"
        often = theirs.get(key, 0), ours.get(key, 0)
        if label.removesuffix("-*") in sides.pace.daemons and not all(often):
            # Of which revision the pods of a node were that was passed over.
            continue
        if reason in RETRIED or COMBINED[:-2] in message or label.removesuffix("-*") in paced:
            sides.report.note(bool(often[0]) == bool(often[1]), "events", where, what, *often)
        else:
            sides.report.compare("events", where, what, *often)


def _told(story: Story, names: Names, sides: Sides) -> Counter[Shape]:
    """How often each thing was said of each object."""
    last: dict[str, Obj] = {}
    for change in story.of("Event"):
        if change.type != "DELETED":
            last[f"{change.obj['metadata'].get('namespace')}/{change.name}"] = change.obj
    found: Counter[Shape] = Counter()
    for event in last.values():
        about = event.get("involvedObject") or event.get("regarding") or {}
        if not str(about.get("name", "")).startswith(DISTRIBUTION) and not _is_of_init(about):
            count = event.get("count") or (event.get("series") or {}).get("count") or 1
            found[_shape(event, about, names, sides)] += count
    return found


def _is_of_init(about: Obj) -> bool:
    """Whether an Event is about an init container."""
    return str(about.get("fieldPath", "")).startswith("spec.initContainers")


def _forced(story: Story, names: Names) -> set[str]:
    """The labels of pods that were deleted by force."""
    return {
        names.label(change.obj, "Pod")
        for change in story.of("Pod")
        if change.type == "DELETED" and change.obj.get("status", {}).get("phase") == "Running"
    }


def _shape(event: Obj, about: Obj, names: Names, sides: Sides) -> Shape:
    kind = str(about.get("kind", ""))
    component = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
    text = str(event.get("message") or event.get("note") or "")
    # Such an Event says the last of many things.
    message = COMBINED.strip(": ") if text.startswith(COMBINED) else names.text(text)
    label = names.labels.get((kind, str(about.get("uid", "")))) or names.text(str(about.get("name", "")))
    if kind == "Pod":
        for node in sides.nodes():
            message = re.sub(rf"\b{re.escape(node)}\b", "<node>", message)
    if sides.pace.ever(label):
        message = SIZES.sub("from * to *", message)
    return kind, str(event.get("reason", "")), f"{event.get('type')} {message}", label, component
