"""What a node has granted to the containers of its pods: the resources with which they were admitted or last resized.

The Pod object says what is wanted (`spec`), the allocation what the kubelet has granted (`status.allocatedResources`), the container's
record what is in force (`status.containerStatuses[].resources`). The allocation lies on the node's disk: it outlives the kubelet.
Upstream: `pkg/kubelet/allocation/allocation_manager.go`.
"""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.pod_resources import pod_total
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj

Allocation = dict[str, Obj]
RESIZED = ("cpu", "memory")


def allocation_of(pod: Obj) -> Allocation:
    """The resources that the containers of a pod ask for, by their names."""
    return {one["name"]: one.get("resources") or {} for field in FIELDS for one in pod["spec"].get(field) or ()}


def granted(pod: Obj, allocation: Allocation | None) -> Obj:
    """The pod as it was granted: its spec with the resources of the allocation."""
    if allocation is None or allocation == allocation_of(pod):
        return pod
    spec = dict(pod["spec"])
    for field in FIELDS:
        if field in spec:
            spec[field] = [{**one, "resources": allocation.get(one["name"], {})} for one in spec[field]]
    return {**pod, "spec": spec}


def changed_resources(before: Obj, after: Obj) -> list[str]:
    """Which of cpu and memory differ between two resources of a container."""
    return [
        name for name in RESIZED if any(_amount(before, part, name) != _amount(after, part, name) for part in PARTS)
    ]


def pod_resources(pod: Obj) -> Obj:
    """The requests and limits of a pod as a whole."""
    found = {part: pod_total(pod, part) for part in ("limits", "requests")}
    return {part: amounts for part, amounts in found.items() if amounts}


def summary(pod: Obj, generation: int, error: str = "") -> str:
    """The resources of a pod as the events of a resize tell them. Upstream: `pkg/kubelet/events/messages.go`."""
    told: dict[str, Any] = {
        field: [{"name": one["name"], "resources": _sorted(one.get("resources") or {})} for one in pod["spec"][field]]
        for field in FIELDS
        if pod["spec"].get(field)
    }
    told["generation"] = generation
    if error:
        told["error"] = error
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _amount(resources: Obj, part: str, name: str) -> Any:
    text = (resources.get(part) or {}).get(name)
    return None if text is None else parse(text)


def _sorted(resources: Obj) -> Obj:
    return {part: dict(sorted(resources[part].items())) for part in PARTS if resources.get(part)}


FIELDS = ("initContainers", "containers")
PARTS = ("limits", "requests")
