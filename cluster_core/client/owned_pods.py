"""How many pods each controller object owns, kept up to date pod by pod: a ReplicaSet's turn costs the same for 1 and 1,000 pods."""

from __future__ import annotations

from cluster_core.api.objects import is_pod_active, is_pod_ready, is_pod_terminating, owner_controller
from cluster_core.api.request import Obj
from cluster_core.sim.shelf import Shelf

Labels = tuple[tuple[str, str], ...]
Facts = tuple[str, Labels, bool, bool, bool]


class Owned:
    """Pods of one owner with the same labels: all, the active ones, the active ones that are Ready, those on their way out."""

    __slots__ = ("active", "ready", "terminating", "total")

    def __init__(self) -> None:
        self.total = 0
        self.active = 0
        self.ready = 0
        self.terminating = 0

    def add(self, active: bool, ready: bool, terminating: bool, sign: int) -> None:
        """Count a pod (or with sign -1 discount it)."""
        self.total += sign
        self.terminating += sign * terminating
        self.active += sign * active
        self.ready += sign * (active and ready)


class OwnedPods:
    """A tally of the pods informer: by the uid of the owning controller, then by labels."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[Labels, Owned]] = {}
        self._facts: Shelf[str, tuple[Obj, Facts]] = Shelf()

    def of(self, uid: str) -> dict[Labels, Owned]:
        """The pods of an owner, by their labels (usually one group)."""
        return self._groups.get(uid, {})

    def changed(self, key: str, new: Obj | None) -> None:
        """A pod came, changed or went."""
        known = self._facts.get(key)
        before = known[1] if known is not None else None
        after = _facts(new, known) if new is not None else None
        if before == after:
            return
        if before is not None:
            self._discount(before)
            del self._facts[key]
        if after is not None and new is not None:
            self._facts[key] = (new["metadata"].get("labels") or {}, after)
            uid, labels, active, ready, terminating = after
            groups = self._groups.setdefault(uid, {})
            if labels not in groups:
                groups[labels] = Owned()
            groups[labels].add(active, ready, terminating, 1)

    def clear(self) -> None:
        """Forget all pods."""
        self._groups.clear()
        self._facts.clear()

    def _discount(self, facts: Facts) -> None:
        uid, labels, active, ready, terminating = facts
        groups = self._groups[uid]
        groups[labels].add(active, ready, terminating, -1)
        if not groups[labels].total:
            del groups[labels]
            if not groups:
                del self._groups[uid]


def _facts(pod: Obj, known: tuple[Obj, Facts] | None) -> Facts | None:
    owner = owner_controller(pod)
    if owner is None:
        return None
    labels = pod["metadata"].get("labels") or {}
    # Versions of an object share what did not change: the same dict needs no sorting again.
    sorted_labels = known[1][1] if known is not None and known[0] is labels else tuple(sorted(labels.items()))
    active = is_pod_active(pod)
    return (owner["uid"], sorted_labels, active, active and is_pod_ready(pod), is_pod_terminating(pod))
