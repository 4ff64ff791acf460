"""The rules of one service port on one node, in upstream's texts. Upstream: `syncProxyRules` in `pkg/proxy/iptables/proxier.go`."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.dataplane.address import inside
from cluster_core.dataplane.rule import (
    AddrType,
    Comment,
    Match,
    Nfacct,
    Port,
    ProtocolModule,
    RecentCheck,
    RecentSet,
    Rule,
    Statistic,
)
from cluster_core.kubeproxy.names import endpoint_chain, service_chain
from cluster_core.kubeproxy.service_port import Endpoint, ServicePort

MARK_MASQ = "KUBE-MARK-MASQ"
LOCALHOST_COUNTER = "localhost_nps_accepted_pkts"
REJECT_OPTIONS = "--reject-with icmp-port-unreachable"


@dataclass(slots=True)
class ServiceRules:
    """Rules by (table, chain). Those for KUBE-SERVICES, KUBE-NODEPORTS … are joined with the other services' by name."""

    chains: dict[tuple[str, str], list[Rule]] = field(default_factory=dict)

    def add(self, table: str, chain: str, rule: Rule) -> None:
        """Append a rule."""
        self.chains.setdefault((table, chain), []).append(rule)


@dataclass(frozen=True, slots=True)
class View:
    """What decides the rules beside the service port: the node's name and address, the pods' network, and how wordy to be."""

    node: str
    node_ip: str
    cluster_cidr: str
    endpoint_comments: bool = True

    def seen_by(self, service: ServicePort) -> View:
        """The view as far as a service port's rules depend on it: most do not depend on the node, and nodes share them."""
        if service.uses_local_endpoints or service.source_ranges:
            return self
        return View("", "", self.cluster_cidr, self.endpoint_comments)


def front_rules(service: ServicePort, view: View) -> ServiceRules:
    """How packets are led to a service port on a node, or refused: all but the choice of an endpoint."""
    found = ServiceRules()
    here = bool(service.usable(view.node)) if service.uses_local_endpoints else False
    any_endpoint = bool(service.usable())
    _cluster_ip(found, service, view, any_endpoint, here)
    _external(found, service, view, any_endpoint, here)
    return found


def endpoint_rules(service: ServicePort, view: View) -> ServiceRules:
    """The choice of an endpoint and the way to each: the chains KUBE-SVC, KUBE-SVL and KUBE-SEP of a service port."""
    found = ServiceRules()
    everywhere = service.usable() if service.uses_cluster_endpoints else ()
    here = service.usable(view.node) if service.uses_local_endpoints else ()
    chain = service_chain("SVL" if service.internal_local else "SVC", service.name, service.protocol)
    if here if service.internal_local else everywhere:
        found.add("nat", chain, _masquerade_outsiders(service, view))
    if everywhere:
        _spread(found, service, view, "SVC", everywhere)
    if here:
        _spread(found, service, view, "SVL", here)
    reachable = {one.text: one for one in (*everywhere, *here)}
    for text in sorted(reachable):
        _endpoint(found, service, view, reachable[text])
    return found


def _port(service: ServicePort, number: int) -> Port:
    return Port(service.protocol.lower(), number)


def _cluster_ip(found: ServiceRules, service: ServicePort, view: View, any_endpoint: bool, here: bool) -> None:
    """The cluster IP: to the chain of the internal policy, or refused."""
    protocol, target = service.protocol.lower(), f"{service.cluster_ip}/32"
    port = _port(service, service.port)
    if any_endpoint and (here or not service.internal_local):
        chain = service_chain("SVL" if service.internal_local else "SVC", service.name, service.protocol)
        matches = (Comment(f"{service.name} cluster IP"), port)
        found.add("nat", "KUBE-SERVICES", Rule(chain, target=target, protocol=protocol, matches=matches))
        return
    jump, why = ("DROP", "has no local endpoints") if any_endpoint else ("REJECT", "has no endpoints")
    matches = (Comment(f"{service.name} {why}"), port)
    rule = Rule(jump, target=target, protocol=protocol, matches=matches, options=_reject(jump))
    found.add("filter", "KUBE-SERVICES", rule)


