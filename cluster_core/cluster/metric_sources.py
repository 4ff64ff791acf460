"""What the adapter of custom metrics reaches in a world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.cluster.usage import consumption
from cluster_core.usage.consumption import Consumption

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

LABEL = "custom-metrics-apiserver"


class MetricSources:
    """The pods of the adapter, the objects, the loads."""

    def __init__(self, world: World) -> None:
        self.world = world

    def is_running(self) -> bool:
        """Whether a Ready pod of the adapter runs on a node that the API server reaches."""
        sim = self.world.sim
        for key, pod in self.world.objects("pods").items():
            mine = (pod["metadata"].get("labels") or {}).get("app") == LABEL and key.startswith("kube-system/")
            if mine and is_pod_ready(pod):
                kubelet = sim.processes.get(f"kubelet/{pod['spec']['nodeName']}")
                if kubelet is not None and not kubelet.down and sim.links.connected(sim, "apiserver", kubelet.name):
                    return True
        return False

    def now(self) -> int:
        """Virtual time (µs)."""
        return self.world.sim.now

    def objects_of(self, kind: str, namespace: str) -> Iterable[Obj]:
        """The objects of a kind in a namespace, by name."""
        found = next((one for one in self.world.apiserver.kinds if one.kind == kind and one.stored), None)
        if found is None:
            return []
        objects = sorted(self.world.objects(found.resource).items())
        return [obj for key, obj in objects if not found.namespaced or key.startswith(f"{namespace}/")]

    def consumption(self) -> Consumption:
        """Every pod and the loads at this moment."""
        return consumption(self.world, self.world.sim.now, self.world.sim.now)
