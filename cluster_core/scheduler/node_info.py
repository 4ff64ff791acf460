"""A node as the scheduler sees it, and all of them at the start of a cycle. Upstream: `pkg/scheduler/framework/types.go` (NodeInfo)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.scheduler.lister import Lister, ObjectLister
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.requests import Requests, read_resources
from cluster_core.sim.shelf import Shelf


@dataclass(slots=True)
class NodeInfo:
    """A node as the scheduler sees it: the Node, its pods (assumed ones too), those of them that have affinity terms, and the
    sums of their requests.
    """

    node: Obj
    name: str
    allocatable: Requests
    allowed_pods: int
    pods: Shelf[str, PodInfo] = field(default_factory=Shelf)
    affine: Shelf[str, PodInfo] = field(default_factory=Shelf)
    requested: Requests = field(default_factory=Requests)
    nonzero: Requests = field(default_factory=Requests)
    images: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Obj) -> NodeInfo:
        """Read a Node."""
        given = node.get("status", {}).get("allocatable", {})
        allocatable = read_resources(given)
        images = {
            name: image.get("sizeBytes", 0)
            for image in node.get("status", {}).get("images", ())
            for name in image.get("names", ())
        }
        pods_max = int(given.get("pods", 0))
        return cls(node, node["metadata"]["name"], allocatable, pods_max, images=images)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the Node."""
        found: dict[str, str] = self.node["metadata"].get("labels") or {}
        return found

    def add_pod(self, info: PodInfo) -> None:
        """A pod is on this node, bound or assumed."""
        if info.uid in self.pods:
            return
        self.pods[info.uid] = info
        if info.terms:
            self.affine[info.uid] = info
        self.requested.add(info.requests)
        self.nonzero.add(info.nonzero)

    def replace_pod(self, info: PodInfo) -> None:
        """The pod is another version, that counts as the last one did."""
        self.pods[info.uid] = info
        if info.terms:
            self.affine[info.uid] = info

    def remove_pod(self, uid: str) -> None:
        """The pod has gone."""
        info = self.pods.pop(uid, None)
        if info is not None:
            self.affine.pop(uid, None)
            self.requested.add(info.requests, -1)
            self.nonzero.add(info.nonzero, -1)

    def copy(self) -> NodeInfo:
        """Another one with the same pods, for a dry run."""
        found = NodeInfo(self.node, self.name, self.allocatable, self.allowed_pods, images=self.images)
        found.pods, found.affine = self.pods.copy(), self.affine.copy()
        found.requested.add(self.requested)
        found.nonzero.add(self.nonzero)
        return found


def first(_what: str, _count: int) -> int:
    """The lot where nothing is left to chance."""
    return 0


@dataclass(slots=True)
class Snapshot:
    """What a scheduling cycle looks at: the nodes in order of name, on how many of them each image is, what the informers
    know besides, and the pods that are nominated to run on a node (preemption made room for them) by its name.

    `chance(what, n)` is a number below n that is drawn by lot for one attempt: the same however often it is asked.
    """

    nodes: dict[str, NodeInfo]
    image_nodes: dict[str, int] = field(default_factory=dict)
    lister: Lister = field(default_factory=ObjectLister)
    nominated: dict[str, list[PodInfo]] = field(default_factory=dict)
    chance: Callable[[str, int], int] = first
