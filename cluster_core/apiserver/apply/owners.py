"""The managers of an object's fields: metadata.managedFields, decoded.

Upstream: apimachinery `util/managedfields/internal/{managedfields,capmanagers,stripmeta}.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.field_set import FieldSet, difference, of_paths, ordered, parsed, union
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339

APPLY, UPDATE = "Apply", "Update"
UPDATERS_MAX = 10
ANCIENT = "ancient-changes"
SECOND = 1_000_000
Key = tuple[str, str, str, str]
"""Who manages: manager, operation, apiVersion ("" of appliers, who have one entry whatever they speak), subresource."""

# What no manager ever owns.
STRIPPED = of_paths(
    [
        ("f:apiVersion",),
        ("f:kind",),
        ("f:metadata",),
        *(
            ("f:metadata", f"f:{name}")
            for name in (
                "name",
                "namespace",
                "creationTimestamp",
                "selfLink",
                "uid",
                "clusterName",
                "generation",
                "managedFields",
                "resourceVersion",
            )
        ),
    ]
)


@dataclass(frozen=True, slots=True)
class Owner:
    """One manager and the fields it owns, in the version it spoke. `time`: RFC 3339, "" before its first change."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""
    fields: FieldSet | None = None
    time: str = ""

    @property
    def key(self) -> Key:
        """What tells managers apart."""
        version = "" if self.operation == APPLY else self.api_version
        return self.name, self.operation, version, self.subresource

    @property
    def owned(self) -> FieldSet:
        """The fields."""
        return self.fields or {}

    def owning(self, fields: FieldSet) -> Owner:
        """The same manager with other fields."""
        return Owner(self.name, self.operation, self.api_version, self.subresource, fields, self.time)

    def entry(self) -> Obj:
        """As metadata.managedFields has it."""
        found: Obj = {"manager": self.name} if self.name else {}
        found.update(operation=self.operation, apiVersion=self.api_version)
        if self.time:
            found["time"] = self.time
        found["fieldsType"], found["fieldsV1"] = "FieldsV1", ordered(self.owned)
        if self.subresource:
            found["subresource"] = self.subresource
        return found


Owners = dict[Key, Owner]


def decoded(entries: Any) -> Owners:
    """The managers of metadata.managedFields. Raises ValueError for what is none."""
    managers: Owners = {}
    if not isinstance(entries, list):
        raise ValueError("managedFields must be a list")
    for index, entry in enumerate(entries):
        manager = _decoded(entry, index)
        managers[manager.key] = manager
    return managers


def encoded(managers: Owners) -> list[Obj]:
    """metadata.managedFields, in upstream's order: appliers first, then by time, name, version, subresource."""
    return [manager.entry() for manager in sorted(managers.values(), key=_order)]


def is_reset(entries: Any) -> bool:
    """Whether somebody wants nobody to own anything: an empty list, or one empty entry."""
    return isinstance(entries, list) and (not entries or (len(entries) == 1 and not entries[0]))


def stripped(managers: Owners, key: Key) -> Owners:
    """Without the fields that no manager owns; a manager of nothing else goes."""
    manager = managers.get(key)
    if manager is None:
        return managers
    return with_fields(managers, manager, difference(manager.owned, STRIPPED))


def with_fields(managers: Owners, manager: Owner, fields: FieldSet) -> Owners:
    """One manager with other fields; without any it goes."""
    if not fields:
        return {key: one for key, one in managers.items() if key != manager.key}
    return {**managers, manager.key: manager.owning(fields)}


def capped(managers: Owners) -> Owners:
    """At most ten managers of updates: the oldest of a version become one, `ancient-changes`."""
    updaters = [manager for manager in managers.values() if manager.operation != APPLY]
    if len(updaters) <= UPDATERS_MAX:
        return managers
    result, first, count = dict(managers), dict[str, Owner](), len(updaters)
    for manager in sorted(updaters, key=lambda one: (_seconds(one), one.name, one.operation, one.api_version)):
        if count <= UPDATERS_MAX:
            break
        version = manager.api_version
        oldest = first.get(version)
        if oldest is None:
            first[version] = manager
            continue
        bucket = Owner(ANCIENT, UPDATE, version)
        there = result.get(bucket.key) or bucket.owning(result.pop(oldest.key).owned)
        result.pop(manager.key)
        result[bucket.key] = replace(there, fields=union(manager.owned, there.owned), time=manager.time)
        count -= 1
    return result


def stamp(at: int) -> str:
    """A time (µs) as an entry has it."""
    return rfc3339(at)


def _decoded(entry: Any, index: int) -> Owner:
    if not isinstance(entry, dict) or entry.get("operation") not in (APPLY, UPDATE):
        raise ValueError("operation must be `Apply` or `Update`")
    texts = {name: entry.get(name) or "" for name in ("manager", "apiVersion", "subresource", "time")}
    if any(not isinstance(text, str) for text in texts.values()):
        raise ValueError(f"managed fields entry {index} holds what is no text")
    if not texts["apiVersion"]:
        raise ValueError("apiVersion must not be empty")
    if entry.get("fieldsType") != "FieldsV1":
        raise ValueError(f"invalid fieldsType in managed fields entry {index}")
    if texts["time"]:
        parse(texts["time"])
    fields = parsed(entry["fieldsV1"]) if entry.get("fieldsV1") is not None else {}
    return Owner(texts["manager"], entry["operation"], texts["apiVersion"], texts["subresource"], fields, texts["time"])


def _order(manager: Owner) -> tuple[Any, ...]:
    return manager.operation, _seconds(manager), manager.name, manager.api_version, manager.subresource


def _seconds(manager: Owner) -> int:
    return parse(manager.time) // SECOND if manager.time else 0
