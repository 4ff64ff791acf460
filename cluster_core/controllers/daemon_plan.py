"""Which pods a DaemonSet makes and deletes, as pure functions. Upstream: `pkg/controller/daemon/daemon_controller.go`
(podsShouldBeOnNode), `pkg/controller/daemon/update.go` (rollingUpdate).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.controllers.daemon_nodes import is_updated
from cluster_core.controllers.daemon_table import ENDED, DaemonTable, Slot, View, is_leaving
from cluster_core.controllers.rollout import resolve


@dataclass(slots=True)
class Changes:
    """Nodes that need a pod, pods to delete, pods that have ended (those are deleted with a back-off)."""

    nodes: list[str] = field(default_factory=list)
    pods: list[Obj] = field(default_factory=list)
    ended: list[tuple[str, Obj]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.nodes or self.pods)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rolling update may do at once, as numbers: pods too many, pods missing."""

    surge: int
    unavailable: int


def limits(owner: Obj, desired: int) -> Limits:
    """Percentages of the nodes that should have a pod, rounded up; both 0 means one may be missing."""
    rolling = owner["spec"]["updateStrategy"].get("rollingUpdate") or {}
    surge = resolve(rolling.get("maxSurge", 0), desired, round_up=True)
    unavailable = resolve(rolling.get("maxUnavailable", 0), desired, round_up=True)
    if desired and not surge and not unavailable:
        unavailable = 1
    return Limits(surge, unavailable)


def allows_surge(owner: Obj) -> bool:
    """Whether a node may have two pods for a while."""
    strategy = owner["spec"]["updateStrategy"]
    return bool(strategy["type"] == "RollingUpdate" and limits(owner, 1).surge > 0)


def manage(table: DaemonTable, view: View) -> Changes:
    """A pod where one is missing; pods away that are too many, have ended, or may not stay."""
    changes = Changes()
    for name in table.unsettled:
        _manage_node(name, table.slots[name], view, changes)
    return changes


def _manage_node(name: str, slot: Slot, view: View, changes: Changes) -> None:
    if not slot.is_node:
        changes.pods.extend(pod for pod in slot.pods if not pod["spec"].get("nodeName") and not is_leaving(pod))
    elif slot.should_run and not slot.pods:
        changes.nodes.append(name)
    elif not slot.may_stay:
        changes.pods.extend(pod for pod in slot.pods if not is_leaving(pod))
    else:
        staying = [pod for pod in slot.pods if not is_leaving(pod)]
        changes.ended.extend((name, pod) for pod in staying if pod["status"].get("phase") in ENDED)
        running = [pod for pod in staying if pod["status"].get("phase") not in ENDED]
        if not allows_surge(view.owner):
            changes.pods.extend(running[1:])
        elif not running and slot.should_run:
            changes.nodes.append(name)
        else:
            changes.pods.extend(_too_many(running, view))


def _too_many(running: list[Obj], view: View) -> list[Obj]:
    """With surge a node has two pods only while the old one is Ready and the new one is not available."""
    if len(running) <= 1:
        return []
    new = [pod for pod in running if is_updated(pod, view.digest)]
    old = [pod for pod in running if pod not in new]
    gone = new[1:] + old[1:]
    if new and old and (not is_pod_ready(old[0]) or view.is_available(new[0])):
        gone.append(old[0])
    return gone


def rolling_update(table: DaemonTable, view: View) -> Changes:
    """The next pods to replace, within the limits."""
    bounds = limits(view.owner, table.counts.desired)
    nodes = {name: slot for name, slot in table.slots.items() if slot.should_run or slot.pods}
    return _surging(nodes, view, bounds, table) if bounds.surge else _replacing(nodes, view, bounds)


def _replacing(nodes: dict[str, Slot], view: View, bounds: Limits) -> Changes:
    """Delete old pods that are not available anyway, and as many others as may be missing."""
    missing = 0
    broken: list[Obj] = []
    candidates: list[Obj] = []
    for slot in nodes.values():
        pair = _pair(slot, view)
        if pair is None or (pair[0] is None) == (pair[1] is None):
            missing += 1
            continue
        new, old = pair
        if new is not None:
            missing += not view.is_available(new)
        elif old is not None and not view.is_available(old):
            broken.append(old)
            missing += 1
        elif old is not None:
            candidates.append(old)
    return Changes(pods=[*broken, *candidates[: max(0, bounds.unavailable - missing)]])


def _surging(nodes: dict[str, Slot], view: View, bounds: Limits, table: DaemonTable) -> Changes:
    """Make new pods beside old ones; delete an old one when its new one is available, or when its node should have none."""
    changes, surge, available = Changes(), 0, 0
    leaving: list[Obj] = []
    candidates: list[str] = []
    for name, slot in nodes.items():
        pair = _pair(slot, view)
        if pair is None:
            surge += 1
            continue
        new, old = pair
        shown = old or new
        available += shown is not None and view.is_available(shown)
        if old is None:
            continue
        steady = view.is_available(old)
        if new is None and not slot.should_run:
            (leaving if steady else changes.pods).append(old)
        elif new is None:
            (candidates if steady else changes.nodes).append(name)
        elif view.is_available(new):
            changes.pods.append(old)
        else:
            surge += 1
    changes.pods += leaving[: max(0, available - table.counts.desired)]
    changes.nodes += candidates[: max(0, bounds.surge - surge)]
    return changes


def _pair(slot: Slot, view: View) -> tuple[Obj | None, Obj | None] | None:
    """The new and the old pod of a node, of those that stay; None if there is more than one of a sort."""
    staying = [pod for pod in slot.pods if not is_leaving(pod)]
    new = [pod for pod in staying if is_updated(pod, view.digest)]
    old = [pod for pod in staying if pod not in new]
    if len(new) > 1 or len(old) > 1:
        return None
    return (new[0] if new else None, old[0] if old else None)