def _masquerade_outsiders(service: ServicePort, view: View) -> Rule:
    """What comes to the cluster IP from outside the pod network must come back the same way."""
    matches = (Comment(f"{service.name} cluster IP"), _port(service, service.port))
    outside, target = f"! {view.cluster_cidr}", f"{service.cluster_ip}/32"
    return Rule(MARK_MASQ, source=outside, target=target, protocol=service.protocol.lower(), matches=matches)


def _external(found: ServiceRules, service: ServicePort, view: View, any_endpoint: bool, here: bool) -> None:
    """Node port, load balancer addresses, external IPs."""
    if not service.externally_accessible:
        return
    balanced = _balancer_chain(service)
    external = service_chain("EXT", service.name, service.protocol)
    if any_endpoint:
        for address in service.external_ips:
            _capture(found, service, address, "external IP", external)
        for address in service.load_balancer_ips:
            _capture(found, service, address, "loadbalancer IP", balanced)
        _node_port(found, service, external)
        _external_chain(found, service, view, external, here)
        _firewall(found, service, view, external)
    _refuse_external(found, service, any_endpoint, here)


def _balancer_chain(service: ServicePort) -> str:
    return service_chain("FW" if service.source_ranges else "EXT", service.name, service.protocol)


def _capture(found: ServiceRules, service: ServicePort, address: str, what: str, chain: str) -> None:
    matches = (Comment(f"{service.name} {what}"), _port(service, service.port))
    protocol = service.protocol.lower()
    found.add("nat", "KUBE-SERVICES", Rule(chain, target=f"{address}/32", protocol=protocol, matches=matches))


def _node_port(found: ServiceRules, service: ServicePort, external: str) -> None:
    """Two rules: connections to localhost are counted apart."""
    if not service.node_port:
        return
    protocol, comment, port = service.protocol.lower(), Comment(service.name), _port(service, service.node_port)
    counted = (comment, port, Nfacct(LOCALHOST_COUNTER))
    found.add("nat", "KUBE-NODEPORTS", Rule(external, target="127.0.0.0/8", protocol=protocol, matches=counted))
    found.add("nat", "KUBE-NODEPORTS", Rule(external, protocol=protocol, matches=(comment, port)))


def _external_chain(found: ServiceRules, service: ServicePort, view: View, chain: str, here: bool) -> None:
    """Policy Cluster masquerades; policy Local keeps the client's address, and lets pods and the node go to all endpoints."""
    words = f"for {service.name} external destinations"
    cluster = service_chain("SVC", service.name, service.protocol)
    if not service.external_local:
        found.add("nat", chain, Rule(MARK_MASQ, matches=(Comment(f"masquerade traffic {words}"),)))
        found.add("nat", chain, Rule(cluster))
        return
    local = AddrType("src")
    pods = Rule(cluster, source=view.cluster_cidr, matches=(Comment(f"pod traffic {words}"),))
    found.add("nat", chain, pods)
    found.add("nat", chain, Rule(MARK_MASQ, matches=(Comment(f"masquerade LOCAL traffic {words}"), local)))
    found.add("nat", chain, Rule(cluster, matches=(Comment(f"route LOCAL traffic {words}"), local)))
    if here:
        found.add("nat", chain, Rule(service_chain("SVL", service.name, service.protocol)))


