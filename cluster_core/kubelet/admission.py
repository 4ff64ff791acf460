"""Whether a node takes a pod that was bound to it: resources and host ports. Upstream: `pkg/kubelet/lifecycle/predicate.go`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj

RESOURCES = ("cpu", "memory", "ephemeral-storage")
PORTS_TEXT = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a pod takes of its node: requests in milli-CPU and bytes, and (protocol, port) on the node's address."""

    requests: dict[str, int]
    host_ports: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a pod is not taken: reason and message of its status."""

    reason: str
    message: str


def claim_of(pod: Obj) -> Claim:
    """Read a pod's claim: containers and sidecars add up, the largest init container counts if it is more."""
    spec = pod["spec"]
    inits = spec.get("initContainers") or ()
    steady = [*spec["containers"], *(item for item in inits if item.get("restartPolicy") == "Always")]
    requests: dict[str, int] = {}
    for name in RESOURCES:
        total = sum(_request(container, name) for container in steady)
        requests[name] = max(
            [total, *(_request(item, name) for item in inits if item.get("restartPolicy") != "Always")]
        )
    ports = tuple(
        (port.get("protocol", "TCP"), int(port["hostPort"]))
        for container in steady
        for port in container.get("ports") or ()
        if port.get("hostPort")
    )
    return Claim(requests, ports)


def refusal(claim: Claim, others: Iterable[Claim], allocatable: dict[str, str]) -> Refusal | None:
    """Why the node refuses a claim beside those of its other pods; None if it takes it."""
    others = list(others)
    capacity_pods = int(allocatable.get("pods", "110"))
    if len(others) + 1 > capacity_pods:
        return _out_of("pods", 1, len(others), capacity_pods)
    taken = {port for other in others for port in other.host_ports}
    if any(port in taken for port in claim.host_ports):
        return Refusal("NodePorts", PORTS_TEXT)
    for name in RESOURCES:
        wanted = claim.requests[name]
        used = sum(other.requests[name] for other in others)
        capacity = _amount(name, allocatable.get(name, "0"))
        if wanted and wanted + used > capacity:
            return _out_of(name, wanted, used, capacity)
    return None


def _out_of(name: str, wanted: int, used: int, capacity: int) -> Refusal:
    text = f"Node didn't have enough resource: {name}, requested: {wanted}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", text)


def _request(container: Obj, name: str) -> int:
    resources = container.get("resources") or {}
    text = (resources.get("requests") or resources.get("limits") or {}).get(name)
    return 0 if text is None else _amount(name, text)


def _amount(name: str, text: str) -> int:
    return int(parse_cpu(text)) if name == "cpu" else int(parse_bytes(text))
