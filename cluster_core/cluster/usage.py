"""Consumption as the whole world knows it: what metrics-server reaches, and time series for charts. Nothing changes by reading it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.api.quantity import parse_bytes
from cluster_core.api.request import Obj
from cluster_core.metrics_server.server import Machine, node_usage
from cluster_core.usage.consumption import Consumption
from cluster_core.usage.machine import SYSTEM_MILLICORES, system_memory
from cluster_core.usage.meter import ContainerMeter, PodMeter

if TYPE_CHECKING:
    from cluster_core.cluster.world import World
    from cluster_core.kubelet.kubelet import Kubelet

LABEL = "metrics-server"
POINTS_MAX, SERIES_MAX = 500, 500


@dataclass(frozen=True, slots=True)
class Target:
    """Whose consumption is asked for: a node, or the pods of a namespace ("" for all), or one of them."""

    node: str = ""
    namespace: str = ""
    pod: str = ""


class WorldSources:
    """What the API server's metrics-server reaches."""

    def __init__(self, world: World) -> None:
        self.world = world

    def running_since(self) -> int | None:
        """When the oldest Ready metrics-server began that the API server reaches."""
        now, found = self.world.sim.now, []
        for kubelet in self._near():
            for worker in kubelet.workers.values():
                labels = worker.pod["metadata"].get("labels") or {}
                if labels.get("k8s-app") == LABEL and worker.pod["metadata"]["namespace"] == "kube-system":
                    ready = len(worker.facts.turns) % 2 == 1
                    runs = [s.current.started_at for s in worker.states.values() if s.current and s.running(now)]
                    found += runs if ready else []
        return min(found, default=None)

    def machines(self) -> list[Machine]:
        """The nodes whose kubelets answer."""
        nodes = self.world.objects("nodes")
        return [machine(nodes.get(one.node.name), one) for one in self._near() if one.node.name in nodes]

    def consumption(self, begin: int, end: int) -> Consumption:
        """Every pod, and the loads between two times (µs)."""
        return consumption(self.world, begin, end)

    def _near(self) -> list[Kubelet]:
        sim = self.world.sim
        return [one for one in self.world.kubelets if not one.down and sim.links.connected(sim, "apiserver", one.name)]


def machine(node: Obj | None, kubelet: Kubelet) -> Machine:
    """A node and what it takes beside its pods."""
    labels = (node or {"metadata": {}})["metadata"].get("labels") or {}
    return Machine(kubelet.node.name, labels, SYSTEM_MILLICORES, system_memory(parse_bytes(kubelet.node.memory)))


def consumption(world: World, begin: int, end: int) -> Consumption:
    """Who consumes what between two times (µs)."""
    meters = [meter for kubelet in world.kubelets for meter in kubelet.meters()]
    return Consumption(meters, world.traffic.between(begin, end + 1))


def series(world: World, target: Target, begin: int, end: int, step: int) -> list[dict[str, Any]]:
    """Time series: {kind, namespace, name, node, container, points: [[µs, nanocores, bytes] …]} of each container, pod and node asked for.

    A point is the average CPU of the step that ends there and the memory at its end. Pods that are gone are told as long as their
    node remembers them (the last fifty).
    """
    found = consumption(world, begin - step, end)
    times = list(range(begin, end + 1, step))[:POINTS_MAX]
    if target.node:
        kubelet = next((one for one in world.kubelets if one.node.name == target.node), None)
        if kubelet is None:
            raise LookupError(f"there is no node {target.node}")
        node = machine(None, kubelet)
        points = _points(times, step, lambda left, right: node_usage(node, found, left, right))
        return [
            {"kind": "node", "namespace": "", "name": node.name, "node": node.name, "container": "", "points": points}
        ]
    pods = [pod for pod in found.pods if _is_meant(pod, target)]
    rows = [row for pod in pods for row in _pod_rows(found, pod, times, step)]
    return rows[:SERIES_MAX]


def _is_meant(pod: PodMeter, target: Target) -> bool:
    return target.namespace in ("", pod.namespace) and target.pod in ("", pod.name)


def _pod_rows(known: Consumption, pod: PodMeter, times: list[int], step: int) -> list[dict[str, Any]]:
    def of(container: ContainerMeter) -> Callable[[int, int], tuple[int, int]]:
        return lambda left, right: (known.cpu(pod, container, left, right), known.memory(pod, container, right))

    about = {"namespace": pod.namespace, "name": pod.name, "node": pod.node}
    points = {one.name: _points(times, step, of(one)) for one in pod.containers}
    rows = [{"kind": "container", **about, "container": name, "points": found} for name, found in points.items()]
    sums = [[at, *(sum(one[i][j] for one in points.values()) for j in (1, 2))] for i, at in enumerate(times)]
    return [{"kind": "pod", **about, "container": "", "points": sums}, *rows]


def _points(times: list[int], step: int, usage: Callable[[int, int], tuple[int, int]]) -> list[list[int]]:
    return [[at, *usage(at - step, at)] for at in times]
