"""What a DaemonSet has on each node, kept up to date node by node: a turn costs the same on 3 and on 5,000 nodes.

Upstream looks at every node in every turn (`daemon_controller.go`, podsShouldBeOnNode, updateDaemonSetStatus); what it would find
is here kept as a `Slot` per node and as sums over them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster_core.api.objects import is_pod_available, is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.controllers.daemon_nodes import is_updated, placement
from cluster_core.sim.shelf import Shelf

ENDED = ("Failed", "Succeeded")
SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Slot:
    """One node: whether a pod should start, whether one may stay, the pods (the one that counts first), how that one is.

    A node that is gone has `is_node` False: its pods stay in the table until they have gone, too.
    """

    is_node: bool
    should_run: bool
    may_stay: bool
    pods: tuple[Obj, ...] = ()
    ready: bool = False
    available: bool = False
    updated: bool = False
    has_old: bool = False


@dataclass(slots=True)
class Counts:
    """Sums over the nodes, as in the status; `old`: nodes with a pod of an earlier template that is not on its way out."""

    desired: int = 0
    current: int = 0
    misscheduled: int = 0
    ready: int = 0
    updated: int = 0
    available: int = 0
    old: int = 0


@dataclass(slots=True)
class View:
    """What slots are made of: the set, the hash of its template, which Node has a name, the time (µs)."""

    owner: Obj
    digest: str
    node: Callable[[str], Obj | None]
    now: int

    def is_available(self, pod: Obj) -> bool:
        """Ready for minReadySeconds."""
        return is_pod_available(pod, int(self.owner["spec"].get("minReadySeconds") or 0) * SECOND, self.now)


class DaemonTable:
    """The slots of one set. `put` and `mark` say what has changed, `refresh` works it out."""

    def __init__(self) -> None:
        self.slots: Shelf[str, Slot] = Shelf()
        self.pods: dict[str, Shelf[str, Obj]] = {}
        self.counts = Counts()
        self.unsettled: dict[str, None] = {}
        self.strangers: Shelf[str, Obj] = Shelf()
        self._dirty: dict[str, None] = {}
        self._template: Obj | None = None
        self._digest = ""

    def put(self, node: str, key: str, pod: Obj | None, matches: bool = True) -> None:
        """A pod of the set came, changed or went (None). One that the selector does not match (any more) is a stranger."""
        self.strangers.pop(key, None)
        if pod is not None and not matches:
            self.strangers[key] = pod
            pod = None
        there = self.pods.setdefault(node, Shelf())
        if pod is None:
            there.pop(key, None)
        else:
            there[key] = pod
        if not there:
            del self.pods[node]
        self._dirty[node] = None

    def mark(self, node: str) -> None:
        """A node came, changed or went."""
        self._dirty[node] = None

    def on_node(self, node: str) -> list[Obj]:
        """The pods of the set that a node has been given."""
        return [pod for pod in (self.pods.get(node) or {}).values() if pod["spec"].get("nodeName")]

    def refresh(self, view: View, all_nodes: Callable[[], list[str]]) -> None:
        """Work out the slots that may have changed: all when the template has, or when time alone changes what is available."""
        template = view.owner["spec"]["template"]
        timed = bool(view.owner["spec"].get("minReadySeconds"))
        if template is not self._template or view.digest != self._digest or timed:
            self._template, self._digest = template, view.digest
            self._dirty |= dict.fromkeys((*all_nodes(), *self.pods))
        for node in self._dirty:
            self._replace(node, _slot(view, view.node(node), self.pods.get(node) or {}))
        self._dirty = {}

    def _replace(self, name: str, new: Slot | None) -> None:
        old = self.slots.pop(name, None) if new is None else self.slots.get(name)
        for slot, sign in ((old, -1), (new, 1)):
            if slot is not None:
                self._count(slot, sign)
        self.unsettled.pop(name, None)
        if new is not None:
            self.slots[name] = new
            if not _is_settled(new):
                self.unsettled[name] = None

    def _count(self, slot: Slot, sign: int) -> None:
        self.counts.old += sign * slot.has_old
        if not slot.is_node:
            return
        scheduled = bool(slot.pods)
        self.counts.desired += sign * slot.should_run
        self.counts.misscheduled += sign * (scheduled and not slot.should_run)
        if scheduled and slot.should_run:
            self.counts.current += sign
            self.counts.ready += sign * slot.ready
            self.counts.available += sign * slot.available
            self.counts.updated += sign * slot.updated


def status_of(owner: Obj, counts: Counts, is_observed: bool) -> Obj:
    """The status to write; `is_observed`: the set was looked at as it is now."""
    before = owner.get("status", {})
    optional = {
        "updatedNumberScheduled": counts.updated,
        "numberAvailable": counts.available,
        "numberUnavailable": counts.desired - counts.available,
    }
    generation = owner["metadata"].get("generation", 1) if is_observed else before.get("observedGeneration")
    return {
        "currentNumberScheduled": counts.current,
        "numberMisscheduled": counts.misscheduled,
        "desiredNumberScheduled": counts.desired,
        "numberReady": counts.ready,
        **({"observedGeneration": generation} if generation is not None else {}),
        **{name: count for name, count in optional.items() if count},
        **{name: before[name] for name in ("collisionCount", "conditions") if name in before},
    }


def is_leaving(pod: Obj) -> bool:
    """Being deleted."""
    return bool(pod["metadata"].get("deletionTimestamp"))


def _slot(view: View, node: Obj | None, there: dict[str, Obj]) -> Slot | None:
    """The slot of a node; None where there is neither a node nor a pod. A pod that has ended and is being deleted is no pod."""
    pods = [pod for pod in there.values() if not (is_leaving(pod) and pod.get("status", {}).get("phase") in ENDED)]
    if node is None and not pods:
        return None
    should_run, may_stay = placement(view.owner, node) if node is not None else (False, False)
    pods.sort(key=_seniority)
    if not pods:
        return Slot(node is not None, should_run, may_stay)
    first = pods[0]
    return Slot(
        is_node=node is not None,
        should_run=should_run,
        may_stay=may_stay,
        pods=tuple(pods),
        ready=is_pod_ready(first),
        available=is_pod_ready(first) and view.is_available(first),
        updated=is_updated(first, view.digest),
        has_old=any(not is_leaving(pod) and not is_updated(pod, view.digest) for pod in pods),
    )


def _is_settled(slot: Slot) -> bool:
    """Nothing to do about a node: exactly one pod, where one should be or may stay, or none where none should be."""
    if not slot.is_node:
        return all(pod["spec"].get("nodeName") for pod in slot.pods)
    if not slot.pods:
        return not slot.should_run
    if not slot.may_stay:
        return all(is_leaving(pod) for pod in slot.pods)
    return len(slot.pods) == 1 and not is_leaving(slot.pods[0]) and slot.pods[0]["status"].get("phase") not in ENDED


def _seniority(pod: Obj) -> tuple[bool, str, str]:
    """Pods on a node first, then by age."""
    meta = pod["metadata"]
    return (not pod["spec"].get("nodeName"), meta["creationTimestamp"], meta["name"])
