"""Which revisions a StatefulSet has: the one that its pods are at, the one that they go to. Upstream: `stateful_set_control.go`
(getStatefulSetRevisions), `stateful_set_utils.go` (newRevision).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Decision
from cluster_core.controllers import controller_revisions as history
from cluster_core.controllers.controller_revisions import HASH, data_hash, kept

PREFIX_MAX = 223


@dataclass(slots=True)
class Revisions:
    """The current and the update revision, the collisions of names so far, and what has to be written first."""

    current: Obj
    update: Obj
    collisions: int
    action: Action | None = None
    decision: Decision | None = None


def settle(owner: Obj, revisions: list[Obj], taken: dict[str, Obj]) -> Revisions:
    """Find the revision of the set's template, number it anew, or make it.

    `revisions` are the set's, in order; `taken` are all of the namespace, by name.
    """
    status = owner.get("status", {})
    collisions = int(status.get("collisionCount") or 0)
    data = kept(owner["spec"]["template"])
    equal = [one for one in revisions if one["data"] == data]
    if equal and revisions[-1]["data"] == data:
        found = Revisions(revisions[-1], revisions[-1], collisions)
    elif equal:
        found = _again(equal[-1], revisions, collisions)
    else:
        found = _made(owner, data, revisions, taken, collisions)
    name = status.get("currentRevision", "")
    found.current = next((one for one in revisions if one["metadata"]["name"] == name), found.update)
    return found


def _again(equal: Obj, revisions: list[Obj], collisions: int) -> Revisions:
    """A template that was there before is the newest once more."""
    number = history.next_number(revisions)
    facts = {"revision": equal["metadata"]["name"], "number": number}
    update = {**equal, "revision": number}
    action, decision = history.renumber(equal, number), Decision("statefulset.revision-renumbered", facts)
    return Revisions(update, update, collisions, action, decision)


def _made(owner: Obj, data: Obj, revisions: list[Obj], taken: dict[str, Obj], collisions: int) -> Revisions:
    """A new revision; a name that another revision has is not taken."""
    labels = (owner["spec"]["template"].get("metadata") or {}).get("labels") or {}
    labels = {**labels, HASH: data_hash(data, collisions)}
    while True:
        name = f"{owner['metadata']['name'][:PREFIX_MAX]}-{data_hash(data, collisions)}"
        there = taken.get(name)
        if there is None or there["data"] == data:
            break
        collisions += 1
    if there is not None:
        return Revisions(there, there, collisions)
    annotations = dict(owner["metadata"].get("annotations") or {})
    number = history.next_number(revisions)
    made = history.new_revision(owner, number, name, labels, annotations)
    decision = Decision("statefulset.revision-created", {"revision": name, "number": number})
    return Revisions(made, made, collisions, history.create(made), decision)
