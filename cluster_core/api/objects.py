"""Reading and path-copying objects. Objects are never mutated: an update shares every part that did not change."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse

SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def meta(obj: Obj) -> Obj:
    """metadata."""
    found: Obj = obj["metadata"]
    return found


def key(obj: Obj) -> str:
    """ "namespace/name", or "name" for a cluster-scoped object."""
    found = obj["metadata"]
    namespace = found.get("namespace")
    return f"{namespace}/{found['name']}" if namespace else str(found["name"])


def with_path(obj: Obj, path: tuple[str, ...], value: Any) -> Obj:
    """A copy with one field replaced; everything beside the path is shared."""
    if len(path) == 1:
        return {**obj, path[0]: value}
    return {**obj, path[0]: with_path(obj.get(path[0]) or {}, path[1:], value)}


def set_fields(obj: Obj, field: str, **values: Any) -> Obj:
    """A copy with fields of one top-level part ("metadata", "status") replaced."""
    return {**obj, field: {**(obj.get(field) or {}), **values}}


def owner_controller(obj: Obj) -> Obj | None:
    """The owner reference with controller: true, or None."""
    for owner in obj["metadata"].get("ownerReferences", ()):
        if owner.get("controller"):
            found: Obj = owner
            return found
    return None


def owner_reference(owner: Obj) -> Obj:
    """A controller reference to `owner`."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def condition(obj: Obj, kind: str) -> Obj | None:
    """The status condition of a type, or None."""
    for found in obj.get("status", {}).get("conditions") or ():
        if found["type"] == kind:
            result: Obj = found
            return result
    return None


def set_condition(conditions: list[Obj], new: Obj, now: str) -> list[Obj]:
    """The conditions with one replaced or added; lastTransitionTime changes only with the status."""
    result, placed = [], False
    for old in conditions:
        if old["type"] != new["type"]:
            result.append(old)
            continue
        placed = True
        since = old.get("lastTransitionTime", now) if old["status"] == new["status"] else now
        merged = {**old, **new, "lastTransitionTime": since}
        result.append(old if merged == old else merged)
    if not placed:
        result.append({"lastTransitionTime": now, **new})
    return result


def pod_condition(pod: Obj, new: Obj, now: str) -> Obj:
    """A condition as it is told of a pod: with the generation that was seen. Upstream: `pkg/api/v1/pod` UpdatePodCondition."""
    told = {**new, "observedGeneration": pod["metadata"].get("generation", 1)}
    known = [one for one in (condition(pod, new["type"]),) if one is not None]
    return set_condition(known, told, now)[0]


def is_pod_ready(pod: Obj) -> bool:
    """Condition Ready is True."""
    ready = condition(pod, "Ready")
    return ready is not None and bool(ready["status"] == "True")


def is_pod_active(pod: Obj) -> bool:
    """Neither finished nor being deleted."""
    phase = pod.get("status", {}).get("phase")
    return phase not in ("Succeeded", "Failed") and not pod["metadata"].get("deletionTimestamp")


def is_pod_terminating(pod: Obj) -> bool:
    """Being deleted, but not finished."""
    phase = pod.get("status", {}).get("phase")
    return phase not in ("Succeeded", "Failed") and bool(pod["metadata"].get("deletionTimestamp"))


def is_pod_available(pod: Obj, min_ready_us: int, now: int) -> bool:
    """Ready for at least `min_ready_us`."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return False
    return min_ready_us == 0 or parse(ready["lastTransitionTime"]) + min_ready_us <= now


def pod_template_hash(template: Obj, collision_count: int | None = None) -> str:
    """The label value that tells ReplicaSets of a Deployment apart.

    Real Kubernetes hashes Go's print of the template; here it is FNV-32a of its canonical JSON, with upstream's alphabet.
    """
    data = json.dumps(template, sort_keys=True, separators=(",", ":")).encode()
    if collision_count is not None:
        data += collision_count.to_bytes(8, "little")
    return "".join(SAFE_ALPHABET[ord(digit) % len(SAFE_ALPHABET)] for digit in str(_fnv_32a(data)))


@lru_cache(maxsize=1024)
def _fnv_32a(data: bytes) -> int:
    value = 2166136261
    for byte in data:
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
