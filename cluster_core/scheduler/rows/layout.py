"""The nodes of one epoch of the cache as a list: positions, label values, and which of them are alike."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.node_info import NodeInfo, Snapshot

HOSTNAME = "kubernetes.io/hostname"


class Layout:
    """Nodes by position, in the order in which they are looked at. `usage` numbers what a node has and what is taken of it:
    nodes with the same number are the same to plugins that look at numbers alone.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.names = list(snapshot.nodes)
        self.nodes = list(snapshot.nodes.values())
        self.position = {name: place for place, name in enumerate(self.names)}
        self.total = len(self.names)
        self._values: dict[str, list[str | None]] = {}
        self._unique: dict[str, bool] = {}
        self._numbers: dict[Any, int] = {}
        self._capacities = [_capacity(node) for node in self.nodes]
        self.usage = [self._number(place) for place in range(self.total)]
        self._likes: list[int] | None = None

    def values(self, key: str) -> list[str | None]:
        """Each node's value of a label."""
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = [node.labels.get(key) for node in self.nodes]
        return found

    def is_unique(self, key: str) -> bool:
        """Whether no two nodes share a value of a label."""
        found = self._unique.get(key)
        if found is None:
            given = [value for value in self.values(key) if value is not None]
            found = self._unique[key] = len(given) == len(set(given))
        return found

    def refresh(self, place: int) -> None:
        """Pods came to a node or left it."""
        self.usage[place] = self._number(place)

    def replace(self, place: int, node: NodeInfo) -> None:
        """A node has other images."""
        self.nodes[place] = node
        self._likes = None
        self.refresh(place)

    @property
    def likes(self) -> list[int]:
        """A number for each node: those with the same one differ in their names and host names only."""
        if self._likes is None:
            numbers: dict[Any, int] = {}
            self._likes = [numbers.setdefault(_likeness(node), len(numbers)) for node in self.nodes]
        return self._likes

    def _number(self, place: int) -> int:
        node = self.nodes[place]
        used, nonzero = node.requested, node.nonzero
        scalar = tuple(sorted(item for item in used.scalar.items() if item[1])) if used.scalar else ()
        key = (
            self._capacities[place],
            used.cpu,
            used.memory,
            used.ephemeral_storage,
            nonzero.cpu,
            nonzero.memory,
            len(node.pods),
            scalar,
        )
        return self._numbers.setdefault(key, len(self._numbers))


def _capacity(node: NodeInfo) -> tuple[Any, ...]:
    given = node.allocatable
    return given.cpu, given.memory, given.ephemeral_storage, tuple(sorted(given.scalar.items())), node.allowed_pods


def _likeness(node: NodeInfo) -> str:
    labels = sorted(item for item in node.labels.items() if item[0] != HOSTNAME)
    return str((labels, node.node["spec"].get("taints"), node.node["spec"].get("unschedulable"), node.images))
