"""Consumption as the whole world knows it: what metrics-server reaches, and time series for charts. Nothing changes by reading it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.api.quantity import parse_bytes, parse_cpu
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
    """Whose consumption is asked for: a node ("*" for all of them), or the pods of a namespace ("" for all), or one of them."""

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
    """Time series: {kind, namespace, name, node, container, points: [[µs, nanocores, bytes] …], requests, limits} of each container, pod
    and node asked for.

    A point is the average CPU of the step that ends there and the memory at its end. `requests` and `limits` are [millicores, bytes], 0
    where there is none; the limits of a node are what pods may take of it, its requests what they have asked for. Pods that are gone are
    told as long as their node remembers them (the last fifty).
    """
    found = consumption(world, begin - step, end)
    times = list(range(begin, end + 1, step))[:POINTS_MAX]
    if target.node:
        kubelets = [one for one in world.kubelets if target.node in ("*", one.node.name)]
        if not kubelets:
            raise LookupError(f"there is no node {target.node}")
        return [_node_row(world, found, one, times, step) for one in kubelets]
    pods = [pod for pod in found.pods if _is_meant(pod, target)]
    rows = [row for pod in pods for row in _pod_rows(found, pod, times, step, _bounds(world, pod))]
    return rows[:SERIES_MAX]


def _node_row(world: World, known: Consumption, kubelet: Kubelet, times: list[int], step: int) -> dict[str, Any]:
    node = machine(None, kubelet)
    asked = [_bounds(world, pod) for pod in known.pods if pod.node == node.name and not pod.gone]
    requests = [sum(bound[0][place] for one in asked for bound in one.values()) for place in (0, 1)]
    allocatable = (world.objects("nodes").get(node.name) or {}).get("status", {}).get("allocatable") or {}
    return {
        "kind": "node",
        "namespace": "",
        "name": node.name,
        "node": node.name,
        "container": "",
        "points": _points(times, step, lambda left, right: node_usage(node, known, left, right)),
        "requests": requests,
        "limits": _amounts(allocatable),
    }


def _bounds(world: World, pod: PodMeter) -> dict[str, tuple[list[int], list[int]]]:
    """Requests and limits of the containers of a pod that run for its whole life, by name."""
    obj = world.objects("pods").get(f"{pod.namespace}/{pod.name}") or {"spec": {"containers": []}}
    return {
        one["name"]: (
            _amounts((one.get("resources") or {}).get("requests") or {}),
            _amounts((one.get("resources") or {}).get("limits") or {}),
        )
        for one in obj["spec"]["containers"]
    }


def _amounts(of: Obj) -> list[int]:
    return [parse_cpu(of.get("cpu", 0)), parse_bytes(of.get("memory", 0))]


def _is_meant(pod: PodMeter, target: Target) -> bool:
    return target.namespace in ("", pod.namespace) and target.pod in ("", pod.name)


def _pod_rows(
    known: Consumption, pod: PodMeter, times: list[int], step: int, bounds: dict[str, tuple[list[int], list[int]]]
) -> list[dict[str, Any]]:
    def of(container: ContainerMeter) -> Callable[[int, int], tuple[int, int]]:
        return lambda left, right: (known.cpu(pod, container, left, right), known.memory(pod, container, right))

    about = {"namespace": pod.namespace, "name": pod.name, "node": pod.node}
    points = {one.name: _points(times, step, of(one)) for one in pod.containers}
    none = ([0, 0], [0, 0])
    rows = [
        {"kind": "container", **about, "container": name, "points": found, **_named(*bounds.get(name, none))}
        for name, found in points.items()
    ]
    sums = [[at, *(sum(one[i][j] for one in points.values()) for j in (1, 2))] for i, at in enumerate(times)]
    requests = [sum(one[0][place] for one in bounds.values()) for place in (0, 1)]
    # A pod has a limit if each of its containers has one.
    limits = [
        sum(one[1][place] for one in bounds.values()) if all(one[1][place] for one in bounds.values()) else 0
        for place in (0, 1)
    ]
    return [{"kind": "pod", **about, "container": "", "points": sums, **_named(requests, limits)}, *rows]


def _named(requests: list[int], limits: list[int]) -> dict[str, list[int]]:
    return {"requests": requests, "limits": limits}


def _points(times: list[int], step: int, usage: Callable[[int, int], tuple[int, int]]) -> list[list[int]]:
    return [[at, *usage(at - step, at)] for at in times]
