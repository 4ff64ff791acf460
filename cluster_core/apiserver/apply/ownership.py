"""Who wrote what of an object, noted at each write and worked out when somebody asks: metadata.managedFields on demand.

The cluster's own components write an object a dozen times before anybody looks at its owners, and most are never looked at. So a
write only notes who made it and the two versions it lies between, which exist anyhow; the owners of fields follow from the notes
(`settled`), at the latest when there are many of them. Upstream: apimachinery `util/managedfields/internal/fieldmanager.go`.

Real Kubernetes works out the owners at every write; here several updates in a row of one component count as one, so a field that
it changed and changed back in between keeps the owner that it had before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.field_set import union
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.apply.elements import ElementError
from cluster_core.apiserver.apply.owners import (
    UPDATE,
    Owner,
    Owners,
    capped,
    encoded,
    stamp,
    stripped,
)
from cluster_core.apiserver.apply.updater import updated
from cluster_core.apiserver.apply.versions import OF_STATUS, Versions, ignored_fields

# Notes are worked out when there are more of them than this.
NOTES_MAX = 8
NAME_MAX = 128
# A write in the course of an operation belongs to nobody in particular until it is known what it took.
CURRENT = "current-operation"
# Programs whose process has another name than their binary.
PROGRAMS = {"flannel": "flanneld"}


@dataclass(frozen=True, slots=True)
class Note:
    """One write: who, through which subresource, in which version, when (µs); the object `before` (None: created) and `after`."""

    manager: str
    subresource: str
    api_version: str
    at: int
    before: Obj | None
    after: Obj

    def continues(self, other: Note) -> bool:
        """Whether it may count as one with the note before it: another update of the same component."""
        mine = (self.manager, self.subresource, self.api_version)
        return other.before is not None and mine == (other.manager, other.subresource, other.api_version)


@dataclass(frozen=True, slots=True)
class Ownership:
    """The managers as they were last worked out, and the writes since. `sealed`: the last note cannot be continued.

    An object without managers and notes is not tracked until somebody applies to it.
    """

    managers: tuple[Owner, ...] = ()
    notes: tuple[Note, ...] = ()
    sealed: bool = False

    def noted(self, note: Note, kind: Kind) -> Ownership:
        """With one more write."""
        if not self.managers and not self.notes and note.before is not None:
            return self
        last = self.notes[-1] if self.notes else None
        if last is not None and not self.sealed and note.continues(last):
            return Ownership(self.managers, (*self.notes[:-1], replace(note, before=last.before)))
        if len(self.notes) < NOTES_MAX:
            return Ownership(self.managers, (*self.notes, note))
        return Ownership(self.worked_out(kind).managers, (note,))

    def worked_out(self, kind: Kind) -> Ownership:
        """The same without notes: what they hold of old versions can go."""
        return Ownership(tuple(settled(self, kind).values())) if self.notes else self


NOBODY = Ownership()


class Owned(dict[str, Any]):
    """A stored object with its ownership. As plain data it is the object without managedFields."""

    __slots__ = ("ownership", "shown")

    ownership: Ownership
    shown: Obj | None


def owned(obj: Obj, ownership: Ownership) -> Owned:
    """The object with its ownership."""
    found = Owned(obj)
    found.ownership, found.shown = ownership, None
    return found


def ownership_of(obj: Obj | None) -> Ownership:
    """The ownership of an object; of one that was not stored by the API server, nobody's."""
    return obj.ownership if isinstance(obj, Owned) else NOBODY


def last_write(obj: Obj) -> int:
    """When a stored object was last changed (µs), to the second if its writes are worked out already."""
    ownership = ownership_of(obj)
    times = [note.at for note in ownership.notes]
    told = [manager.time for manager in ownership.managers] + [obj["metadata"].get("creationTimestamp") or ""]
    return max([*times, *(parse(time) for time in told if time)], default=0)


def sealed(ownership: Ownership) -> Ownership:
    """The ownership after a write that is nobody's: what comes next is not part of what was before."""
    return ownership if ownership.sealed or not ownership.notes else replace(ownership, sealed=True)


def alike(obj: Obj, source: Obj) -> Obj:
    """A copy of a stored object keeps the ownership of what it is a copy of."""
    return owned(obj, source.ownership) if isinstance(source, Owned) else obj


def settled(ownership: Ownership, kind: Kind) -> Owners:
    """The managers after all writes."""
    managers: Owners = {manager.key: manager for manager in ownership.managers}
    for note in ownership.notes:
        managers = after_note(managers, note, kind)
    return managers


def after_note(managers: Owners, note: Note, kind: Kind) -> Owners:
    """The managers after one more write; an object that nobody manages stays so until an apply.

    Where the items of a list cannot be told apart, the managers stay as they were, as upstream leaves them.
    """
    if not managers and note.before is not None:
        return managers
    empty: Obj = {"apiVersion": note.after.get("apiVersion", kind.api_version)}
    before = note.before if note.before is not None else empty
    ignored = ignored_fields(kind, note.subresource, before, note.after)
    mine = Owner(CURRENT, UPDATE, note.api_version)
    try:
        managers = stripped(updated(before, note.after, managers, mine, Versions(kind), ignored), mine.key)
    except ElementError:
        return managers
    taken = managers.pop(mine.key, None)
    if taken is not None:
        real = Owner(note.manager, UPDATE, note.api_version, note.subresource, time=stamp(note.at))
        known = managers.get(real.key)
        managers[real.key] = real.owning(union(taken.owned, known.owned if known else {}))
    return capped(managers)


def with_managed_fields(obj: Obj, kind: Kind) -> Obj:
    """The object as clients see it: with metadata.managedFields."""
    if not isinstance(obj, Owned):
        return obj
    if obj.shown is None:
        entries = encoded(settled(obj.ownership, kind))
        meta = {**obj["metadata"], "managedFields": entries} if entries else obj["metadata"]
        obj.shown = {**obj, "metadata": meta}
    return obj.shown


def note_of(api_version: str, request: Request, at: int, before: Obj | None, after: Obj) -> Note:
    """The note of a write that is no apply, in the version that its client speaks."""
    if request.subresource in OF_STATUS and before is not None:
        before, after = _only_status(before), _only_status(after)
    return Note(writer_of(request), request.subresource, api_version, at, before, after)


def writer_of(request: Request) -> str:
    """The field manager that a client names, or the first part of its user agent; of a component, its program."""
    given = request.options.get("field_manager")
    if given:
        return str(given)
    agent = request.options.get("agent")
    if agent is None:
        program = request.source.partition("/")[0]
        return PROGRAMS.get(program, program)
    first = "".join(sign for sign in str(agent).partition("/")[0] if sign.isprintable())
    return first.encode(errors="ignore")[:NAME_MAX].decode(errors="ignore")


def _only_status(obj: Obj) -> Obj:
    found = {"apiVersion": obj["apiVersion"]}
    if "status" in obj:
        found["status"] = obj["status"]
    return found
