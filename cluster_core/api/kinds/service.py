"""Service, Endpoints, EndpointSlice."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.container_validation import PORT_WORDS, validate_target_port
from cluster_core.api.kinds.kind import Kind, named, validate_labels
from cluster_core.api.request import Obj

NODE_PORT_TYPES = ("NodePort", "LoadBalancer")
TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
ADDRESS_WORDS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


class Service(Kind):
    """A stable address in front of pods."""

    kind, plural, short_names, categories = "Service", "services", ("svc",), ("all",)
    field_labels = ("spec.clusterIP", "spec.type")

    def name_rule(self, name: str) -> tuple[str, ...]:
        """A label: it is part of DNS names."""
        return names.dns_1035(name)

    def defaults(self, obj: Obj) -> Obj:
        """ClusterIP, no affinity, target port = port."""
        given = {name: value for name, value in (obj.get("spec") or {}).items() if value is not None}
        spec = {"type": "ClusterIP", "sessionAffinity": "None", **given}
        if spec["type"] != "ExternalName":
            spec = {"internalTrafficPolicy": "Cluster", "ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4"], **spec}
        if spec["type"] in NODE_PORT_TYPES:
            spec = {"externalTrafficPolicy": "Cluster", **spec}
        if spec["type"] == "LoadBalancer":
            spec = {"allocateLoadBalancerNodePorts": True, **spec}
        if spec["sessionAffinity"] == "ClientIP":
            spec = {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}, **spec}
        if spec.get("ports"):
            spec["ports"] = [_default_port(port) for port in spec["ports"]]
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Type, ports, address, affinity."""
        spec = obj["spec"]
        causes = validate_labels(spec.get("selector"), "spec.selector")
        ports, headless = spec.get("ports") or (), spec.get("clusterIP") == "None"
        if spec["type"] not in TYPES:
            causes.append(Cause("spec.type", "NotSupported", supported(*TYPES), spec["type"]))
        if not ports and not headless and spec["type"] != "ExternalName":
            causes.append(Cause("spec.ports", "Required"))
        if spec["type"] == "ExternalName":
            external = spec.get("externalName", "").rstrip(".")
            required = [Cause("spec.externalName", "Required")]
            causes += named(external, names.subdomain, "spec.externalName") if external else required
        if spec["sessionAffinity"] not in ("ClientIP", "None"):
            words = supported("ClientIP", "None")
            causes.append(Cause("spec.sessionAffinity", "NotSupported", words, spec["sessionAffinity"]))
        if spec.get("clusterIP") and not headless and not _is_address(spec["clusterIP"]):
            causes.append(Cause("spec.clusterIPs[0]", "Invalid", ADDRESS_WORDS, spec["clusterIP"]))
        return causes + _validate_ports(ports, spec["type"])

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The cluster IP is fixed."""
        was, now = old["spec"].get("clusterIP"), new["spec"].get("clusterIP")
        if (
            was
            and now != was
            and new["spec"].get("type") != "ExternalName"
            and old["spec"].get("type") != "ExternalName"
        ):
            return [Cause("spec.clusterIPs[0]", "Invalid", "may not change once set", [now] if now else [])]
        return []

    def prepare_create(self, obj: Obj) -> Obj:
        """Services have no generation."""
        return {**{name: value for name, value in obj.items() if name != "status"}, "status": {"loadBalancer": {}}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """What was allocated stays unless it is given; what belonged to another type goes with it."""
        spec = _without_fields_of_other_types(new["spec"], old["spec"])
        if spec["type"] != "ExternalName":
            for field in ("clusterIP", "clusterIPs"):
                if not spec.get(field) and field in old["spec"]:
                    spec[field] = old["spec"][field]
        given = {(port.get("port"), port.get("protocol")): port for port in old["spec"].get("ports", ())}
        if spec["type"] in NODE_PORT_TYPES and spec.get("ports"):
            spec["ports"] = [
                _keep_node_port(port, given.get((port.get("port"), port["protocol"]))) for port in spec["ports"]
            ]
        return {**new, "spec": spec, "status": old.get("status", {})}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Address and type too."""
        spec = obj["spec"]
        found = {"spec.clusterIP": spec.get("clusterIP", ""), "spec.type": spec.get("type", "")}
        return {**super().selectable_fields(obj), **found}


