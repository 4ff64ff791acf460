"""Endpoints and EndpointSlice. Upstream: `validateEndpointSubsets` of `pkg/apis/core/validation`, `pkg/apis/discovery/validation`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import IMMUTABLE, between, must_choose, named, too_many
from cluster_core.api.kinds.container_validation import PROTOCOLS
from cluster_core.api.kinds.kind import Kind, validate_labels
from cluster_core.api.request import Obj

ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
ENDPOINTS_MAX = 1000
ADDRESSES_MAX = 100
SLICE_PORTS_MAX = 20_000
TOPOLOGY_LABELS_MAX = 16
ZONE_HINTS_MAX = NODE_HINTS_MAX = 8
LACKING = "must specify `addresses` or `notReadyAddresses`"
DOMAIN_WORDS = "should be a domain with at least two segments separated by dots"


class Endpoints(Kind):
    """The addresses behind a Service, old form."""

    kind, plural, short_names, has_status, has_spec = "Endpoints", "endpoints", ("ep",), False, False
    # Addresses, names of nodes and ports are those of pods and Services.
    trusted = ("spec",)

    def defaults(self, obj: Obj) -> Obj:
        """Ports speak TCP."""
        subsets = obj.get("subsets")
        if not subsets or all(port.get("protocol") for subset in subsets for port in subset.get("ports") or ()):
            return obj
        return {**obj, "subsets": [_with_protocols(subset) for subset in subsets]}

    def validate(self, obj: Obj) -> list[Cause]:
        """Subsets: their addresses and ports."""
        causes: list[Cause] = []
        for index, subset in enumerate(obj.get("subsets") or ()):
            causes += _validate_subset(subset, f"subsets[{index}]")
        return causes


def _with_protocols(subset: Obj) -> Obj:
    if not subset.get("ports"):
        return subset
    return {
        **subset,
        "ports": [port if port.get("protocol") else {**port, "protocol": "TCP"} for port in subset["ports"]],
    }


def _validate_subset(subset: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if not subset.get("addresses") and not subset.get("notReadyAddresses"):
        causes.append(Cause(path, "Required", LACKING))
    for field in ("addresses", "notReadyAddresses"):
        for place, address in enumerate(subset.get(field) or ()):
            text = address.get("ip") or ""
            if not addresses.is_usual(text):
                here = f"{path}.{field}[{place}].ip"
                causes += addresses.ip(text, here) + addresses.not_special(text, here)
            for name, rule in (("hostname", names.label), ("nodeName", names.subdomain)):
                if address.get(name):
                    causes += named(address[name], rule, f"{path}.{field}[{place}].{name}")
    ports = subset.get("ports") or ()
    for place, port in enumerate(ports):
        causes += _validate_port(port, f"{path}.ports[{place}]", len(ports) > 1)
    return causes


def _validate_port(port: Obj, path: str, must_be_named: bool) -> list[Cause]:
    causes: list[Cause] = []
    if port.get("name"):
        causes += named(port["name"], names.label, f"{path}.name")
    elif must_be_named:
        causes.append(Cause(f"{path}.name", "Required"))
    causes += between(port.get("port") or 0, 1, 65535, f"{path}.port")
    causes += must_choose(port.get("protocol"), PROTOCOLS, f"{path}.protocol")
    if port.get("appProtocol") is not None:
        causes += named(port["appProtocol"], names.qualified, f"{path}.appProtocol")
    return causes


class EndpointSlice(Kind):
    """Up to 1000 of the addresses behind a Service; the controller puts 100 in each."""

    group, kind, plural = "discovery.k8s.io", "EndpointSlice", "endpointslices"
    has_status, has_spec = False, False
    trusted = ("spec",)

    def defaults(self, obj: Obj) -> Obj:
        """Ports speak TCP and have a name, empty if need be."""
        ports = obj.get("ports")
        if not ports or all(port.get("protocol") is not None and port.get("name") is not None for port in ports):
            return obj
        return {**obj, "ports": [{**port, **_unset(port)} for port in ports]}

    def validate(self, obj: Obj) -> list[Cause]:
        """The type of the addresses, endpoints, ports."""
        kind = obj.get("addressType") or ""
        causes = must_choose(kind, ADDRESS_TYPES, "addressType")
        endpoints = obj.get("endpoints") or ()
        crowd = too_many(endpoints, ENDPOINTS_MAX, "endpoints")
        for index, endpoint in enumerate(endpoints if not crowd else ()):
            causes += _validate_endpoint(endpoint, kind, f"endpoints[{index}]")
        return causes + crowd + _validate_slice_ports(obj.get("ports") or ())

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The address type is fixed."""
        if new.get("addressType") != old.get("addressType"):
            return [Cause("addressType", "Invalid", IMMUTABLE, new.get("addressType"))]
        return []

    def prepare_create(self, obj: Obj) -> Obj:
        """Slices count generations."""
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """Other endpoints or ports are a new generation."""
        if new.get("endpoints") == old.get("endpoints") and new.get("ports") == old.get("ports"):
            return new
        return {**new, "metadata": {**new["metadata"], "generation": old["metadata"].get("generation", 1) + 1}}


