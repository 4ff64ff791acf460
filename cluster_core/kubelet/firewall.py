"""The netfilter rules of a kubelet. Upstream: `pkg/kubelet/kubelet_network_linux.go`."""

from __future__ import annotations

from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.dataplane.rule import Comment, CtState, Rule

LOCALHOST = "127.0.0.0/8"
JUMP = Rule("KUBE-FIREWALL")
BLOCK = Rule(
    "DROP",
    source=f"! {LOCALHOST}",
    target=LOCALHOST,
    matches=(
        Comment("block incoming localnet connections"),
        CtState(("RELATED", "ESTABLISHED", "DNAT"), negated=True),
    ),
)


def program(netfilter: Netfilter) -> None:
    """KUBE-FIREWALL keeps packets for localhost that come from elsewhere out; the other chains only show that a kubelet is here."""
    for table in ("mangle", "filter", "nat"):
        netfilter.create(table, "KUBE-KUBELET-CANARY")
    netfilter.create("mangle", "KUBE-IPTABLES-HINT")
    netfilter.prepend("filter", "OUTPUT", JUMP)
    netfilter.prepend("filter", "INPUT", JUMP)
    netfilter.append("filter", "KUBE-FIREWALL", BLOCK)
