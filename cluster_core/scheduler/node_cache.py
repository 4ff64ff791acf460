"""The scheduler's cache of nodes, with a log of which of them changed. Upstream: `pkg/scheduler/backend/cache`."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable

from cluster_core.api.request import Obj
from cluster_core.scheduler.lister import Lister, ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot, first
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.resized import was_resized
from cluster_core.sim.shelf import Ledger

LOG_MAX = 20_000


class NodeCache:
    """Nodes by name, in order of name. `changes` counts; `changed_since` tells what a reader has missed. `nominated` are the
    pods that are to run on a node once its victims are gone, by the node's name.
    """

    def __init__(self, lister: Lister | None = None, chance: Callable[[str, int], int] = first) -> None:
        self.nodes: dict[str, NodeInfo] = {}
        self.nominated: dict[str, list[PodInfo]] = {}
        self.lister: Lister = lister or ObjectLister()
        self.chance = chance
        self.epoch = 0
        self._names: list[str] = []
        self._log: Ledger[str] = Ledger()
        self._log_from = 0
        self._snapshot: Snapshot | None = None

    @property
    def changes(self) -> int:
        """How many changes there have been."""
        return self._log_from + len(self._log)

    def changed_since(self, change: int) -> list[str] | None:
        """The nodes whose pods changed after change number `change`; None if that is too long ago to know."""
        return self._log[change - self._log_from :] if change >= self._log_from else None

    def put(self, info: NodeInfo) -> None:
        """A node came, or is another one now: what was known of all nodes together (its images) is void."""
        if info.name not in self.nodes:
            insort(self._names, info.name)
        self.nodes[info.name] = info
        self._renew()

    def drop(self, name: str) -> None:
        """A node went."""
        if self.nodes.pop(name, None) is not None:
            del self._names[bisect_left(self._names, name)]
            self._renew()

    def add_pod(self, name: str, pod: PodInfo) -> None:
        """A pod is on a node, bound or assumed."""
        self.nodes[name].add_pod(pod)
        self._note(name)

    def settle_pod(self, name: str, pod: Obj) -> None:
        """A bound pod as the API has it now. What it asks for, its labels, and whether it is going may have changed."""
        node, uid = self.nodes[name], pod["metadata"]["uid"]
        known = node.pods.get(uid)
        same = known is not None and known.pod["spec"] is pod["spec"] and not was_resized(pod)
        if same and known is not None and _counts_alike(known.pod, pod):
            return
        info = PodInfo.of(pod)
        if known is not None and known.requests == info.requests and _counts_alike(known.pod, pod):
            node.replace_pod(info)
            return
        if known is not None:
            node.remove_pod(uid)
        self.add_pod(name, info)

    def remove_pod(self, name: str, uid: str) -> None:
        """A pod left a node."""
        self.nodes[name].remove_pod(uid)
        self._note(name)

    def snapshot(self) -> Snapshot:
        """The nodes in order of name."""
        if self._snapshot is None:
            nodes = {name: self.nodes[name] for name in self._names}
            image_nodes: dict[str, int] = {}
            for node in nodes.values():
                for image in node.images:
                    image_nodes[image] = image_nodes.get(image, 0) + 1
            self._snapshot = Snapshot(nodes, image_nodes, self.lister, self.nominated, self.chance)
        return self._snapshot

    def _note(self, name: str) -> None:
        if len(self._log) >= LOG_MAX:
            self._log_from += len(self._log)
            self._log.clear()
        self._log.append(name)

    def _renew(self) -> None:
        self.epoch += 1
        self._snapshot = None


def _counts_alike(old: Obj, new: Obj) -> bool:
    """Whether a pod still counts for the same selectors."""
    before, after = old["metadata"], new["metadata"]
    return before.get("labels") == after.get("labels") and ("deletionTimestamp" in before) == (
        "deletionTimestamp" in after
    )
