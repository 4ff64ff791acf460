"""The bridge of a node with br_netfilter."""

from __future__ import annotations

from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.hop import Trace
from cluster_core.dataplane.packet import Frame
from cluster_core.dataplane.rule import Rule
from tests.core.dataplane.lab import A1, A2, B1, PORT, lab, reasons, send

VIP = "10.96.0.9"


def with_service(endpoint: str) -> Fabric:
    """One DNAT rule on node-a, as kube-proxy's end in."""
    fabric = lab()
    rule = Rule("DNAT", target=f"{VIP}/32", options=f"--to-destination {endpoint}:{PORT}")
    fabric.stacks["node-a"].netfilter.append("nat", "PREROUTING", rule)
    return fabric


def macs(found: Trace, device: str) -> list[tuple[str, str]]:
    frames = [hop.after for hop in found.request if hop.device == device and hop.direction]
    return [(frame.source[-2:], frame.target[-2:]) for frame in frames if isinstance(frame, Frame)]


def test_dnat_to_a_pod_of_the_same_bridge_stays_bridged() -> None:
    found = send(with_service(A2), "pod/a1", VIP)
    assert found.result == "delivered" and "packet.up-to-bridge" not in reasons(found)
    assert macs(found, "veth-a2") == [("02", "03")]


def test_dnat_to_a_pod_elsewhere_goes_up_to_the_bridge_and_is_routed() -> None:
    found = send(with_service(B1), "pod/a1", VIP)
    assert found.result == "delivered" and "packet.up-to-bridge" in reasons(found)


def test_back_out_of_the_port_it_came_from_needs_hairpin() -> None:
    fabric = with_service(A1)
    fabric.stacks["node-a"].netfilter.append(
        "nat", "POSTROUTING", Rule("MASQUERADE", source=f"{A1}/32", target=f"{A1}/32")
    )
    assert send(fabric, "pod/a1", VIP).result == "delivered"
    fabric.stacks["node-a"].ports["veth-a1"].hairpin = False
    assert send(fabric, "pod/a1", VIP).reason == "packet.no-hairpin"


def test_without_br_netfilter_the_answer_is_not_turned_back() -> None:
    fabric = with_service(A2)
    fabric.stacks["node-a"].sysctls["net.bridge.bridge-nf-call-iptables"] = 0
    found = send(fabric, "pod/a1", VIP)
    assert (found.result, found.reason) == ("rejected", "packet.answer-unexpected")


def test_bridged_packets_pass_the_forward_chain() -> None:
    fabric = lab()
    reject = Rule("REJECT", source=f"{A1}/32", target=f"{A2}/32", options="--reject-with icmp-port-unreachable")
    fabric.stacks["node-a"].netfilter.prepend("filter", "FORWARD", reject)
    found = send(fabric, "pod/a1", A2)
    assert (found.result, found.reason, found.params["from"]) == ("rejected", "packet.port-unreachable", "10.244.1.1")
    fabric.stacks["node-a"].sysctls["net.bridge.bridge-nf-call-iptables"] = 0
    assert send(fabric, "pod/a1", A2).result == "delivered"
