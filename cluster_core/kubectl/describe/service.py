"""Services, their endpoints, Ingresses and network policies, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, flag, pairs

SHOWN_MAX = 3


def describe_service(page: Page, service: Obj, slices: list[Obj]) -> None:
    """A Service and where its packets go."""
    spec = service["spec"]
    page.name(service)
    page.marks(service)
    page.write(0, f"Selector:\t{pairs(spec.get('selector'))}")
    page.write(0, f"Type:\t{spec.get('type', '')}")
    if spec.get("ipFamilyPolicy"):
        page.write(0, f"IP Family Policy:\t{spec['ipFamilyPolicy']}")
    page.write(0, f"IP Families:\t{','.join(spec.get('ipFamilies') or ()) or '<none>'}")
    page.write(0, f"IP:\t{spec.get('clusterIP', '')}")
    page.write(0, f"IPs:\t{','.join(spec.get('clusterIPs') or ()) or '<none>'}")
    for name, words in (
        ("externalIPs", "External IPs"),
        ("loadBalancerIP", "Desired LoadBalancer IP"),
        ("externalName", "External Name"),
    ):
        if spec.get(name):
            page.write(0, f"{words}:\t{','.join(spec[name]) if isinstance(spec[name], list) else spec[name]}")
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if ingress:
        page.write(
            0, f"LoadBalancer Ingress:\t{', '.join(one.get('ip') or one.get('hostname', '') for one in ingress)}"
        )
    for port in spec.get("ports") or ():
        _port(page, port, slices)
    page.write(0, f"Session Affinity:\t{spec.get('sessionAffinity', '')}")
    for name, words in (
        ("externalTrafficPolicy", "External Traffic Policy"),
        ("internalTrafficPolicy", "Internal Traffic Policy"),
        ("healthCheckNodePort", "HealthCheck NodePort"),
    ):
        if spec.get(name):
            page.write(0, f"{words}:\t{spec[name]}")


def _port(page: Page, port: Obj, slices: list[Obj]) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
    page.write(0, f"Port:\t{name}\t{port['port']}/{protocol}")
    page.write(0, f"TargetPort:\t{port.get('targetPort', port['port'])}/{protocol}")
    if port.get("appProtocol"):
        page.write(0, f"AppProtocol:\t{port['appProtocol']}")
    if port.get("nodePort"):
        page.write(0, f"NodePort:\t{name}\t{port['nodePort']}/{protocol}")
    page.write(0, f"Endpoints:\t{endpoints(slices, port.get('name', ''))}")


def endpoints(slices: list[Obj], name: str) -> str:
    """The ready addresses behind a port, at most three by themselves."""
    found = [
        f"{address}:{port['port']}"
        for one in slices
        for port in one.get("ports") or ()
        if (port.get("name") or "") == name
        for endpoint in one.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready", True)
        for address in endpoint.get("addresses", ())
    ]
    more = f" + {len(found) - SHOWN_MAX} more..." if len(found) > SHOWN_MAX else ""
    return ",".join(found[:SHOWN_MAX]) + more


def describe_endpoints(page: Page, obj: Obj) -> None:
    """The older form of a Service's endpoints."""
    page.name(obj)
    page.marks(obj)
    page.write(0, "Subsets:")
    for subset in obj.get("subsets") or ():
        for field, words in (("addresses", "Addresses"), ("notReadyAddresses", "NotReadyAddresses")):
            page.write(1, f"{words}:\t{','.join(one['ip'] for one in subset.get(field) or ()) or '<none>'}")
        if subset.get("ports"):
            page.write(1, "Ports:")
            page.write(2, "Name\tPort\tProtocol")
            page.write(2, "----\t----\t--------")
            for port in subset["ports"]:
                page.write(2, f"{port.get('name') or '<unset>'}\t{port['port']}\t{port.get('protocol', 'TCP')}")
        page.write(0, "")