def _unset(port: Obj) -> Obj:
    return {name: value for name, value in (("name", ""), ("protocol", "TCP")) if port.get(name) is None}


def _validate_endpoint(endpoint: Obj, kind: str, path: str) -> list[Cause]:
    given, here = endpoint.get("addresses") or (), f"{path}.addresses"
    causes = [] if given else [Cause(here, "Required", "must contain at least 1 address")]
    causes += too_many(given, ADDRESSES_MAX, here)
    for index, address in enumerate(given):
        causes += _validate_address(address, kind, f"{here}[{index}]")
    if endpoint.get("hostname") is not None:
        causes += named(endpoint["hostname"], names.label, f"{path}.hostname")
    if endpoint.get("nodeName") is not None:
        causes += named(endpoint["nodeName"], names.subdomain, f"{path}.nodeName")
    topology = endpoint.get("deprecatedTopology")
    if topology:
        causes += too_many(topology, TOPOLOGY_LABELS_MAX, f"{path}.deprecatedTopology")
        causes += validate_labels(topology, f"{path}.deprecatedTopology")
    if endpoint.get("hints") is not None:
        causes += _validate_hints(endpoint["hints"], f"{path}.hints")
    return causes


def _validate_address(address: str, kind: str, path: str) -> list[Cause]:
    if kind == "FQDN":
        if not address:
            return [Cause(path, "Required")]
        plain = address.removesuffix(".")
        wrong = named(plain, names.subdomain, path)
        wrong = [Cause(path, "Invalid", cause.detail, address) for cause in wrong]
        return wrong or ([] if "." in plain else [Cause(path, "Invalid", DOMAIN_WORDS, address)])
    if kind not in ("IPv4", "IPv6"):
        return []
    found = addresses.parse_ip(address)
    if found is None:
        return addresses.ip(address, path) + addresses.not_special(address, path)
    if f"IPv{found.version}" != kind:
        return [Cause(path, "Invalid", f"must be a valid {kind} address", address)]
    return addresses.not_special(address, path)


def _validate_hints(hints: Obj, path: str) -> list[Cause]:
    """Zones and nodes that an endpoint is meant for."""
    causes: list[Cause] = []
    for field, most, rule in (
        ("forZones", ZONE_HINTS_MAX, names.label_value),
        ("forNodes", NODE_HINTS_MAX, names.subdomain),
    ):
        given, here = hints.get(field) or (), f"{path}.{field}"
        if len(given) > most:
            causes += too_many(given, most, here)
            continue
        seen: list[str] = []
        for index, hint in enumerate(given):
            name, place = hint.get("name") or "", f"{here}[{index}].name"
            if name in seen:
                causes.append(Cause(place, "Duplicate", "", name))
            seen.append(name)
            causes += named(name, rule, place)
    return causes


def _validate_slice_ports(ports: Any) -> list[Cause]:
    causes = too_many(ports, SLICE_PORTS_MAX, "ports")
    seen: list[str] = []
    for index, port in enumerate(ports if not causes else ()):
        path, name = f"ports[{index}]", port.get("name") or ""
        if name:
            causes += named(name, names.label, f"{path}.name")
        if name in seen:
            causes.append(Cause(f"{path}.name", "Duplicate", "", name))
        seen.append(name)
        if port.get("protocol") not in PROTOCOLS:
            causes.append(Cause(f"{path}.protocol", "NotSupported", supported(*PROTOCOLS), port.get("protocol")))
        if port.get("appProtocol") is not None:
            causes += named(port["appProtocol"], names.qualified, f"{path}.appProtocol")
    return causes
