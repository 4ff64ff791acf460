"""Which taints a node gets from its conditions. Upstream: `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, `pkg/util/taints`."""

from __future__ import annotations

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj

UNREACHABLE, NOT_READY = "node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
# Of a condition: the taint for a status.
BY_CONDITION = {
    "Ready": {"False": NOT_READY, "Unknown": UNREACHABLE},
    "MemoryPressure": {"True": "node.kubernetes.io/memory-pressure"},
    "DiskPressure": {"True": "node.kubernetes.io/disk-pressure"},
    "NetworkUnavailable": {"True": "node.kubernetes.io/network-unavailable"},
    "PIDPressure": {"True": "node.kubernetes.io/pid-pressure"},
}
OURS = {key for keys in BY_CONDITION.values() for key in keys.values()} | {UNSCHEDULABLE}
SILENCE = (NOT_READY, UNREACHABLE)


def unschedulable_taints(node: Obj, now: str) -> list[Obj] | None:
    """The node's taints with those of effect NoSchedule that its conditions and a cordon ask for; None if they are so already."""
    wanted = []
    for kind, keys in BY_CONDITION.items():
        found = condition(node, kind)
        key = keys.get(found["status"]) if found is not None else None
        wanted += [key] if key is not None else []
    wanted += [UNSCHEDULABLE] if node["spec"].get("unschedulable") else []
    return _swapped(node, "NoSchedule", wanted, now)


def evicting_taints(node: Obj, key: str | None, now: str) -> list[Obj] | None:
    """The node's taints with the one of effect NoExecute for its silence, or none of them; None if they are so already."""
    return _swapped(node, "NoExecute", [key] if key is not None else [], now)


def evicting_key(node: Obj, effect: str = "NoExecute") -> str | None:
    """The taint for silence that a node has."""
    return next((one["key"] for one in _taints(node) if one["key"] in SILENCE and one["effect"] == effect), None)


def _swapped(node: Obj, effect: str, wanted: list[str], now: str) -> list[Obj] | None:
    of = OURS if effect == "NoSchedule" else SILENCE
    taints = _taints(node)
    there = [one["key"] for one in taints if one["effect"] == effect and one["key"] in of]
    if sorted(there) == sorted(wanted):
        return None
    kept = [one for one in taints if one["effect"] != effect or one["key"] not in of or one["key"] in wanted]
    added = [{"key": key, "effect": effect, "timeAdded": now} for key in wanted if key not in there]
    return kept + added


def _taints(node: Obj) -> list[Obj]:
    return node["spec"].get("taints") or []
