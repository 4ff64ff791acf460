"""Which pod a kubelet evicts first, and how it says why. Pure. Upstream: `pkg/kubelet/eviction/helpers.go`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.api.pod_resources import amounts
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj

MEMORY, STORAGE = "memory", "ephemeral-storage"
CRITICAL_PRIORITY = 2_000_000_000
PAGE = 4096
STATIC = ("kubernetes.io/config.source", "kubernetes.io/config.mirror")


@dataclass(frozen=True, slots=True)
class Observation:
    """A signal at a moment: bytes that are available, of the capacity; below `threshold` something has to be done."""

    signal: str
    resource: str
    condition: str
    available: int
    capacity: int
    threshold: int

    @property
    def is_met(self) -> bool:
        """Whether the threshold is passed."""
        return self.available < self.threshold


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pod that may be evicted: what its containers take of the resource, and what its volumes take beside them (bytes)."""

    pod: Obj
    usage: dict[str, int] = field(default_factory=dict)
    volumes: int = 0

    @property
    def total(self) -> int:
        """What the pod takes."""
        return sum(self.usage.values()) + self.volumes


def ranked(candidates: list[Candidate], resource: str) -> list[Candidate]:
    """First those that take more than they asked for, then by priority, then by how much more."""

    def place(candidate: Candidate) -> tuple[bool, int, int]:
        over = candidate.total - _request(candidate.pod, resource)
        return over <= 0, int(candidate.pod["spec"].get("priority") or 0), -over

    return sorted(candidates, key=place)


def is_critical(pod: Obj) -> bool:
    """Whether a pod is never evicted by its kubelet: static pods, and those of a system-critical priority."""
    notes = pod["metadata"].get("annotations") or {}
    if STATIC[1] in notes or notes.get(STATIC[0]) not in (None, "api"):
        return True
    return int(pod["spec"].get("priority") or 0) >= CRITICAL_PRIORITY


def eviction_message(candidate: Candidate, resource: str, met: Observation) -> str:
    """Why a pod is evicted: the threshold that was passed, and the containers that take more than they asked for."""
    text = f"The node was low on resource: {resource}. "
    text += f"Threshold quantity: {binary(met.threshold)}, available: {binary(met.available)}. "
    spec = candidate.pod["spec"]
    for container in [*spec["containers"], *(spec.get("initContainers") or ())]:
        used = candidate.usage.get(container["name"])
        asked = ((container.get("resources") or {}).get("requests") or {}).get(resource, "0")
        if used is not None and used > parse(asked):
            text += (
                f"Container {container['name']} was using {binary(used)}, request is {asked}, "
                f"has larger consumption of {resource}. "
            )
    return text


def limit_message(candidate: Candidate, limit_of: Callable[[Obj], int | None], dirs: dict[str, tuple[int, str]]) -> str:
    """Why a pod is evicted for what it has written; "" if it keeps its limits. `dirs`: bytes and limit of emptyDirs by name."""
    for name, (used, given) in dirs.items():
        if used > parse(given):
            return f'Usage of EmptyDir volume "{name}" exceeds the limit "{given}". '
    containers = candidate.pod["spec"]["containers"]
    limits = {one["name"]: limit_of(one) for one in containers}
    given_limits = [limit for limit in limits.values() if limit is not None]
    # Upstream sums the limits of the containers that have one, and judges the pod by it.
    whole = sum(given_limits)
    if given_limits and candidate.total > whole:
        return f"Pod ephemeral local storage usage exceeds the total limit of containers {binary(whole)}. "
    for name, limit in limits.items():
        if limit is not None and candidate.usage.get(name, 0) > limit:
            return f'Container {name} exceeded its local ephemeral storage limit "{binary(limit)}". '
    return ""


def binary(value: int) -> str:
    """Bytes as a quantity with the greatest binary suffix that leaves a whole number."""
    for suffix, factor in (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)):
        if value and value % factor == 0:
            return f"{value // factor}{suffix}"
    return str(value)


def in_pages(value: int) -> int:
    """Bytes as the kernel counts them: in pages."""
    return value // PAGE * PAGE


def _request(pod: Obj, resource: str) -> int:
    return int(amounts(pod, "requests").get(resource, 0))
