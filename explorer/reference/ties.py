"""Ties of the scheduler: what the recording drew is drawn again.

A real scheduler draws among nodes with the same score, so that no two runs are alike. Where the node that the recorded pod got (the same
one of the same owner, in the order in which they were made) is among the simulator's own best, it is taken; where it is not, the
simulator differs, and shows it.
"""

from __future__ import annotations

from explorer.reference.naming import Names
from explorer.reference.recording import Recording
from explorer.reference.story import SYSTEM, Change


class Ties:
    """`drawn` is what the scheduler looks at: uid of a pod → node."""

    def __init__(self, recording: Recording, drawn: dict[str, str]) -> None:
        self.drawn = drawn
        self._names = Names()
        self._nodes = _placed(recording)

    def told(self, change: Change) -> None:
        """An object of the run has changed: a new pod gets the node of the next recorded one."""
        if change.kind == "Event" or change.obj["metadata"].get("namespace") in SYSTEM:
            return
        label = self._names.add(change.kind, change.obj)
        if change.kind == "Pod" and change.type == "ADDED" and self._nodes.get(label):
            node = self._nodes[label].pop(0)
            if node:
                self.drawn[change.obj["metadata"]["uid"]] = node


def _placed(recording: Recording) -> dict[str, list[str]]:
    """The nodes of the recorded pods by label, in the order in which the pods were made; "" for one that never got one."""
    names = Names()
    order: dict[str, str] = {}
    nodes: dict[str, str] = {}
    for change in recording.story.changes:
        if change.kind == "Event" or change.obj["metadata"].get("namespace") in SYSTEM:
            continue
        label = names.add(change.kind, change.obj)
        if change.kind == "Pod":
            uid = change.obj["metadata"].get("uid", change.name)
            order.setdefault(uid, label)
            nodes[uid] = change.obj["spec"].get("nodeName") or nodes.get(uid, "")
    found: dict[str, list[str]] = {}
    for uid, label in order.items():
        found.setdefault(label, []).append(nodes[uid])
    return found
