"""The netfilter rules of a kubelet. Upstream: `pkg/kubelet/kubelet_network_linux.go`."""

from __future__ import annotations

from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.dataplane.rule import Comment, CtState, Rule

LOCALHOST = "127.0.0.0/8"


def program(netfilter: Netfilter) -> None:
    """KUBE-FIREWALL keeps packets for localhost that come from elsewhere out; the other chains only show that a kubelet is here."""
    for table in ("mangle", "filter", "nat"):
        netfilter.create(table, "KUBE-KUBELET-CANARY")
    netfilter.create("mangle", "KUBE-IPTABLES-HINT")
    jump = Rule("KUBE-FIREWALL")
    netfilter.prepend("filter", "OUTPUT", jump)
    netfilter.prepend("filter", "INPUT", jump)
    matches = (
        Comment("block incoming localnet connections"),
        CtState(("RELATED", "ESTABLISHED", "DNAT"), negated=True),
    )
    netfilter.append(
        "filter", "KUBE-FIREWALL", Rule("DROP", source=f"! {LOCALHOST}", target=LOCALHOST, matches=matches)
    )
