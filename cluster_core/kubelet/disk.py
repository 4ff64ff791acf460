"""The disk of a node: its system, its images, and what the containers and their emptyDirs have written.

Images and containers share one file system with everything else, as on a kubeadm node. What a program writes is in its files, or declared
(`ephemeral_mb` of its image, annotation `sim.orrery/ephemeral-storage`). Logs of programs that do not run here are not counted.
Upstream: `pkg/kubelet/server/stats/volume_stat_calculator.go`, cAdvisor's `fs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.quantity import parse_bytes
from cluster_core.kubelet.volume_files import is_made
from cluster_core.usage.machine import system_disk

if TYPE_CHECKING:
    from cluster_core.api.request import Obj
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker


class NodeDisk:
    """What lies on it, in bytes."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.capacity = parse_bytes(kubelet.node.ephemeral_storage)
        self.system = system_disk(self.capacity)

    def used(self) -> int:
        """Bytes that are taken now."""
        pods = sum(sum(usage.values()) for usage in self.by_pod().values())
        return self.system + sum(self.kubelet.images.present.values()) + pods

    def by_pod(self) -> dict[str, dict[str, int]]:
        """Bytes that pods have written, by uid: of each container under its name, of each emptyDir under "volume/" and its name."""
        return {worker.uid: self.of(worker) for worker in self.kubelet.workers.values()}

    def of(self, worker: PodWorker) -> dict[str, int]:
        """The same of one pod."""
        found = {}
        for state in worker.states.values():
            record = state.current
            if record is not None:
                found[state.name] = record.behaviour.ephemeral + self._layer(record.id) + self._log(record.id)
        trees = self.kubelet.volumes.pods.get(worker.uid, {})
        for volume in worker.pod["spec"].get("volumes") or ():
            tree = trees.get(volume["name"])
            if tree is not None and is_on_disk(volume):
                found[f"volume/{volume['name']}"] = tree.bytes
        return found

    def _layer(self, container: str) -> int:
        running = self.kubelet.containers.running.get(container)
        return running.land.files.mounts[0].tree.bytes if running is not None else 0

    def _log(self, container: str) -> int:
        running = self.kubelet.containers.running.get(container)
        log = running.record.log if running is not None else None
        return sum(len(line.text) + 1 for line in log.lines) if log is not None else 0


def is_on_disk(volume: Obj) -> bool:
    """Whether what is in a volume lies on the node's disk and goes with the pod: an emptyDir that is no memory."""
    return "emptyDir" in volume and not is_made(volume) and (volume["emptyDir"] or {}).get("medium") != "Memory"


def storage_limits(pod: Obj) -> bool:
    """Whether anything limits what a pod may write."""
    spec = pod["spec"]
    if any((volume.get("emptyDir") or {}).get("sizeLimit") for volume in spec.get("volumes") or ()):
        return True
    return any(_limit(container) is not None for container in spec["containers"])


def storage_limit(container: Obj) -> int | None:
    """The limit of a container's local storage in bytes; None if it has none."""
    text = _limit(container)
    return None if text is None else parse_bytes(text)


def _limit(container: Obj) -> str | None:
    found: str | None = ((container.get("resources") or {}).get("limits") or {}).get("ephemeral-storage")
    return found
