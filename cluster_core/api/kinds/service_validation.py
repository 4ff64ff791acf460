"""Validation of Services: ports, affinity, policies of traffic, load balancers. Upstream: `ValidateService` of `pkg/apis/core/validation`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import between, choice, must_choose, named
from cluster_core.api.kinds.container_validation import PORT_WORDS, PROTOCOLS, validate_target_port
from cluster_core.api.kinds.kind import validate_labels
from cluster_core.api.kinds.service_type import (
    TYPES,
    is_externally_accessible,
    is_headless,
    needs_address,
    needs_health_check,
)
from cluster_core.api.request import Obj

TRAFFIC = ("Cluster", "Local")
AFFINITIES = ("ClientIP", "None")
DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
AFFINITY_SECONDS_MAX = 86_400
RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
HINTS = "service.kubernetes.io/topology-aware-hints"
MODE = "service.kubernetes.io/topology-mode"
ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"


def validate_service_spec(spec: Obj, annotations: dict[str, str]) -> list[Cause]:
    """Everything that is wrong with a defaulted Service beyond its addresses."""
    ports, kind = spec.get("ports") or (), spec["type"]
    causes = _validate_modes(annotations)
    if not ports and not is_headless(spec) and kind != "ExternalName":
        causes.append(Cause("spec.ports", "Required"))
    causes += _validate_type(spec)
    causes += _validate_ports(ports, kind)
    if spec.get("selector"):
        causes += validate_labels(spec["selector"], "spec.selector")
    causes += _validate_affinity(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        here = f"spec.externalIPs[{index}]"
        causes += addresses.ip(address, here) or addresses.not_special(address, here)
    causes += _validate_balancer(spec, annotations)
    return causes + _validate_traffic(spec)


def _validate_modes(annotations: dict[str, str]) -> list[Cause]:
    if MODE not in annotations or HINTS not in annotations or annotations[MODE] == annotations[HINTS]:
        return []
    words = f"must match annotations[{HINTS}] when both are specified"
    return [Cause(f"metadata.annotations[{MODE}]", "Invalid", words, annotations[MODE])]


def _validate_type(spec: Obj) -> list[Cause]:
    kind, causes = spec["type"], list[Cause]()
    if kind not in TYPES:
        causes.append(Cause("spec.type", "NotSupported", supported(*TYPES), kind))
    if is_headless(spec) and kind in ("LoadBalancer", "NodePort"):
        words = f"may not be set to 'None' for {kind} services"
        causes.append(Cause("spec.clusterIPs[0]", "Invalid", words, "None"))
    if needs_address(spec):
        return causes
    causes += [
        Cause(f"spec.{field}", "Forbidden", "may not be set for ExternalName services")
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(field)
    ]
    external = spec.get("externalName", "").removesuffix(".")
    required = [Cause("spec.externalName", "Required")]
    return causes + (named(external, names.subdomain, "spec.externalName") if external else required)


def _validate_ports(ports: Any, kind: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[str] = []
    for index, port in enumerate(ports):
        path, name = f"spec.ports[{index}]", port.get("name", "")
        causes += _validate_port(port, path, len(ports) > 1)
        if name and name in seen:
            causes.append(Cause(f"{path}.name", "Duplicate", "", name))
        seen.append(name)
        if port.get("nodePort") and kind == "ClusterIP":
            causes.append(Cause(f"{path}.nodePort", "Forbidden", "may not be used when `type` is 'ClusterIP'"))
    return causes + _twice(ports, "nodePort") + _twice(ports, "port")


def _twice(ports: Any, field: str) -> list[Cause]:
    """Numbers that two ports of one protocol have."""
    causes: list[Cause] = []
    seen: list[tuple[int, str]] = []
    for index, port in enumerate(ports):
        number, path = port.get(field, 0), f"spec.ports[{index}]"
        if (number, port["protocol"]) in seen and field == "port":
            shown = {"port": number, "protocol": port["protocol"]}
            causes.append(Cause(path, "Duplicate", "", shown))
        elif number and (number, port["protocol"]) in seen:
            causes.append(Cause(f"{path}.nodePort", "Duplicate", "", number))
        seen.append((number, port["protocol"]))
    return causes


def _validate_port(port: Obj, path: str, must_be_named: bool) -> list[Cause]:
    causes: list[Cause] = []
    name = port.get("name", "")
    if name:
        causes += named(name, names.label, f"{path}.name")
    elif must_be_named:
        causes.append(Cause(f"{path}.name", "Required"))
    if not 1 <= port.get("port", 0) <= 65535:
        causes.append(Cause(f"{path}.port", "Invalid", PORT_WORDS, port.get("port", 0)))
    causes += must_choose(port["protocol"], PROTOCOLS, f"{path}.protocol")
    causes += validate_target_port(port.get("targetPort", 0), f"{path}.targetPort")
    if port.get("appProtocol") is not None:
        causes += named(port["appProtocol"], names.qualified, f"{path}.appProtocol")
    return causes


def _validate_affinity(spec: Obj) -> list[Cause]:
    kind, config = spec["sessionAffinity"], spec.get("sessionAffinityConfig")
    causes = must_choose(kind, AFFINITIES, "spec.sessionAffinity")
    path, words = "spec.sessionAffinityConfig", f"when session affinity type is {kind}"
    if kind == "None" and config is not None:
        causes.append(Cause(path, "Forbidden", "must not be set when session affinity is None"))
    if kind != "ClientIP":
        return causes
    for name in ("clientIP", "timeoutSeconds"):
        if config is None:
            return [*causes, Cause(path, "Required", words)]
        path, config = f"{path}.{name}", config.get(name)
    if config is None:
        return [*causes, Cause(path, "Required", words)]
    if not 0 < config <= AFFINITY_SECONDS_MAX:
        words = f"must be greater than 0 and less than {AFFINITY_SECONDS_MAX}"
        causes.append(Cause(path, "Invalid", words, config))
    return causes


def _validate_balancer(spec: Obj, annotations: dict[str, str]) -> list[Cause]:
    """What only a load balancer has."""
    causes: list[Cause] = []
    balanced = spec["type"] == "LoadBalancer"
    ranges, path = spec.get("loadBalancerSourceRanges") or [], "spec.LoadBalancerSourceRanges"
    annotated = annotations.get(RANGES) if not ranges else None
    if annotated is not None:
        path = f"metadata.annotations[{RANGES}]"
    if (ranges or annotated is not None) and not balanced:
        causes.append(Cause(path, "Forbidden", ONLY_LOAD_BALANCER))
    for index, value in enumerate(ranges):
        causes += addresses.cidr(value.strip(), f"{path}[{index}]")
    for value in annotated.split(",") if annotated and annotated.strip() else ():
        causes += addresses.cidr(value.strip(), path)
    for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
        if spec.get(field) is not None and not balanced:
            causes.append(Cause(f"spec.{field}", "Forbidden", ONLY_LOAD_BALANCER))
    if balanced and spec.get("loadBalancerClass") is not None:
        causes += named(spec["loadBalancerClass"], names.qualified, "spec.loadBalancerClass")
    return causes


def _validate_traffic(spec: Obj) -> list[Cause]:
    causes: list[Cause] = []
    external, path = spec.get("externalTrafficPolicy") or "", "spec.externalTrafficPolicy"
    if is_externally_accessible(spec):
        causes += must_choose(external, TRAFFIC, path)
    elif external:
        causes.append(Cause(path, "Invalid", "may only be set for externally-accessible services", external))
    number, path = spec.get("healthCheckNodePort") or 0, "spec.healthCheckNodePort"
    if number and not needs_health_check(spec):
        words = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        causes.append(Cause(path, "Invalid", words, number))
    elif number:
        causes += between(number, 1, 65535, path)
    causes += choice(spec.get("internalTrafficPolicy"), TRAFFIC, "spec.internalTrafficPolicy")
    return causes + choice(spec.get("trafficDistribution"), DISTRIBUTIONS, "spec.trafficDistribution")


def validate_service_update(new: Obj, old: Obj) -> list[Cause]:
    """What of a spec may not change beyond addresses: the class of a load balancer, the port of its health check."""
    causes: list[Cause] = []
    known = new.get("loadBalancerClass")
    if new["type"] == old["type"] == "LoadBalancer" and known != old.get("loadBalancerClass"):
        causes.append(Cause("spec.loadBalancerClass", "Invalid", "may not change once set", known))
    if needs_health_check(new) and needs_health_check(old):
        if new.get("healthCheckNodePort", 0) != old.get("healthCheckNodePort", 0):
            causes.append(Cause("spec.healthCheckNodePort", "Forbidden", "field is immutable"))
    return causes


def validate_balancer_status(status: Obj, spec: Obj) -> list[Cause]:
    """Where a load balancer answers. Upstream: `ValidateLoadBalancerStatus`."""
    path, causes = "status.loadBalancer.ingress", list[Cause]()
    places = (status.get("loadBalancer") or {}).get("ingress") or ()
    if places and spec["type"] != "LoadBalancer":
        return [Cause(path, "Forbidden", "may only be used when `spec.type` is 'LoadBalancer'")]
    for index, place in enumerate(places):
        here, address, mode = f"{path}[{index}]", place.get("ip") or "", place.get("ipMode")
        if address:
            causes += addresses.ip(address, f"{here}.ip")
        if address and mode is None:
            causes.append(Cause(f"{here}.ipMode", "Required", "must be specified when `ip` is set"))
        elif mode is not None and not address:
            causes.append(Cause(f"{here}.ipMode", "Forbidden", "may not be specified when `ip` is not set"))
        else:
            causes += choice(mode, ("Proxy", "VIP"), f"{here}.ipMode")
        host = place.get("hostname") or ""
        if host:
            causes += named(host, names.subdomain, f"{here}.hostname")
        if host and addresses.parse_ip(host) is not None:
            causes.append(Cause(f"{here}.hostname", "Invalid", "must be a DNS name, not an IP address", host))
    return causes
