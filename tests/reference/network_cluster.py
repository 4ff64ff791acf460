"""The recorded cluster of ../shared/reference/network, built by the simulator's own programs."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from cluster_core.cni import bridge, flannel
from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netns import Route
from cluster_core.kubelet import firewall
from cluster_core.kubeproxy.ruleset import ProxyChains, Snapshot, program_jumps
from cluster_core.kubeproxy.service_port import ServiceEntry
from cluster_core.kubeproxy.service_rules import View

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "reference" / "network"
CLUSTER_NETWORK = "10.244.0.0/16"
SERVERS = {"TCP": {8080, 53, 6443, 80, 9153}, "UDP": {9090, 53}}


def recorded(name: str) -> Any:
    """A file of the reference."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


class RecordedSockets:
    """The recorded cluster's servers: every pod has 8080 and the like open, node1 the API server, the internet a web server."""

    def listener(self, netns: str, protocol: str, port: int) -> str:
        """A name if the port is open."""
        return "server" if port in SERVERS[protocol] else ""


def build(cluster: dict[str, Any]) -> Fabric:
    """Router, internet, LAN client, nodes, pods, Flannel's and kube-proxy's programming."""
    fabric = Fabric()
    for number, node in enumerate(cluster["nodes"], 1):
        lan.add_machine(fabric, node["name"], f"{node['ip']}/24", f"08:00:27:00:00:1{number}", "192.168.66.1")
    lan.add_lan_client(fabric, cluster["lanClient"]["ip"], "192.168.66.1")
    forwards = tuple(
        lan.PortForward(one["proto"], one["wanPort"], one["to"]) for one in cluster["router"]["portForwards"]
    )
    lan.add_router(fabric, cluster["router"]["lan"], forwards)
    lan.add_internet(fabric)
    leases = [flannel.Lease(node["name"], node["podCIDR"], node["ip"], node["vtepMAC"]) for node in cluster["nodes"]]
    for node, lease in zip(cluster["nodes"], leases, strict=True):
        _program_node(fabric, cluster, node, lease, leases)
    _balancer(fabric, cluster)
    return fabric


def _program_node(fabric: Fabric, cluster: dict[str, Any], node: Any, lease: Any, leases: list[Any]) -> None:
    stack = fabric.stacks[node["name"]]
    firewall.program(stack.netfilter)
    flannel.create_device(stack, lease)
    flannel.program_rules(stack, lease, CLUSTER_NETWORK)
    for other in leases:
        if other is not lease:
            flannel.add_lease(stack, other)
    for pod in node["pods"]:
        veth = f"veth{pod['name'].removeprefix('p')}"
        bridge.attach(fabric, node["name"], pod["name"], pod["ip"], node["podCIDR"], veth)
    view = View(node["name"], node["ip"], CLUSTER_NETWORK)
    stack.netfilter.sources["kube-proxy"] = ProxyChains(Snapshot(services(cluster), 0), view)
    program_jumps(stack.netfilter)
    stack.sysctls["net.ipv4.conf.all.route_localnet"] = 1


def _balancer(fabric: Fabric, cluster: dict[str, Any]) -> None:
    """The load balancer's address leads to one node, by a route of the router and of the client."""
    via = next(node["ip"] for node in cluster["nodes"] if node["name"] == cluster["lbNode"])
    address = cluster["lbIP"] + "/32"
    fabric.stacks[lan.ROUTER].routes[address] = Route(address, "lan0", via=via)
    fabric.stacks[lan.LAN_CLIENT].routes[address] = Route(address, "eth0", via=via)


def services(cluster: dict[str, Any]) -> dict[str, Any]:
    """The recorded services as kube-proxy reads them: through Service and EndpointSlice objects."""
    found = {}
    for one in cluster["services"]:
        service, slices = objects(one)
        found[f"{one['ns']}/{one['name']}"] = ServiceEntry(service, tuple(slices))
    return found


def objects(one: dict[str, Any]) -> tuple[Any, list[Any]]:
    """A Service and its slices, one per port."""
    ports = [
        {"name": port["name"], "protocol": port["proto"], "port": port["port"], "nodePort": port.get("nodePort", 0)}
        for port in one["ports"]
    ]
    spec: dict[str, Any] = {"type": one.get("type", "ClusterIP"), "clusterIP": one["clusterIP"], "ports": ports}
    for field in ("externalTrafficPolicy", "internalTrafficPolicy", "loadBalancerSourceRanges"):
        if field in one:
            spec[field] = one[field]
    if "sessionAffinity" in one:
        spec["sessionAffinity"] = "ClientIP"
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": one["sessionAffinity"]}}
    status = {"loadBalancer": {"ingress": [{"ip": ip} for ip in one.get("loadBalancerIPs", ())]}}
    service = {"metadata": {"namespace": one["ns"], "name": one["name"]}, "spec": spec, "status": status}
    protocols = {port["name"]: port["proto"] for port in one["ports"]}
    slices = []
    for name, endpoints in one["endpoints"].items():
        for ip, port, node in endpoints:
            slices.append(
                {
                    "ports": [{"name": name, "port": port, "protocol": protocols[name]}],
                    "endpoints": [{"addresses": [ip], "conditions": {"ready": True}, "nodeName": node or ""}],
                }
            )
    return service, slices


def draws(seed: int) -> Random:
    """Random numbers for one walk."""
    return Random(seed)
