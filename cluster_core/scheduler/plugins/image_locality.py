"""ImageLocality: prefer nodes that have the pod's images already. Upstream: `plugins/imagelocality`."""

from __future__ import annotations

from cluster_core.scheduler.framework import MAX_NODE_SCORE, CycleState, Plugin
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo

MIB = 1024 * 1024
MIN_THRESHOLD = 23 * MIB
MAX_CONTAINER_THRESHOLD = 1000 * MIB


class ImageLocality(Plugin):
    """Score by the bytes of the images that are present, each scaled by the share of nodes that have it."""

    name = "ImageLocality"
    depends = "node"

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """Between 23 MiB (0) and 1000 MiB a container (100)."""
        spec = pod.pod["spec"]
        containers = [*spec.get("initContainers", ()), *spec.get("containers", ())]
        total = 0
        for container in containers:
            image = normalized(container["image"])
            size = node.images.get(image)
            if size is not None:
                total += size * snapshot.image_nodes.get(image, 1) // len(snapshot.nodes)
        highest = MAX_CONTAINER_THRESHOLD * len(containers)
        total = min(max(total, MIN_THRESHOLD), highest)
        return MAX_NODE_SCORE * (total - MIN_THRESHOLD) // (highest - MIN_THRESHOLD)


def normalized(image: str) -> str:
    """An image name with its tag: "nginx" is "nginx:latest"."""
    return image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"
