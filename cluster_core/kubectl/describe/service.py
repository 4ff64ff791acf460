"""Services, their endpoints, Ingresses and network policies, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, pairs

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


def describe_ingress(page: Page, obj: Obj) -> None:
    """An Ingress: which host and path go to which Service."""
    spec, status = obj.get("spec", {}), obj.get("status", {})
    page.write(0, f"Name:\t{obj['metadata']['name']}")
    page.labels("Labels", obj["metadata"].get("labels"))
    page.write(0, f"Namespace:\t{obj['metadata']['namespace']}")
    balancers = (status.get("loadBalancer") or {}).get("ingress") or ()
    page.write(0, f"Address:\t{','.join(one.get('ip') or one.get('hostname', '') for one in balancers)}")
    page.write(0, f"Ingress Class:\t{spec.get('ingressClassName') or '<none>'}")
    default = _backend(spec["defaultBackend"]) if spec.get("defaultBackend") else "<default>"
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
            page.write(2, f"\t{path.get('path', '')} \t{_backend(path['backend'])}")
    if not rules:
        page.write(1, f"*\t*\t{default}")
    page.annotations("Annotations", obj["metadata"].get("annotations"))


def _backend(backend: Obj) -> str:
    """Real kubectl also tells the endpoints behind the Service."""
    service = backend.get("service")
    if not service:
        return f"APIGroup: {backend['resource'].get('apiGroup', '')}, Kind: {backend['resource']['kind']}, Name: {backend['resource']['name']}"
    port = service.get("port") or {}
    return f"{service['name']}:{port.get('number') or port.get('name', '')}"
