"""Which pods are nominated to run on which node: preemption makes room there for them. Upstream: `backend/queue/nominator.go`.

A nomination is known here before it is in the pod's status, so that the next cycle counts it already.
"""

from __future__ import annotations

from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.sim.shelf import Shelf


class Nominator:
    """Nominated pods by node, in the order in which they were nominated. `changes` counts."""

    def __init__(self) -> None:
        self.by_node: dict[str, list[PodInfo]] = {}
        self.nodes: Shelf[str, str] = Shelf()
        self.changes = 0

    def node_of(self, uid: str) -> str:
        """Where a pod is nominated to run, or ""."""
        return self.nodes.get(uid, "")

    def nominate(self, pod: PodInfo, node: str) -> None:
        """A pod is to run on a node once there is room; "" takes its nomination away."""
        self.forget(pod.uid)
        if node:
            self.nodes[pod.uid] = node
            self.by_node.setdefault(node, []).append(pod)
            self.changes += 1

    def update(self, old: PodInfo, new: PodInfo) -> None:
        """The pod changed: its status decides, but a nomination that has not yet come into the status stays."""
        waits = not old.nominated_node and not new.nominated_node
        self.nominate(new, self.node_of(new.uid) if waits else new.nominated_node)

    def forget(self, uid: str) -> None:
        """The pod got a node, or went."""
        node = self.nodes.pop(uid, None)
        if node is None:
            return
        left = [pod for pod in self.by_node[node] if pod.uid != uid]
        if left:
            self.by_node[node] = left
        else:
            del self.by_node[node]
        self.changes += 1

    def lower(self, node: str, priority: int) -> list[PodInfo]:
        """The pods nominated to run on a node that have a lower priority: they may not fit any more."""
        return [pod for pod in self.by_node.get(node, ()) if pod.priority < priority]
