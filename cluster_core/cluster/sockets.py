"""Who listens in a namespace: containers as their kubelet knows them, the agents of a node, a web server on the internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.cluster.config import CONTROL_PLANE
from cluster_core.dataplane import lan

if TYPE_CHECKING:
    from cluster_core.cluster.world import World
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

AGENT_PORTS = {10250: "kubelet", 10256: "kube-proxy"}
API_PORT = 6443
OUTSIDE = {
    (lan.INTERNET, "TCP", 80): "web server",
    (lan.INTERNET, "TCP", 443): "web server",
    (lan.ROUTER, "UDP", 53): "name server",
}


class WorldSockets:
    """The open sockets of a world at this moment."""

    def __init__(self, world: World) -> None:
        self.world = world

    def listener(self, netns: str, protocol: str, port: int) -> str:
        """The container or program that has the port open, "" if none has."""
        if netns in (lan.INTERNET, lan.ROUTER):
            return OUTSIDE.get((netns, protocol, port), "")
        sandbox = self.world.network.fabric.sandboxes.get(netns)
        kubelet = self.kubelet(sandbox.host if sandbox is not None else netns)
        if kubelet is None:
            return ""
        if sandbox is not None:
            return _container(kubelet, kubelet.workers.get(netns.removeprefix("pod/")), protocol, port)
        return self._on_host(kubelet, protocol, port)

    def kubelet(self, node: str) -> Kubelet | None:
        """The kubelet of a node."""
        return next((one for one in self.world.kubelets if one.node.name == node), None)

    def _on_host(self, kubelet: Kubelet, protocol: str, port: int) -> str:
        node = kubelet.node.name
        if protocol == "TCP" and port in AGENT_PORTS:
            agent = self.world.sim.processes.get(f"{AGENT_PORTS[port]}/{node}")
            return AGENT_PORTS[port] if agent is not None and not agent.down else ""
        if protocol == "TCP" and port == API_PORT and node == CONTROL_PLANE and not self.world.apiserver.down:
            return "kube-apiserver"
        for worker in kubelet.workers.values():
            found = _container(kubelet, worker, protocol, port) if worker.host_network else ""
            if found:
                return found
        return ""


def _container(kubelet: Kubelet, worker: PodWorker | None, protocol: str, port: int) -> str:
    """The container with the port open. A port that the pod declares for other protocols only is not open for this one."""
    if worker is None:
        return ""
    if protocol == "UDP" and not kubelet.containers.down:
        for number, name in kubelet.containers.datagrams_in(worker.uid, kubelet.sim.now):
            if number == port:
                return name
    for number, name in kubelet.listening(worker.uid):
        declared = list(_declared(worker.pod, port)) if number == port else []
        if number == port and (not declared or protocol in declared):
            return name
    return ""


def _declared(pod: Obj, port: int) -> Iterator[str]:
    for container in pod["spec"]["containers"]:
        for one in container.get("ports") or ():
            if one.get("containerPort") == port:
                yield one.get("protocol", "TCP")
