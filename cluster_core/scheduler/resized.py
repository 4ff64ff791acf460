"""What a pod counts for on its node while it is being resized: of what it wants, what was granted and what is in force, the most.

A resize that can never fit (Infeasible) does not count. Upstream: component-helpers `resource/helpers.go` (determineContainerReqs).
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj

LISTS = (("containers", "containerStatuses"), ("initContainers", "initContainerStatuses"))


def was_resized(pod: Obj) -> bool:
    """Whether the spec of a pod on a node has changed since it was created, so that its status may count for more."""
    meta = pod["metadata"]
    return meta.get("generation", 1) > 1 and "deletionTimestamp" not in meta and "nodeName" in pod["spec"]


def counted_spec(pod: Obj) -> Obj:
    """The spec of a pod with the requests that count on its node; the spec itself where its status says nothing else."""
    spec: Obj = pod["spec"]
    if not was_resized(pod):
        return spec
    status = pod.get("status") or {}
    wanted = not _is_infeasible(status)
    changed: dict[str, Any] = {}
    for field, told in LISTS:
        statuses = {one["name"]: one for one in status.get(told) or ()}
        containers = [_counted(one, statuses.get(one["name"]), wanted) for one in spec.get(field) or ()]
        if any(new is not old for new, old in zip(containers, spec.get(field) or (), strict=True)):
            changed[field] = containers
    return {**spec, **changed} if changed else spec


def _counted(container: Obj, status: Obj | None, wanted: bool) -> Obj:
    told = [
        amounts
        for amounts in (
            (status or {}).get("allocatedResources"),
            ((status or {}).get("resources") or {}).get("requests"),
        )
        if amounts
    ]
    if not told:
        return container
    resources = container.get("resources") or {}
    asked = resources.get("requests") or {}
    most: dict[str, str] = dict(asked) if wanted else {}
    for amounts in told:
        for name, amount in amounts.items():
            if name not in most or parse(amount) > parse(most[name]):
                most[name] = amount
    most = {**{name: amount for name, amount in asked.items() if name not in most}, **most}
    return container if most == asked else {**container, "resources": {**resources, "requests": most}}


def _is_infeasible(status: Obj) -> bool:
    return any(
        one["type"] == "PodResizePending" and one.get("reason") == "Infeasible"
        for one in status.get("conditions") or ()
    )
