"""Local output, routing decisions, forwarding, delivery."""

from __future__ import annotations

import pytest

from cluster_core.dataplane.packet import Packet
from cluster_core.dataplane.rule import Rule
from tests.core.dataplane.lab import A1, B1, PORT, lab, reasons, send


@pytest.mark.parametrize(
    ("start", "target", "source"),
    [
        ("pod/a1", B1, A1),
        ("pod/a1", "127.0.0.1", "127.0.0.1"),
        ("pod/a1", A1, A1),
        ("node-a", A1, "10.244.1.1"),
        ("node-a", B1, "10.244.1.0"),
        ("node-a", "192.168.66.12", "192.168.66.11"),
        ("lan-client", "198.51.100.10", "192.168.66.100"),
    ],
)
def test_the_route_chooses_the_source_address(start: str, target: str, source: str) -> None:
    found = send(lab(), start, target)
    assert found.request[0].params["source"] == source


@pytest.mark.parametrize(
    ("start", "target", "mss"), [("pod/a1", B1, 1410), ("node-a", "192.168.66.12", 1460), ("pod/a1", A1, 65495)]
)
def test_the_syn_tells_what_fits(start: str, target: str, mss: int) -> None:
    packet = send(lab(), start, target).request[0].after
    assert isinstance(packet, Packet) and packet.mss == mss


def test_a_node_does_not_take_packets_for_localhost_from_outside() -> None:
    fabric = lab()
    rule = Rule("DNAT", target="10.96.0.9/32", options=f"--to-destination 127.0.0.1:{PORT}")
    fabric.stacks["node-a"].netfilter.append("nat", "PREROUTING", rule)
    assert send(fabric, "pod/a1", "10.96.0.9").reason == "packet.martian"
    fabric.stacks["node-a"].sysctls["net.ipv4.conf.all.route_localnet"] = 1
    assert send(fabric, "pod/a1", "10.96.0.9").result == "delivered"


def test_after_dnat_in_output_the_route_is_looked_up_again() -> None:
    fabric = lab()
    rule = Rule("DNAT", target="10.96.0.9/32", options=f"--to-destination {B1}:{PORT}")
    fabric.stacks["node-a"].netfilter.append("nat", "OUTPUT", rule)
    found = send(fabric, "node-a", "10.96.0.9")
    assert found.result == "delivered"
    assert any(hop.device == "flannel.1" for hop in found.request), "not the default route's eth0"


def test_drop_is_silent_and_reject_is_not() -> None:
    for jump, result in (("DROP", "dropped"), ("REJECT", "rejected")):
        fabric = lab()
        fabric.stacks["node-b"].netfilter.prepend("filter", "INPUT", Rule(jump, protocol="tcp"))
        assert send(fabric, "node-a", "192.168.66.12").result == result


def test_a_packet_that_stays_in_its_stack_uses_only_lo() -> None:
    found = send(lab(), "pod/a1", "127.0.0.1")
    assert found.result == "delivered" and {hop.device for hop in found.request} == {"", "lo"}
    assert "packet.on-loopback" in reasons(found)
