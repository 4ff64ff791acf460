"""Where packets go, and where they stop when one thing is broken."""

from __future__ import annotations

import pytest

from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.packet import Frame, Packet
from cluster_core.dataplane.rule import Rule
from tests.core.dataplane.lab import A1, A2, B1, PORT, lab, reasons, send


def innermost(shown: object) -> Packet:
    packet = shown.packet if isinstance(shown, Frame) else shown
    assert isinstance(packet, Packet)
    return innermost(packet.frame) if packet.frame is not None else packet


def test_on_one_node_the_packet_is_bridged_and_keeps_its_ttl() -> None:
    found = send(lab(), "pod/a1", A2)
    assert (found.result, found.reason) == ("delivered", "packet.answered")
    assert "packet.bridged" in reasons(found)
    assert not any(hop.step == "routing" and hop.netns == "node-a" for hop in found.request)
    assert innermost(found.request[-1].after).ttl == 64


def test_across_nodes_two_routed_hops_take_two_from_the_ttl() -> None:
    found = send(lab(), "pod/a1", B1)
    assert found.result == "delivered"
    assert innermost(found.request[-1].after).ttl == 62
    outer = next(hop.after for hop in found.request if hop.verdict == "encapsulated")
    assert isinstance(outer, Packet)
    assert (outer.length, outer.ttl, outer.df, outer.dport, outer.vni) == (110, 64, False, 8472, 1)


def no_route(fabric: Fabric) -> None:
    del fabric.stacks["node-a"].routes["10.244.2.0/24"]


def no_fdb(fabric: Fabric) -> None:
    fabric.stacks["node-a"].fdb.clear()


def no_neighbour(fabric: Fabric) -> None:
    fabric.stacks["node-a"].neighbours.clear()


def no_link(fabric: Fabric) -> None:
    fabric.switch["node-b"].up = False


def no_forwarding(fabric: Fabric) -> None:
    fabric.stacks["node-b"].sysctls["net.ipv4.ip_forward"] = 0


def no_veth(fabric: Fabric) -> None:
    fabric.stacks["node-b"].ports["veth-b1"].up = False


def no_vxlan(fabric: Fabric) -> None:
    fabric.stacks["node-b"].interfaces["flannel.1"].up = False


def wrong_vni(fabric: Fabric) -> None:
    fabric.stacks["node-b"].interfaces["flannel.1"].vni = 2


def wrong_vtep(fabric: Fabric) -> None:
    fabric.stacks["node-a"].neighbours[("flannel.1", "10.244.2.0")] = "0e:00:00:00:00:99"


def firewall(fabric: Fabric) -> None:
    fabric.stacks["node-b"].netfilter.prepend("filter", "FORWARD", Rule("DROP", target=f"{B1}/32"))


def pod_without_route(fabric: Fabric) -> None:
    fabric.open_netns("pod/a1").routes.clear()


BROKEN = {
    no_route: ("dropped", "packet.forwarding-off", "internet"),
    no_fdb: ("dropped", "packet.no-fdb-entry", "node-a"),
    no_neighbour: ("rejected", "packet.host-unreachable", None),
    no_link: ("dropped", "packet.flooded", "switch"),
    no_forwarding: ("dropped", "packet.forwarding-off", "node-b"),
    no_veth: ("dropped", "packet.device-down", "node-b"),
    no_vxlan: ("dropped", "packet.no-vxlan", "node-b"),
    wrong_vni: ("dropped", "packet.no-vxlan", "node-b"),
    wrong_vtep: ("dropped", "packet.no-fdb-entry", "node-a"),
    firewall: ("dropped", "packet.filter-dropped", "node-b"),
    pod_without_route: ("dropped", "packet.no-route", "pod/a1"),
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.__name__)
def test_one_broken_entry_and_the_packet_goes_where_a_real_one_would(broken: object) -> None:
    fabric = lab()
    broken(fabric)  # type: ignore[operator]
    found = send(fabric, "pod/a1", B1)
    result, reason, place = BROKEN[broken]  # type: ignore[index]
    assert (found.result, found.reason, found.params.get("at")) == (result, reason, place)


def test_a_port_that_nobody_has_open_is_refused() -> None:
    tcp, udp = send(lab(), "pod/a1", B1, port=81), send(lab(), "pod/a1", B1, "UDP", 81)
    assert (tcp.result, tcp.reason) == ("rejected", "packet.connection-refused")
    assert (udp.result, udp.reason, udp.params["from"]) == ("rejected", "packet.port-unreachable", B1)
    assert tcp.request[-1].reason == udp.request[-1].reason == "packet.nobody-listens"


def test_a_pod_that_leaves_the_cluster_is_translated_twice() -> None:
    found = send(lab(), "pod/a1", "198.51.100.10")
    sources = [hop.params["new"] for hop in found.request if hop.reason == "packet.source-translated"]
    assert found.result == "delivered"
    assert sources == ["192.168.66.11", "203.0.113.2"]
    back = [hop.params["new"] for hop in found.reply if hop.reason == "packet.translation-undone"]
    assert back == ["192.168.66.11", A1]


def test_the_router_forwards_a_port_to_the_lan_and_nothing_else() -> None:
    assert send(lab(), "internet", "203.0.113.2").result == "delivered"
    assert send(lab(), "internet", "203.0.113.2", port=9).reason == "packet.connection-refused"


def test_a_packet_in_a_circle_ends_with_its_ttl() -> None:
    fabric = lab()
    for name, other in (("node-a", "10.244.2.0"), ("node-b", "10.244.1.0")):
        stack = fabric.stacks[name]
        flannel = stack.routes["10.244.2.0/24" if name == "node-a" else "10.244.1.0/24"]
        assert flannel.via == other
        stack.routes["10.244.9.0/24"] = type(flannel)("10.244.9.0/24", "flannel.1", other, onlink=True)
    found = send(fabric, "pod/a1", "10.244.9.9", "ICMP", ttl=8)
    assert (found.result, found.reason) == ("rejected", "packet.time-exceeded")
    endless = send(fabric, "pod/a1", "10.244.9.9", "ICMP", ttl=255)
    assert (endless.result, endless.reason) == ("dropped", "packet.too-many-hops")
    assert len(endless.request) <= 128 + 8


def test_what_does_not_fit_is_refused_or_cut() -> None:
    too_long = send(lab(), "pod/a1", B1, "UDP", length=1451)
    assert (too_long.result, too_long.reason, too_long.params["mtu"]) == ("rejected", "packet.too-long-to-send", 1450)
    fabric = lab()
    fabric.stacks["node-a"].interfaces["flannel.1"].mtu = 1400
    needs = send(fabric, "pod/a1", B1, "UDP", length=1450)
    assert (needs.result, needs.reason) == ("rejected", "packet.message-too-long")


def test_tracing_changes_nothing() -> None:
    fabric = lab()
    before = repr(fabric)
    send(fabric, "pod/a1", B1)
    send(fabric, "lan-client", f"{A1}", port=PORT)
    assert repr(fabric) == before


def test_when_the_error_is_lost_too_the_packets_own_end_is_told() -> None:
    fabric = lab()
    fabric.stacks["node-a"].netfilter.prepend("filter", "OUTPUT", Rule("DROP", protocol="icmp"))
    found = send(fabric, "pod/a1", B1, ttl=1)
    assert (found.result, found.reason, found.params["at"]) == ("dropped", "packet.ttl-exceeded", "node-a")
    assert found.reply[-1].reason == "packet.filter-dropped"