def _firewall(found: ServiceRules, service: ServicePort, view: View, external: str) -> None:
    """loadBalancerSourceRanges: what is not from there is dropped by KUBE-PROXY-FIREWALL. A node inside may reach the address."""
    if not service.source_ranges or not service.load_balancer_ips:
        return
    chain, comment = _balancer_chain(service), Comment(f"{service.name} loadbalancer IP")
    sources = list(service.source_ranges)
    if any(inside(view.node_ip, one) for one in service.source_ranges):
        sources += [f"{address}/32" for address in service.load_balancer_ips]
    for source in sources:
        found.add("nat", chain, Rule(external, source=source, matches=(comment,)))
    last = Comment(f"other traffic to {service.name} will be dropped by KUBE-PROXY-FIREWALL")
    found.add("nat", chain, Rule(matches=(last,)))
    for address in service.load_balancer_ips:
        matches = (Comment(f"{service.name} traffic not accepted by {chain}"), _port(service, service.port))
        protocol = service.protocol.lower()
        rule = Rule("DROP", target=f"{address}/32", protocol=protocol, matches=matches)
        found.add("filter", "KUBE-PROXY-FIREWALL", rule)


def _refuse_external(found: ServiceRules, service: ServicePort, any_endpoint: bool, here: bool) -> None:
    """Refuse from outside what has no endpoints; with policy Local, drop what has none here."""
    if any_endpoint and (here or not service.external_local):
        return
    jump, why = ("DROP", "has no local endpoints") if any_endpoint else ("REJECT", "has no endpoints")
    comment, protocol = Comment(f"{service.name} {why}"), service.protocol.lower()
    for address in (*service.external_ips, *service.load_balancer_ips):
        matches: tuple[Match, ...] = (comment, _port(service, service.port))
        rule = Rule(jump, target=f"{address}/32", protocol=protocol, matches=matches, options=_reject(jump))
        found.add("filter", "KUBE-EXTERNAL-SERVICES", rule)
    if service.node_port:
        matches = (comment, AddrType("dst"), _port(service, service.node_port))
        rule = Rule(jump, protocol=protocol, matches=matches, options=_reject(jump))
        found.add("filter", "KUBE-EXTERNAL-SERVICES", rule)


def _spread(found: ServiceRules, service: ServicePort, view: View, kind: str, endpoints: tuple[Endpoint, ...]) -> None:
    """A service chain: affinity first, then draws of 1/n, 1/(n-1) …; the last endpoint takes the rest."""
    chain = service_chain(kind, service.name, service.protocol)
    jumps = [(endpoint_chain(service.name, service.protocol, one.text), _told(service, view, one)) for one in endpoints]
    if service.affinity:
        for jump, told in jumps:
            found.add("nat", chain, Rule(jump, matches=(*told, RecentCheck(jump, service.affinity))))
    for place, (jump, told) in enumerate(jumps):
        rest = len(jumps) - place
        draw = (Statistic(f"{1 / rest:0.10f}"),) if rest > 1 else ()
        found.add("nat", chain, Rule(jump, matches=(*told, *draw)))


def _told(service: ServicePort, view: View, endpoint: Endpoint) -> tuple[Match, ...]:
    return (Comment(f"{service.name} -> {endpoint.text}"),) if view.endpoint_comments else ()


def _endpoint(found: ServiceRules, service: ServicePort, view: View, endpoint: Endpoint) -> None:
    """An endpoint chain: its own traffic to itself is masqueraded; then DNAT."""
    chain = endpoint_chain(service.name, service.protocol, endpoint.text)
    comment: tuple[Match, ...] = (Comment(service.name),) if view.endpoint_comments else ()
    found.add("nat", chain, Rule(MARK_MASQ, source=f"{endpoint.ip}/32", matches=comment))
    seen = (RecentSet(chain),) if service.affinity else ()
    protocol = service.protocol.lower()
    matches = (*comment, *seen, ProtocolModule(protocol))
    options = f"--to-destination {endpoint.text}"
    found.add("nat", chain, Rule("DNAT", protocol=protocol, matches=matches, options=options))


def _reject(jump: str) -> str:
    return REJECT_OPTIONS if jump == "REJECT" else ""
