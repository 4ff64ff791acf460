"""The scheduler's cache of nodes, with a log of what happened to them. Upstream: `pkg/scheduler/backend/cache`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cluster_core.api.request import Obj
from cluster_core.scheduler.lister import Lister, ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot, first
from cluster_core.scheduler.node_tree import in_order
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.resized import was_resized
from cluster_core.sim.shelf import Ledger

LOG_MAX = 20_000


class NodeChange(NamedTuple):
    """What happened on a node: a pod came (1) or left (-1); or, without a pod, the Node has other images."""

    name: str
    pod: PodInfo | None = None
    sign: int = 0
    images: frozenset[str] = frozenset()


class NodeCache:
    """Nodes by name. `changes` counts; `changed_since` tells what a reader has missed. A new `epoch` begins when nodes come or
    go, or are other ones now. `nominated` are the pods that are to run on a node once its victims are gone, by the node's name.
    """

    def __init__(self, lister: Lister | None = None, chance: Callable[[str, int], int] = first) -> None:
        self.nodes: dict[str, NodeInfo] = {}
        self.nominated: dict[str, list[PodInfo]] = {}
        self.lister: Lister = lister or ObjectLister()
        self.chance = chance
        self.epoch = 0
        self._log: Ledger[NodeChange] = Ledger()
        self._log_from = 0
        self._snapshot: Snapshot | None = None

    @property
    def changes(self) -> int:
        """How many changes there have been."""
        return self._log_from + len(self._log)

    def changed_since(self, change: int) -> list[NodeChange] | None:
        """What happened after change number `change`; None if that is too long ago to know."""
        return self._log[change - self._log_from :] if change >= self._log_from else None

    def put(self, info: NodeInfo) -> None:
        """A node came, or is another one now. Where only its images are others, what is known of the nodes stays true."""
        known = self.nodes.get(info.name)
        self.nodes[info.name] = info
        if known is None or self._snapshot is None or not _same_but_images(known, info):
            self._renew()
            return
        changed = {image for image, _ in known.images.items() ^ info.images.items()}
        counts = self._snapshot.image_nodes
        for image in changed:
            counts[image] = counts.get(image, 0) + (image in info.images) - (image in known.images)
        self._snapshot.nodes[info.name] = info
        self._note(NodeChange(info.name, images=frozenset(changed)))

    def drop(self, name: str) -> None:
        """A node went."""
        if self.nodes.pop(name, None) is not None:
            self._renew()

    def add_pod(self, name: str, pod: PodInfo) -> None:
        """A pod is on a node, bound or assumed."""
        node = self.nodes[name]
        if pod.uid not in node.pods:
            node.add_pod(pod)
            self._note(NodeChange(name, pod, 1))

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
            self.remove_pod(name, uid)
        self.add_pod(name, info)

    def remove_pod(self, name: str, uid: str) -> None:
        """A pod left a node."""
        pod = self.nodes[name].pods.get(uid)
        if pod is not None:
            self.nodes[name].remove_pod(uid)
            self._note(NodeChange(name, pod, -1))

    def snapshot(self) -> Snapshot:
        """The nodes in the order in which they are looked at."""
        if self._snapshot is None:
            nodes = in_order(self.nodes)
            image_nodes: dict[str, int] = {}
            for node in nodes.values():
                for image in node.images:
                    image_nodes[image] = image_nodes.get(image, 0) + 1
            self._snapshot = Snapshot(nodes, image_nodes, self.lister, self.nominated, self.chance)
        return self._snapshot

    def _note(self, change: NodeChange) -> None:
        if len(self._log) >= LOG_MAX:
            self._log_from += len(self._log)
            self._log.clear()
        self._log.append(change)

    def _renew(self) -> None:
        self.epoch += 1
        self._snapshot = None


def _same_but_images(old: NodeInfo, new: NodeInfo) -> bool:
    """Whether two versions of a Node are the same to every plugin but ImageLocality."""
    return (
        old.labels == new.labels
        and old.node["spec"] == new.node["spec"]
        and old.allocatable == new.allocatable
        and old.allowed_pods == new.allowed_pods
        and old.node["metadata"].get("annotations") == new.node["metadata"].get("annotations")
    )


def _counts_alike(old: Obj, new: Obj) -> bool:
    """Whether a pod still counts for the same selectors."""
    before, after = old["metadata"], new["metadata"]
    return before.get("labels") == after.get("labels") and ("deletionTimestamp" in before) == (
        "deletionTimestamp" in after
    )
