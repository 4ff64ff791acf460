"""The rows of Services, Endpoints, EndpointSlices, Ingresses, NetworkPolicies, addresses. Upstream: printers.go."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import (
    LISTED_MAX,
    NONE,
    UNSET,
    age,
    host_port,
    labels,
    listed,
    load_balancer,
    name,
    selector,
    spec,
)
from cluster_core.apiserver.tables.printer import Cell, Column, Printer, named, wide


def _service(obj: Obj, now: int) -> list[Cell]:
    found = spec(obj)
    return [
        name(obj),
        found.get("type", ""),
        (found.get("clusterIPs") or [NONE])[0],
        _external_address(obj),
        ",".join(map(_service_port, found.get("ports") or ())) or NONE,
        age(obj, now),
        labels(found.get("selector")),
    ]


def _external_address(obj: Obj) -> str:
    kind, given = spec(obj).get("type"), spec(obj).get("externalIPs") or []
    if kind in ("ClusterIP", "NodePort"):
        return ",".join(given) or NONE
    if kind == "LoadBalancer":
        return ",".join(filter(None, [load_balancer(obj), *given])) or "<pending>"
    return str(spec(obj).get("externalName", "")) if kind == "ExternalName" else "<unknown>"


def _service_port(port: Obj) -> str:
    own = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port', 0)}{own}/{port.get('protocol', '')}"


def _endpoints(obj: Obj, now: int) -> list[Cell]:
    subsets = obj.get("subsets") or ()
    found = [text for subset in subsets for text in _subset(subset)]
    return [name(obj), listed(found) if subsets else NONE, age(obj, now)]


def _subset(subset: Obj) -> list[str]:
    """A headless Service may have no ports: then the addresses alone."""
    addresses = [each.get("ip", "") for each in subset.get("addresses") or ()]
    ports = [port.get("port", 0) for port in subset.get("ports") or ()]
    return [host_port(address, port) for port in ports for address in addresses] if ports else addresses


def _endpoint_slice(obj: Obj, now: int) -> list[Cell]:
    ports = [str(port.get("port", port.get("name", "*"))) for port in obj.get("ports") or ()]
    addresses = [text for each in obj.get("endpoints") or () for text in each.get("addresses") or ()]
    kind = obj.get("addressType", "")
    return [name(obj), kind, listed(ports) or UNSET, listed(addresses) or UNSET, age(obj, now)]


def _ingress(obj: Obj, now: int) -> list[Cell]:
    return [
        name(obj),
        spec(obj).get("ingressClassName") or NONE,
        _hosts(spec(obj).get("rules") or []),
        load_balancer(obj),
        "80, 443" if spec(obj).get("tls") else "80",
        age(obj, now),
    ]


def _hosts(rules: list[Obj]) -> str:
    """Rules without a host are not named, but they count among those that are left out after the third."""
    places = [index for index, rule in enumerate(rules) if rule.get("host")]
    if not places:
        return "*"
    shown = [rules[index]["host"] for index in places[:LISTED_MAX]]
    cut = len(shown) == LISTED_MAX and places[LISTED_MAX - 1] < len(rules) - 1
    return listed(shown, len(rules) if cut else len(shown))


def _ingress_class(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), spec(obj).get("controller", ""), _parameters(spec(obj).get("parameters")), age(obj, now)]


def _parameters(given: Obj | None) -> str:
    if given is None:
        return NONE
    group = f".{given['apiGroup']}" if given.get("apiGroup") is not None else ""
    return f"{given.get('kind', '')}{group}/{given.get('name', '')}"


def _network_policy(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), selector(spec(obj).get("podSelector") or {}), age(obj, now)]


def _service_cidr(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), ",".join(spec(obj).get("cidrs") or ()), age(obj, now)]


def _ip_address(obj: Obj, now: int) -> list[Cell]:
    """Real Kubernetes sends the age too, in a cell without a column, which clients drop."""
    parent = spec(obj).get("parentRef")
    if parent is None:
        return [name(obj), NONE]
    resource = f"{parent.get('resource', '')}.{parent.get('group', '')}".rstrip(".").lower()
    return [name(obj), "/".join(filter(None, [resource, parent.get("namespace", ""), parent.get("name", "")]))]


SERVICE = (
    *named(
        Column("Type", "@core.v1.ServiceSpec.type"),
        Column("Cluster-IP", "@core.v1.ServiceSpec.clusterIP"),
        Column("External-IP", "@core.v1.ServiceSpec.externalIPs"),
        Column("Port(s)", "@core.v1.ServiceSpec.ports"),
    ),
    wide("Selector", "@core.v1.ServiceSpec.selector"),
)

ENDPOINT_SLICE = named(
    Column("AddressType", "@discovery.v1.EndpointSlice.addressType"),
    Column("Ports", "@discovery.v1.EndpointSlice.ports"),
    Column("Endpoints", "@discovery.v1.EndpointSlice.endpoints"),
)

INGRESS = named(
    Column("Class", "The name of the IngressClass resource that should be used for additional configuration"),
    Column("Hosts", "Hosts that incoming requests are matched against before the ingress rule"),
    Column("Address", "Address is a list containing ingress points for the load-balancer"),
    Column("Ports", "Ports of TLS configurations that open"),
)

INGRESS_CLASS = named(
    Column("Controller", "Controller that is responsible for handling this class"),
    Column("Parameters", "A reference to a resource with additional parameters"),
)

PRINTERS = {
    "services": Printer(SERVICE, _service),
    "endpoints": Printer(named(Column("Endpoints", "@core.v1.Endpoints.subsets")), _endpoints),
    "endpointslices.discovery.k8s.io": Printer(ENDPOINT_SLICE, _endpoint_slice),
    "ingresses.networking.k8s.io": Printer(INGRESS, _ingress),
    "ingressclasses.networking.k8s.io": Printer(INGRESS_CLASS, _ingress_class),
    "networkpolicies.networking.k8s.io": Printer(
        named(Column("Pod-Selector", "@networking.v1.NetworkPolicySpec.podSelector")), _network_policy
    ),
    "servicecidrs.networking.k8s.io": Printer(
        named(Column("CIDRs", "@networking.v1.ServiceCIDRSpec.cidrs")), _service_cidr
    ),
    "ipaddresses.networking.k8s.io": Printer(
        named(Column("ParentRef", "@networking.v1.IPAddressSpec.parentRef"), age=False), _ip_address
    ),
}
