"""What the type of a Service brings along: who needs an address, node ports, a health check. Upstream: `pkg/api/service`, `pkg/registry/core/service`."""

from __future__ import annotations

from cluster_core.api.request import Obj

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
NODE_PORT_TYPES = ("NodePort", "LoadBalancer")


def needs_address(spec: Obj) -> bool:
    """Whether it has a cluster IP, or "None"."""
    return bool(spec.get("type") != "ExternalName")


def is_headless(spec: Obj) -> bool:
    """Whether clients are to talk to the pods themselves."""
    return bool(spec.get("clusterIPs") == ["None"])


def needs_node_ports(spec: Obj) -> bool:
    """Whether the server gives its ports node ports."""
    if spec.get("type") == "LoadBalancer":
        return spec.get("allocateLoadBalancerNodePorts") is not False
    return bool(spec.get("type") == "NodePort")


def is_externally_accessible(spec: Obj) -> bool:
    """Whether traffic from outside reaches it, so that there is a policy about that."""
    return spec.get("type") in NODE_PORT_TYPES or (spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs")))


def needs_health_check(spec: Obj) -> bool:
    """Whether load balancers ask nodes for local endpoints."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def without_fields_of_other_types(new: Obj, old: Obj) -> Obj:
    """A copy of the spec without what only the old type had, as far as the client left it as it was."""
    dropped: list[str] = []
    for need, fields in (
        (
            needs_address,
            ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"),
        ),
        (is_externally_accessible, ("externalTrafficPolicy",)),
        (needs_health_check, ("healthCheckNodePort",)),
        (_is_load_balancer, ("allocateLoadBalancerNodePorts", "loadBalancerClass")),
        (_is_external_name, ("externalName",)),
    ):
        if need(old) and not need(new):
            dropped += fields
    spec = {name: value for name, value in new.items() if name not in dropped or value != old.get(name)}
    if needs_node_ports(old) and not needs_node_ports(new) and _node_ports(new) == _node_ports(old):
        spec["ports"] = [{name: value for name, value in port.items() if name != "nodePort"} for port in _ports(new)]
    return {name: value for name, value in spec.items() if name != "ports" or value}


def with_allocated(new: Obj, old: Obj) -> Obj:
    """The spec with what the server allotted to the old one, where the client does not say otherwise: addresses, node ports by name."""
    spec = dict(new)
    if needs_address(new) and needs_address(old):
        if not spec.get("clusterIP") and old.get("clusterIP"):
            spec["clusterIP"] = old["clusterIP"]
        if not spec.get("clusterIPs") and spec.get("clusterIP") == old.get("clusterIP") and old.get("clusterIPs"):
            spec["clusterIPs"] = old["clusterIPs"]
    if needs_node_ports(new) and needs_node_ports(old) and new.get("ports"):
        spec["ports"] = _with_known_node_ports(new, old)
    if needs_health_check(new) and needs_health_check(old) and not new.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = old.get("healthCheckNodePort", 0)
    return spec


def _with_known_node_ports(new: Obj, old: Obj) -> list[Obj]:
    """A port keeps the node port of the old one of its name, unless another port has it now."""
    kept = [number for number in _node_ports(old) if number and number in _node_ports(new)]
    by_name = {port.get("name", ""): port["nodePort"] for port in _ports(old) if port.get("nodePort")}
    ports: list[Obj] = []
    for port in _ports(new):
        known = by_name.get(port.get("name", ""))
        if not port.get("nodePort") and known is not None and known not in kept:
            port = {**port, "nodePort": known}
            kept.append(known)
        ports.append(port)
    return ports


def _is_load_balancer(spec: Obj) -> bool:
    return bool(spec.get("type") == "LoadBalancer")


def _is_external_name(spec: Obj) -> bool:
    return not needs_address(spec)


def _ports(spec: Obj) -> list[Obj]:
    return spec.get("ports") or []


def _node_ports(spec: Obj) -> list[int]:
    return [port.get("nodePort") or 0 for port in _ports(spec)]