def describe_slice(page: Page, obj: Obj) -> None:
    """An EndpointSlice: ports, and endpoints with what is known of each."""
    page.name(obj)
    page.marks(obj)
    page.write(0, f"AddressType:\t{obj.get('addressType', '')}")
    ports, found = obj.get("ports") or [], obj.get("endpoints") or []
    page.write(0, "Ports:" if ports else "Ports: <unset>")
    if ports:
        page.write(1, "Name\tPort\tProtocol")
        page.write(1, "----\t----\t--------")
    for port in ports:
        page.write(1, f"{port.get('name') or '<unset>'}\t{port.get('port', '<unset>')}\t{port.get('protocol', 'TCP')}")
    page.write(0, "Endpoints:" if found else "Endpoints: <none>")
    for one in found:
        page.write(1, f"- Addresses:\t{', '.join(one.get('addresses') or ()) or '<none>'}")
        page.write(2, "Conditions:")
        ready = (one.get("conditions") or {}).get("ready")
        page.write(3, f"Ready:\t{'<unset>' if ready is None else flag(ready)}")
        page.write(2, f"Hostname:\t{one.get('hostname', '<unset>')}")
        if one.get("targetRef"):
            page.write(2, f"TargetRef:\t{one['targetRef'].get('kind', '')}/{one['targetRef'].get('name', '')}")
        page.write(2, f"NodeName:\t{one.get('nodeName', '<unset>')}")
        page.write(2, f"Zone:\t{one.get('zone', '<unset>')}")


def backends(ingress: Obj) -> list[str]:
    """The names of the Services that an Ingress sends to."""
    spec = ingress.get("spec") or {}
    found = [spec.get("defaultBackend") or {}]
    found += [
        path["backend"] for rule in spec.get("rules") or () for path in (rule.get("http") or {}).get("paths") or ()
    ]
    return list(dict.fromkeys(one["service"]["name"] for one in found if one.get("service")))


# A Service and its EndpointSlices, or why it could not be read.
Behind = dict[str, tuple[Obj, list[Obj]] | str]


def describe_ingress(page: Page, obj: Obj, behind: Behind) -> None:
    """An Ingress: which host and path go to which Service, and to which endpoints from there."""
    spec, status = obj.get("spec", {}), obj.get("status", {})
    page.write(0, f"Name:\t{obj['metadata']['name']}")
    page.labels("Labels", obj["metadata"].get("labels"))
    page.write(0, f"Namespace:\t{obj['metadata']['namespace']}")
    balancers = (status.get("loadBalancer") or {}).get("ingress") or ()
    page.write(0, f"Address:\t{','.join(one.get('ip') or one.get('hostname', '') for one in balancers)}")
    page.write(0, f"Ingress Class:\t{spec.get('ingressClassName') or '<none>'}")
    default = _backend(spec["defaultBackend"], behind) if spec.get("defaultBackend") else "<default>"
    page.write(0, f"Default backend:\t{default}")
    if spec.get("tls"):
        page.write(0, "TLS:")
        for tls in spec["tls"]:
            page.write(1, f"{tls.get('secretName', 'SNI routes')} terminates {','.join(tls.get('hosts') or ())}")
    page.write(0, "Rules:\n  Host\tPath\tBackends")
    page.write(1, "----\t----\t--------")
    rules = [rule for rule in spec.get("rules") or () if rule.get("http")]
    for rule in rules:
        page.write(1, f"{rule.get('host') or '*'}\t")
        for path in rule["http"]["paths"]:
            page.write(2, f"\t{path.get('path', '')} \t{_backend(path['backend'], behind)}")
    if not rules:
        page.write(1, f"*\t*\t{default}")
    page.annotations("Annotations", obj["metadata"].get("annotations"))


def _backend(backend: Obj, behind: Behind) -> str:
    service = backend.get("service")
    if not service:
        return f"APIGroup: {backend['resource'].get('apiGroup', '')}, Kind: {backend['resource']['kind']}, Name: {backend['resource']['name']}"
    port = service.get("port") or {}
    shown = f"{service['name']}:{port.get('number') or port.get('name', '')}"
    known = behind[service["name"]]
    if isinstance(known, str):
        return f"{shown} (<error: {known}>)"
    there = known[0]["spec"].get("ports") or ()
    names = [
        one.get("name", "") for one in there if port.get("number") == one["port"] or port.get("name") == one.get("name")
    ]
    return f"{shown} ({endpoints(known[1], names[-1] if names else '') if known[1] else '<none>'})"
