"""kube-proxy's chains on one node: derived, when somebody looks, from the services that the node has synced.

Real kube-proxy writes them with `iptables-restore` at every sync. Here a node remembers what it has synced, and its rules are a
function of that; nodes that have synced the same share everything but their local endpoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.dataplane.rule import AddrType, Comment, CtState, Mark, Nfacct, Rule
from cluster_core.kubeproxy.names import service_chain
from cluster_core.kubeproxy.service_port import ServiceEntry, ServicePort
from cluster_core.kubeproxy.service_rules import MARK_MASQ, View, endpoint_rules, front_rules

MASQUERADE_MARK = 0x4000
ENDPOINT_COMMENTS_MAX = 1000
NODE_PORTS_LAST = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
PORTALS, EXTERNAL_PORTALS = "kubernetes service portals", "kubernetes externally-visible service portals"
FIREWALL = "kubernetes load balancer firewall"
Place = tuple[str, str]
Owner = tuple[ServicePort, ServiceEntry]
JOINED = (
    ("nat", "KUBE-SERVICES"),
    ("nat", "KUBE-NODEPORTS"),
    ("filter", "KUBE-SERVICES"),
    ("filter", "KUBE-EXTERNAL-SERVICES"),
    ("filter", "KUBE-NODEPORTS"),
    ("filter", "KUBE-PROXY-FIREWALL"),
)


class Snapshot:
    """The services of a cluster, by key, as kube-proxy knew them at one moment, and how many endpoints they have in all.

    It never changes, so nodes share it.
    """

    __slots__ = ("endpoints", "entries")

    def __init__(self, entries: dict[str, ServiceEntry], endpoints: int) -> None:
        self.entries = entries
        self.endpoints = endpoints


class ProxyChains:
    """The chains of one node, a `ChainSource` of its netfilter. The chains that choose an endpoint are worked out service by
    service, when a packet comes to them."""

    def __init__(self, snapshot: Snapshot, view: View) -> None:
        self.snapshot = snapshot
        wordy = snapshot.endpoints <= ENDPOINT_COMMENTS_MAX
        self.view = View(view.node, view.node_ip, view.cluster_cidr, wordy)
        self._chains: dict[Place, list[Rule]] | None = None
        self._owners: dict[str, Owner] = {}

    def __getstate__(self) -> dict[str, Any]:
        """A checkpoint leaves the derived rules out."""
        return {**self.__dict__, "_chains": None, "_owners": {}}

    def chain(self, table: str, name: str) -> Sequence[Rule] | None:
        """The rules of a chain."""
        chains = self._front()
        owner = self._owners.pop(name, None)
        if owner is not None:
            self._add(chains, owner)
        return chains.get((table, name))

    def names(self, table: str) -> Iterable[str]:
        """Its chains in a table."""
        return [name for place, name in self._all() if place == table]

    def count(self) -> int:
        """How many rules there are."""
        return sum(map(len, self._all().values()))

    def _all(self) -> dict[Place, list[Rule]]:
        chains = self._front()
        owners, self._owners = self._owners, {}
        for owner in owners.values():
            self._add(chains, owner)
        return chains

    def _front(self) -> dict[Place, list[Rule]]:
        """The chains that lead to the services. Real kube-proxy does not sort the services; here they are sorted by name."""
        if self._chains is not None:
            return self._chains
        found: dict[Place, list[Rule]] = {place: [] for place in JOINED}
        owners = [(port, entry) for entry in self.snapshot.entries.values() for port in entry.ports]
        owners.sort(key=lambda owner: (owner[0].name, owner[0].protocol))
        for port, entry in owners:
            for place, rules in entry.derived(port, self.view.seen_by(port), front_rules).chains.items():
                found.setdefault(place, []).extend(rules)
            for kind in ("SVC", "SVL"):
                self._owners[service_chain(kind, port.name, port.protocol)] = (port, entry)
        last = Rule("KUBE-NODEPORTS", matches=(Comment(NODE_PORTS_LAST), AddrType("dst")))
        found[("nat", "KUBE-SERVICES")].append(last)
        found.update(_fixed())
        self._chains = found
        return found

    def _add(self, chains: dict[Place, list[Rule]], owner: Owner) -> None:
        """The chains of one service port's endpoints."""
        port, entry = owner
        chains.update(entry.derived(port, self.view.seen_by(port), endpoint_rules).chains)


def _fixed() -> dict[tuple[str, str], list[Rule]]:
    """The chains that do not depend on any service."""
    marked = Mark(MASQUERADE_MARK, MASQUERADE_MARK)
    mark = f"0x{MASQUERADE_MARK:x}"
    forwarding = Comment("kubernetes forwarding rules")
    established = (Comment("kubernetes forwarding conntrack rule"), CtState(("RELATED", "ESTABLISHED")))
    needs_snat = Comment("kubernetes service traffic requiring SNAT")
    return {
        ("nat", MARK_MASQ): [Rule("MARK", options=f"--set-xmark {mark}/{mark}")],
        ("nat", "KUBE-POSTROUTING"): [
            Rule("RETURN", matches=(Mark(MASQUERADE_MARK, MASQUERADE_MARK, negated=True),)),
            Rule("MARK", options=f"--set-xmark {mark}/0x0"),
            Rule("MASQUERADE", matches=(needs_snat,), options="--random-fully"),
        ],
        ("filter", "KUBE-FORWARD"): [
            Rule("DROP", matches=(CtState(("INVALID",)), Nfacct("ct_state_invalid_dropped_pkts"))),
            Rule("ACCEPT", matches=(forwarding, marked)),
            Rule("ACCEPT", matches=established),
        ],
        **{(table, "KUBE-PROXY-CANARY"): [] for table in ("mangle", "filter", "nat")},
    }


def program_jumps(netfilter: Netfilter) -> None:
    """The jumps from the built-in chains. Each is put in front, so the last one written comes first."""
    for table, chain, rule in JUMPS:
        netfilter.prepend(table, chain, rule)


def _jumps() -> tuple[tuple[str, str, Rule], ...]:
    new = CtState(("NEW",))
    external = Rule("KUBE-EXTERNAL-SERVICES", matches=(new, Comment(EXTERNAL_PORTALS)))
    node_ports = Rule("KUBE-NODEPORTS", matches=(Comment("kubernetes health check service ports"),))
    services = Rule("KUBE-SERVICES", matches=(new, Comment(PORTALS)))
    forward = Rule("KUBE-FORWARD", matches=(Comment("kubernetes forwarding rules"),))
    firewall = Rule("KUBE-PROXY-FIREWALL", matches=(new, Comment(FIREWALL)))
    portals = Rule("KUBE-SERVICES", matches=(Comment(PORTALS),))
    postrouting = Rule("KUBE-POSTROUTING", matches=(Comment("kubernetes postrouting rules"),))
    return (
        ("filter", "INPUT", external),
        ("filter", "FORWARD", external),
        ("filter", "INPUT", node_ports),
        ("filter", "FORWARD", services),
        ("filter", "OUTPUT", services),
        ("filter", "FORWARD", forward),
        *(("filter", chain, firewall) for chain in ("INPUT", "OUTPUT", "FORWARD")),
        ("nat", "OUTPUT", portals),
        ("nat", "PREROUTING", portals),
        ("nat", "POSTROUTING", postrouting),
    )


JUMPS = _jumps()
