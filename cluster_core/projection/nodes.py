"""Node cards and service cards."""

from __future__ import annotations

from cluster_core.api.objects import condition
from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj
from cluster_core.kubelet.cri import RUNTIMES, runtime_of
from cluster_core.projection.cards import NodeCard, ServiceCard
from cluster_core.projection.source import Source
from cluster_core.scheduler.requests import pod_requests

PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")
ENDED = ("Succeeded", "Failed")


def node_card(node: Obj, source: Source, pods: list[Obj]) -> NodeCard:
    """The card of one Node; `pods` are those bound to it. Those that have ended take nothing of it, as in `kubectl describe`."""
    meta, spec, status = node["metadata"], node.get("spec", {}), node.get("status", {})
    ready = condition(node, "Ready")
    kubelet = source.sim.processes.get(f"kubelet/{meta['name']}")
    allocatable = status.get("allocatable", {})
    requests = [pod_requests(pod["spec"]) for pod in pods if pod.get("status", {}).get("phase") not in ENDED]
    return {
        "name": meta["name"],
        "uid": meta["uid"],
        "ip": next((entry["address"] for entry in status.get("addresses", ()) if entry["type"] == "InternalIP"), ""),
        "pod_cidr": spec.get("podCIDR", ""),
        "ready": ready["status"] if ready else "Unknown",
        "up": kubelet is not None and not kubelet.down,
        "unschedulable": bool(spec.get("unschedulable")),
        "control_plane": "node-role.kubernetes.io/control-plane" in meta.get("labels", {}),
        "taints": [f"{taint['key']}:{taint['effect']}" for taint in spec.get("taints", ())],
        "runtime": (runtime := status.get("nodeInfo", {}).get("containerRuntimeVersion", "")),
        "calls": _calls(runtime),
        "pressure": [one for one in PRESSURES if (found := condition(node, one)) and found["status"] == "True"],
        "cpu": [sum(asked.cpu for asked in requests), parse_cpu(allocatable.get("cpu", "0"))],
        "memory": [sum(asked.memory for asked in requests), parse_bytes(allocatable.get("memory", "0"))],
        "pods": len(requests),
    }


def _calls(runtime: str) -> list[str]:
    """What stands between the kubelet and a container's process; nothing is known of a runtime that is not modelled."""
    return list(runtime_of(runtime).hops) if runtime.partition("://")[0] in RUNTIMES else []


def service_card(service: Obj, slices: list[Obj]) -> ServiceCard:
    """The card of one Service with the endpoints of its slices."""
    meta, spec = service["metadata"], service["spec"]
    return {
        "name": meta["name"],
        "namespace": meta["namespace"],
        "uid": meta["uid"],
        "type": spec.get("type", "ClusterIP"),
        "cluster_ip": spec.get("clusterIP", ""),
        "ports": [
            {
                "name": port.get("name", ""),
                "port": port["port"],
                "target": port.get("targetPort", port["port"]),
                "node_port": port.get("nodePort", 0),
                "protocol": port.get("protocol", "TCP"),
            }
            for port in spec.get("ports", ())
        ],
        "endpoints": [
            {
                "ip": address,
                "pod": endpoint.get("targetRef", {}).get("name", ""),
                "node": endpoint.get("nodeName", ""),
                "ready": endpoint.get("conditions", {}).get("ready", True),
            }
            for part in slices
            for endpoint in part.get("endpoints") or ()
            for address in endpoint["addresses"]
        ],
        "rv": int(meta["resourceVersion"]),
    }
