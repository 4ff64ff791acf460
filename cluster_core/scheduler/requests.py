"""What pods request of nodes: resource lists as numbers. Upstream: `pkg/scheduler/framework/types.go` (Resource), `component-helpers/resource`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj

DEFAULT_MILLI_CPU = 100
DEFAULT_MEMORY = 200 * 1024 * 1024


@dataclass(slots=True)
class Requests:
    """Resources of a pod or a sum of them: millicores, bytes, and pods; extended resources by name."""

    cpu: int = 0
    memory: int = 0
    ephemeral_storage: int = 0
    scalar: dict[str, int] = field(default_factory=dict)

    def add(self, other: Requests, sign: int = 1) -> None:
        """Add (or with sign -1 subtract) in place."""
        self.cpu += sign * other.cpu
        self.memory += sign * other.memory
        self.ephemeral_storage += sign * other.ephemeral_storage
        for name, amount in other.scalar.items():
            self.scalar[name] = self.scalar.get(name, 0) + sign * amount

    def replace(self, other: Requests, named: Iterable[str]) -> None:
        """Take the amounts of the resources that are `named` from another, in place."""
        for name in named:
            if name == "cpu":
                self.cpu = other.cpu
            elif name == "memory":
                self.memory = other.memory
            elif name in other.scalar:
                self.scalar[name] = other.scalar[name]

    def amounts(self) -> dict[str, int]:
        """All of them by resource name."""
        fixed = {"cpu": self.cpu, "memory": self.memory, "ephemeral-storage": self.ephemeral_storage}
        return {**fixed, **self.scalar}


def read_resources(given: dict[str, str]) -> Requests:
    """A resource list (`requests`, `allocatable`) as numbers."""
    scalar = {
        name: int(parse_bytes(amount))
        for name, amount in given.items()
        if name not in ("cpu", "memory", "ephemeral-storage", "pods")
    }
    return Requests(
        parse_cpu(given.get("cpu", "0")),
        parse_bytes(given.get("memory", "0")),
        parse_bytes(given.get("ephemeral-storage", "0")),
        scalar,
    )


def pod_requests(spec: Obj, nonzero: bool = False) -> Requests:
    """What a pod asks for: the sum of its containers (and sidecars), or its largest init container if that is more. What the pod
    asks for as a whole (`spec.resources`) takes the place of that.

    nonzero: containers without a request count as 100 m and 200 MiB, so that scoring spreads them.
    """
    total, sidecars, largest = Requests(), Requests(), Requests()
    for container in spec.get("containers", ()):
        total.add(_container_requests(container, nonzero))
    for container in spec.get("initContainers", ()):
        wanted = _container_requests(container, nonzero)
        if container.get("restartPolicy") == "Always":
            total.add(wanted)
            sidecars.add(wanted)
            wanted = Requests()
        wanted.add(sidecars)
        largest = _larger(largest, wanted)
    total = _larger(total, largest)
    whole = (spec.get("resources") or {}).get("requests")
    if whole:
        total.replace(read_resources(whole), whole)
    overhead = spec.get("overhead")
    if overhead:
        total.add(read_resources(overhead))
    return total


def _container_requests(container: Obj, nonzero: bool) -> Requests:
    given = container.get("resources", {}).get("requests", {})
    wanted = read_resources(given)
    if nonzero:
        wanted.cpu = wanted.cpu if "cpu" in given else DEFAULT_MILLI_CPU
        wanted.memory = wanted.memory if "memory" in given else DEFAULT_MEMORY
    return wanted


def _larger(left: Requests, right: Requests) -> Requests:
    names = [*left.scalar, *(name for name in right.scalar if name not in left.scalar)]
    return Requests(
        max(left.cpu, right.cpu),
        max(left.memory, right.memory),
        max(left.ephemeral_storage, right.ephemeral_storage),
        {name: max(left.scalar.get(name, 0), right.scalar.get(name, 0)) for name in names},
    )
