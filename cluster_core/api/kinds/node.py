"""Node. Upstream: `ValidateNode`, `ValidateNodeUpdate` of `pkg/apis/core/validation`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import duplicates, named
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.resource_names import validate_amount
from cluster_core.api.request import Obj

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
FIXED = 'node updates may not change {} except from "" to valid'


class Node(Kind):
    """A machine."""

    kind, plural, short_names, namespaced, has_spec = "Node", "nodes", ("no",), False, False
    field_labels = ("spec.unschedulable",)

    def defaults(self, obj: Obj) -> Obj:
        """A node has a spec, empty if need be; one range of addresses is the first of several."""
        spec = obj.get("spec") or {}
        one, many = spec.get("podCIDR"), spec.get("podCIDRs")
        if one and (not many or many[0] != one):
            spec = {**spec, "podCIDRs": [one]}
        elif many and not one:
            spec = {**spec, "podCIDR": many[0]}
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Taints, ranges of addresses, what it has."""
        spec = obj["spec"]
        causes = validate_taints(spec["taints"], "metadata.taints") if spec.get("taints") else []
        if spec.get("podCIDRs"):
            causes += _validate_ranges(spec["podCIDRs"], "spec.podCIDRs")
        return causes + _validate_resources(obj.get("status") or {})

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Its ranges of addresses and its identity at a provider stay."""
        causes: list[Cause] = []
        spec, was = new["spec"], old["spec"]
        if was.get("podCIDRs") and (spec.get("podCIDRs") or []) != was["podCIDRs"]:
            causes.append(Cause("spec.podCIDRs", "Forbidden", FIXED.format("podCIDR")))
        if was.get("providerID") and spec.get("providerID", "") != was["providerID"]:
            causes.append(Cause("spec.providerID", "Forbidden", FIXED.format("providerID")))
        if (spec.get("externalID") or "") != (was.get("externalID") or ""):
            causes.append(Cause("spec.externalID", "Forbidden", "may not be updated"))
        return causes

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What it has, and where it is."""
        status = new.get("status") or {}
        given = status.get("addresses") or ()
        return _validate_resources(status) + (duplicates(given, "status.addresses") if len(given) > 1 else [])

    def prepare_create(self, obj: Obj) -> Obj:
        """A kubelet registers its node with status."""
        return obj

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """spec.unschedulable too."""
        unschedulable = str(bool(obj["spec"].get("unschedulable"))).lower()
        return {**super().selectable_fields(obj), "spec.unschedulable": unschedulable}


def validate_taints(taints: Any, path: str) -> list[Cause]:
    """Keys, values and effects; one of each key and effect."""
    causes: list[Cause] = []
    seen: list[tuple[str, str]] = []
    for index, taint in enumerate(taints):
        here, key, effect = f"{path}[{index}]", taint.get("key", ""), taint.get("effect", "")
        causes += named(key, names.qualified, f"{here}.key")
        if wrong := names.label_value(taint.get("value", "")):
            causes.append(Cause(f"{here}.value", "Invalid", ";".join(wrong), taint["value"]))
        if not effect:
            causes.append(Cause(f"{here}.effect", "Required"))
        elif effect not in EFFECTS:
            causes.append(Cause(f"{here}.effect", "NotSupported", supported(*EFFECTS), effect))
        if (key, effect) in seen:
            causes.append(Cause(here, "Duplicate", "taints must be unique by key and effect pair", taint))
        seen.append((key, effect))
    return causes


def _validate_ranges(ranges: list[str], path: str) -> list[Cause]:
    """Valid ranges, at most one of each family."""
    causes: list[Cause] = []
    for index, text in enumerate(ranges):
        causes += addresses.cidr(text, f"{path}[{index}]")
    if len(ranges) < 2 or causes:
        return causes
    found = [parsed.version for text in ranges if (parsed := addresses.parse_cidr(text)) is not None]
    if sorted(found) != [4, 6]:
        causes.append(Cause(path, "Invalid", "may specify no more than one CIDR for each IP family", ranges))
    return causes + duplicates(ranges, path)


def _validate_resources(status: Obj) -> list[Cause]:
    causes: list[Cause] = []
    for field in ("capacity", "allocatable"):
        for name, amount in (status.get(field) or {}).items():
            causes += validate_amount(name, amount, f"status.{field}.{name}")
    return causes
