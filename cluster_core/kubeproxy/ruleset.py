"""kube-proxy's chains on one node: derived, when somebody looks, from the services that the node has synced.

Real kube-proxy writes them with `iptables-restore` at every sync. Here a node remembers what it has synced, and its rules are a
function of that; nodes that have synced the same share everything but their local endpoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.dataplane.rule import AddrType, Comment, CtState, Mark, Nfacct, Rule
from cluster_core.kubeproxy.service_port import ServiceEntry
from cluster_core.kubeproxy.service_rules import MARK_MASQ, View, rules_of

MASQUERADE_MARK = 0x4000
ENDPOINT_COMMENTS_MAX = 1000
NODE_PORTS_LAST = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
PORTALS, EXTERNAL_PORTALS = "kubernetes service portals", "kubernetes externally-visible service portals"
FIREWALL = "kubernetes load balancer firewall"
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
    """The chains of one node, a `ChainSource` of its netfilter."""

    def __init__(self, snapshot: Snapshot, view: View) -> None:
        self.snapshot = snapshot
        self.view = view
        self._chains: dict[tuple[str, str], list[Rule]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """A checkpoint leaves the derived rules out."""
        return {**self.__dict__, "_chains": None}

    def chain(self, table: str, name: str) -> Sequence[Rule] | None:
        """The rules of a chain."""
        return self.chains().get((table, name))

    def names(self, table: str) -> Iterable[str]:
        """Its chains in a table."""
        return [name for place, name in self.chains() if place == table]

    def count(self) -> int:
        """How many rules there are."""
        return sum(map(len, self.chains().values()))

    def chains(self) -> dict[tuple[str, str], list[Rule]]:
        """All chains by (table, name). Real kube-proxy does not sort the services; here they are sorted by name."""
        if self._chains is None:
            self._chains = _chains(self.snapshot, self.view)
        return self._chains


def _chains(snapshot: Snapshot, view: View) -> dict[tuple[str, str], list[Rule]]:
    found: dict[tuple[str, str], list[Rule]] = {place: [] for place in JOINED}
    wordy = snapshot.endpoints <= ENDPOINT_COMMENTS_MAX
    view = View(view.node, view.node_ip, view.cluster_cidr, wordy)
    ports = [(port, entry) for entry in snapshot.entries.values() for port in entry.ports]
    ports.sort(key=lambda pair: (pair[0].name, pair[0].protocol))
    for port, entry in ports:
        for place, rules in entry.derived(port, view.seen_by(port), rules_of).chains.items():
            found.setdefault(place, []).extend(rules)
    last = Rule("KUBE-NODEPORTS", matches=(Comment(NODE_PORTS_LAST), AddrType("dst")))
    found[("nat", "KUBE-SERVICES")].append(last)
    found.update(_fixed())
    return found


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
