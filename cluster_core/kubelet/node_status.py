"""The Node object of a kubelet and its Lease. Upstream: `pkg/kubelet/kubelet_node_status.go`, `pkg/kubelet/nodestatus`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import micro, rfc3339
from cluster_core.kubelet.cri import runtime_of

KUBELET_VERSION = "v1.36.2"
LEASE_NAMESPACE = "kube-node-lease"
LEASE_SECONDS = 40
NO_NETWORK = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: "
    "cni plugin not initialized"
)
RENEWS = "sim.orrery/renews-every"
RENEWS_EVERY = "10s"


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A machine: sizes as Kubernetes quantities, `ip` its address, `pod_cidr` the range of its pods' addresses,
    `images` those that are on its disk from the beginning."""

    name: str
    ip: str
    cpu: str = "4"
    memory: str = "8Gi"
    pods: int = 110
    ephemeral_storage: str = "100Gi"
    zone: str = ""
    region: str = ""
    pod_cidr: str = ""
    runtime: str = "containerd"
    labels: dict[str, str] = field(default_factory=dict)
    taints: tuple[dict[str, str], ...] = ()
    images: tuple[str, ...] = ()

    def allocatable(self) -> dict[str, str]:
        """What pods may take. Real Kubernetes keeps back what eviction wants to be free (100Mi of memory, a tenth of the disk)."""
        return {
            "cpu": self.cpu,
            "ephemeral-storage": self.ephemeral_storage,
            "memory": self.memory,
            "pods": str(self.pods),
        }


@dataclass(frozen=True, slots=True)
class Health:
    """What a kubelet finds about its node: the conditions of pressure that hold, whether the machine is about to go off, and
    whether there is a network for pods."""

    pressure: tuple[str, ...] = ()
    shuts_down: bool = False
    has_network: bool = True


HEALTHY = Health()
# Condition: (reason, message) when it does not hold, and when it does.
PRESSURES = {
    "MemoryPressure": (
        ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    ),
    "DiskPressure": (
        ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("KubeletHasDiskPressure", "kubelet has disk pressure"),
    ),
    "PIDPressure": (
        ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
    ),
}
# The reason of the event when a pressure ends, and when it begins.
PRESSURE_EVENTS = {
    "MemoryPressure": ("NodeHasSufficientMemory", "NodeHasInsufficientMemory"),
    "DiskPressure": ("NodeHasNoDiskPressure", "NodeHasDiskPressure"),
    "PIDPressure": ("NodeHasSufficientPID", "NodeHasInsufficientPID"),
}


def node_object(node: NodeSpec, boot_id: str, now: int, health: Health = HEALTHY) -> Obj:
    """The Node as the kubelet registers it."""
    spec: Obj = {}
    if node.pod_cidr:
        spec = {"podCIDR": node.pod_cidr, "podCIDRs": [node.pod_cidr]}
    if node.taints:
        spec["taints"] = list(node.taints)
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": node.name,
            "labels": node_labels(node),
            "annotations": {"node.alpha.kubernetes.io/ttl": "0"},
        },
        "spec": spec,
        "status": node_status(node, boot_id, now, (), health),
    }


def node_labels(node: NodeSpec) -> dict[str, str]:
    """The well-known labels, the zone if there is one, and those of the machine."""
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
    }
    if node.region:
        labels["topology.kubernetes.io/region"] = node.region
    if node.zone:
        labels["topology.kubernetes.io/zone"] = node.zone
    return labels | node.labels


def node_status(node: NodeSpec, boot_id: str, now: int, told: Iterable[Obj], health: Health = HEALTHY) -> Obj:
    """Status of a node; `told` are the conditions it had, whose transition times stay where nothing changes."""
    return {
        "capacity": node.allocatable(),
        "allocatable": node.allocatable(),
        "conditions": conditions(now, told, health),
        "addresses": [{"type": "InternalIP", "address": node.ip}, {"type": "Hostname", "address": node.name}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": node_info(node, boot_id),
    }


def conditions(now: int, told: Iterable[Obj], health: Health = HEALTHY) -> list[dict[str, Any]]:
    """The four conditions that a kubelet posts."""
    rows = [(kind, str(kind in health.pressure), *texts[kind in health.pressure]) for kind, texts in PRESSURES.items()]
    if health.shuts_down:
        rows.append(("Ready", "False", "KubeletNotReady", "node is shutting down"))
    elif not health.has_network:
        rows.append(("Ready", "False", "KubeletNotReady", NO_NETWORK))
    else:
        rows.append(("Ready", "True", "KubeletReady", "kubelet is posting ready status"))
    since = {(item["type"], item["status"]): item.get("lastTransitionTime") for item in told}
    return [
        {
            "type": kind,
            "status": status,
            "lastHeartbeatTime": rfc3339(now),
            "lastTransitionTime": since.get((kind, status)) or rfc3339(now),
            "reason": reason,
            "message": message,
        }
        for kind, status, reason, message in rows
    ]


def node_info(node: NodeSpec, boot_id: str) -> dict[str, str]:
    """What the machine says about itself; its ids are made of its name."""
    machine = hashlib.sha256(node.name.encode()).hexdigest()[:32]
    system = f"{machine[:8]}-{machine[8:12]}-{machine[12:16]}-{machine[16:20]}-{machine[20:]}"
    return {
        "machineID": machine,
        "systemUUID": system,
        "bootID": boot_id,
        "kernelVersion": "6.12.48",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "containerRuntimeVersion": runtime_of(node.runtime).full_version,
        "kubeletVersion": KUBELET_VERSION,
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }


def lease_object(node: NodeSpec, now: int, node_uid: str) -> Obj:
    """The heartbeat of a node, as a closed formula: while the holder lives, readers see it renewed every 10 s.

    Real Kubernetes writes each renewal.
    """
    meta: Obj = {"name": node.name, "namespace": LEASE_NAMESPACE, "annotations": {RENEWS: RENEWS_EVERY}}
    if node_uid:
        meta["ownerReferences"] = [{"apiVersion": "v1", "kind": "Node", "name": node.name, "uid": node_uid}]
    spec = {"holderIdentity": node.name, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": micro(now)}
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}