class Endpoints(Kind):
    """The addresses behind a Service, old form."""

    kind, plural, short_names, has_status, has_spec = "Endpoints", "endpoints", ("ep",), False, False

    def validate(self, obj: Obj) -> list[Cause]:
        """Addresses of subsets."""
        return [
            Cause(f"subsets[{index}].{field}[{place}].ip", "Invalid", ADDRESS_WORDS, address.get("ip", ""))
            for index, subset in enumerate(obj.get("subsets") or ())
            for field in ("addresses", "notReadyAddresses")
            for place, address in enumerate(subset.get(field) or ())
            if not _is_address(address.get("ip", ""))
        ]


class EndpointSlice(Kind):
    """Up to 100 of the addresses behind a Service."""

    group, kind, plural = "discovery.k8s.io", "EndpointSlice", "endpointslices"
    has_status, has_spec = False, False

    def validate(self, obj: Obj) -> list[Cause]:
        """The type of the addresses, and that each endpoint has some."""
        kind = obj.get("addressType")
        causes = (
            [] if kind in ADDRESS_TYPES else [Cause("addressType", "NotSupported", supported(*ADDRESS_TYPES), kind)]
        )
        return causes + [
            Cause(f"endpoints[{index}].addresses", "Required", "must contain at least 1 address")
            for index, endpoint in enumerate(obj.get("endpoints") or ())
            if not endpoint.get("addresses")
        ]

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The address type is fixed."""
        if new.get("addressType") != old.get("addressType"):
            return [Cause("addressType", "Invalid", "field is immutable", new.get("addressType"))]
        return []

    def prepare_create(self, obj: Obj) -> Obj:
        """Slices count generations."""
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """Other endpoints or ports are a new generation."""
        if new.get("endpoints") == old.get("endpoints") and new.get("ports") == old.get("ports"):
            return new
        return {**new, "metadata": {**new["metadata"], "generation": old["metadata"].get("generation", 1) + 1}}


def _default_port(port: Obj) -> Obj:
    result = {"protocol": "TCP", **port}
    if not result.get("targetPort") and "port" in result:
        result["targetPort"] = result["port"]
    return result


def _validate_ports(ports: Any, kind: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[Any] = []
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        causes += _validate_port(port, path, len(ports) > 1, kind)
        for identity, place, shown in (
            (port.get("name") or None, f"{path}.name", port.get("name")),
            ((port.get("port"), port["protocol"]), path, {"port": port.get("port"), "protocol": port["protocol"]}),
        ):
            if identity is not None and identity in seen:
                causes.append(Cause(place, "Duplicate", "", shown))
            seen.append(identity)
    return causes


def _validate_port(port: Obj, path: str, must_be_named: bool, kind: str) -> list[Cause]:
    causes: list[Cause] = []
    name = port.get("name", "")
    if name:
        causes += named(name, names.label, f"{path}.name")
    elif must_be_named:
        causes.append(Cause(f"{path}.name", "Required"))
    if not 1 <= port.get("port", 0) <= 65535:
        causes.append(Cause(f"{path}.port", "Invalid", PORT_WORDS, port.get("port", 0)))
    if port["protocol"] not in ("SCTP", "TCP", "UDP"):
        causes.append(Cause(f"{path}.protocol", "NotSupported", supported("SCTP", "TCP", "UDP"), port["protocol"]))
    causes += validate_target_port(port.get("targetPort", 0), f"{path}.targetPort")
    if port.get("nodePort") and kind in ("ClusterIP", "ExternalName"):
        words = f"may not be used when `type` is '{kind}'"
        causes.append(Cause(f"{path}.nodePort", "Forbidden", words))
    return causes


def _without_fields_of_other_types(new: Obj, old: Obj) -> Obj:
    """A copy of the spec without what only the old type had, as far as the client left it as it was."""
    dropped: list[str] = []
    if new["type"] not in NODE_PORT_TYPES:
        dropped += ["externalTrafficPolicy", "allocateLoadBalancerNodePorts", "healthCheckNodePort"]
    if new["type"] == "ExternalName":
        dropped += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]
    if new["sessionAffinity"] == "None":
        dropped.append("sessionAffinityConfig")
    spec = {name: value for name, value in new.items() if name not in dropped or value != old.get(name)}
    if new["type"] not in NODE_PORT_TYPES and new.get("ports"):
        known = [port.get("nodePort") for port in old.get("ports", ())]
        spec["ports"] = [
            {name: value for name, value in port.items() if name != "nodePort" or value not in known}
            for port in new["ports"]
        ]
    return spec


def _keep_node_port(port: Obj, known: Obj | None) -> Obj:
    if known is not None and not port.get("nodePort") and "nodePort" in known:
        return {**port, "nodePort": known["nodePort"]}
    return port


@lru_cache(maxsize=65_536)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
