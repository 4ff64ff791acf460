"""Loads: what users ask of the containers of a workload, set by a command or a scenario. A load has a beginning and an end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cluster_core.api.selector import Selector
from cluster_core.sim.shelf import Ledger
from cluster_core.usage.curve import Curve

LOADS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Load:
    """`millicores` are shared by the pods that are Ready, as a Service shares requests; each pod gets `per_pod` and `memory` (bytes)
    on top. They fall on `container`, or on the first one of a pod. Times in µs; `until` None: it goes on. `requests` are requests a
    second, shared as the millicores are; what they cost is in these."""

    namespace: str
    selector: Selector
    millicores: int = 0
    per_pod: int = 0
    memory: int = 0
    container: str = ""
    curve: Curve = field(default_factory=Curve)
    since: int = 0
    until: int | None = None
    requests: int = 0

    def matches(self, namespace: str, labels: dict[str, str]) -> bool:
        """Whether a pod is one of those that the load falls on."""
        return namespace == self.namespace and self.selector.matches(labels)

    def holds(self, at: int) -> bool:
        """Whether it is on right after `at`."""
        return self.since <= at and (self.until is None or at < self.until)

    def overlaps(self, begin: int, end: int) -> bool:
        """Whether it is on at some time between two."""
        return self.since < end and (self.until is None or begin < self.until)


class Traffic:
    """Every load of a cluster, those that have ended too: the newest `LOADS_MAX`. `takes_memory`: one of them takes (or took) memory."""

    def __init__(self) -> None:
        self.loads: Ledger[Load] = Ledger()
        self.takes_memory = False

    def set(self, load: Load) -> None:
        """A load begins; it takes the place of the one that the same pods and container had."""
        for place, known in enumerate(self.loads):
            same = (known.namespace, known.selector, known.container) == (load.namespace, load.selector, load.container)
            if same and known.until is None:
                self.loads[place] = replace(known, until=load.since)
        self.loads.append(load)
        self.takes_memory = self.takes_memory or load.memory > 0
        del self.loads[:-LOADS_MAX]

    def on_memory(self, now: int) -> list[Load]:
        """The loads that take memory and have not ended."""
        if not self.takes_memory:
            return []
        return [load for load in self.loads if load.memory and (load.until is None or load.until > now)]

    def between(self, begin: int, end: int) -> list[Load]:
        """The loads that are on at some time between two (µs)."""
        return [load for load in self.loads if load.overlaps(begin, end)]
