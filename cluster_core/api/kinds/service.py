"""Service, Endpoints, EndpointSlice."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


class Service(Kind):
    """A stable address in front of pods."""

    kind, plural, short_names, categories = "Service", "services", ("svc",), ("all",)

    def defaults(self, obj: Obj) -> Obj:
        """ClusterIP, no affinity, target port = port."""
        spec = obj.get("spec")
        if not isinstance(spec, dict):
            return obj
        filled = {
            "type": "ClusterIP",
            "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster",
            "ipFamilyPolicy": "SingleStack",
            "ipFamilies": ["IPv4"],
            **{name: value for name, value in spec.items() if value is not None},
        }
        if filled["type"] in ("NodePort", "LoadBalancer"):
            filled = {"externalTrafficPolicy": "Cluster", **filled}
        if filled["type"] == "LoadBalancer":
            filled = {"allocateLoadBalancerNodePorts": True, **filled}
        if isinstance(filled.get("ports"), list):
            filled["ports"] = [_default_port(port) for port in filled["ports"]]
        return {**obj, "spec": filled}

    def validate(self, obj: Obj) -> list[Cause]:
        """Type and ports."""
        spec = obj.get("spec")
        if not isinstance(spec, dict):
            return [Cause("spec", "Required")]
        causes = []
        if spec.get("type") not in TYPES:
            causes.append(Cause("spec.type", "NotSupported", supported(*TYPES), spec.get("type")))
        ports = spec.get("ports") or []
        headless = spec.get("clusterIP") == "None" or spec.get("type") == "ExternalName"
        if not ports and not headless:
            causes.append(Cause("spec.ports", "Required"))
        if not isinstance(ports, list):
            return [*causes, Cause("spec.ports", "Invalid", "must be a list", ports)]
        for index, port in enumerate(ports):
            causes += _validate_port(port, f"spec.ports[{index}]", len(ports) > 1)
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The cluster IP is fixed."""
        was, now = old["spec"].get("clusterIP"), new["spec"].get("clusterIP")
        if was and now != was and new["spec"].get("type") != "ExternalName":
            return [Cause("spec.clusterIPs[0]", "Invalid", "may not change once set", [now] if now else [])]
        return []

    def prepare_create(self, obj: Obj) -> Obj:
        """Services have no generation."""
        return {**{name: value for name, value in obj.items() if name != "status"}, "status": {"loadBalancer": {}}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """What was allocated stays unless it is given."""
        spec = dict(new["spec"])
        for field in ("clusterIP", "clusterIPs"):
            if field not in spec and field in old["spec"]:
                spec[field] = old["spec"][field]
        given = {(port.get("port"), port.get("protocol")): port for port in old["spec"].get("ports", ())}
        if spec.get("type") in ("NodePort", "LoadBalancer"):
            spec["ports"] = [
                _keep_node_port(port, given.get((port["port"], port["protocol"]))) for port in spec.get("ports", ())
            ]
        return {**new, "spec": spec, "status": old.get("status", {})}


class Endpoints(Kind):
    """The addresses behind a Service, old form."""

    kind, plural, short_names, has_status, has_spec = "Endpoints", "endpoints", ("ep",), False, False


class EndpointSlice(Kind):
    """Up to 100 of the addresses behind a Service."""

    group, kind, plural = "discovery.k8s.io", "EndpointSlice", "endpointslices"
    has_status, has_spec = False, False

    def prepare_create(self, obj: Obj) -> Obj:
        """Slices count generations."""
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}}


def _default_port(port: Any) -> Any:
    if not isinstance(port, dict):
        return port
    result = {"protocol": "TCP", **port}
    if "targetPort" not in result and "port" in result:
        result["targetPort"] = result["port"]
    return result


def _validate_port(port: Any, path: str, named: bool) -> list[Cause]:
    if not isinstance(port, dict) or "port" not in port:
        return [Cause(f"{path}.port", "Required")]
    causes = []
    for field in ("port", "nodePort"):
        value = port.get(field)
        if value is not None and (
            not isinstance(value, int) or not 0 <= value <= 65535 or (field == "port" and not value)
        ):
            causes.append(Cause(f"{path}.{field}", "Invalid", "must be between 1 and 65535, inclusive", value))
    if port.get("protocol") not in ("SCTP", "TCP", "UDP"):
        causes.append(Cause(f"{path}.protocol", "NotSupported", supported("SCTP", "TCP", "UDP"), port.get("protocol")))
    if named and not port.get("name"):
        causes.append(Cause(f"{path}.name", "Required"))
    return causes


def _keep_node_port(port: Obj, known: Obj | None) -> Obj:
    if known is not None and "nodePort" not in port and "nodePort" in known:
        return {**port, "nodePort": known["nodePort"]}
    return port
