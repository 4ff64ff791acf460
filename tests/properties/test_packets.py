"""Whatever the network and whatever is broken in it: a packet has one end, the TTL counts routed hops, and looking changes nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_core.cni import bridge, flannel
from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.hop import Hop, Trace
from cluster_core.dataplane.packet import Frame, Packet, request
from cluster_core.dataplane.tracer import trace
from cluster_core.kubelet import firewall
from cluster_core.kubeproxy.ruleset import ProxyChains, Snapshot, program_jumps
from cluster_core.kubeproxy.service_port import ServiceEntry
from cluster_core.kubeproxy.service_rules import View

NETWORK, HOPS_MAX = "10.244.0.0/16", 128
FAULTS = ("none", "route", "fdb", "neighbour", "port", "hairpin", "forwarding", "bridge-nf", "veth", "vxlan", "mtu")


class SomeOpen:
    """Only port 8080 is open."""

    def listener(self, netns: str, protocol: str, port: int) -> str:
        """A server on 8080."""
        return "server" if port == 8080 else ""


def node_ip(number: int) -> str:
    return f"192.168.66.{11 + number}"


def pod_ip(node: int, pod: int) -> str:
    return f"10.244.{node + 1}.{pod + 2}"


def service(endpoints: list[tuple[int, int]], spec: dict[str, Any]) -> ServiceEntry:
    """A Service on 10.96.0.9:80 and node port 30080."""
    ports = [{"name": "", "port": 80, "nodePort": 30080, "protocol": "TCP"}]
    meta = {"namespace": "default", "name": "web"}
    found = [{"addresses": [pod_ip(node, pod)], "nodeName": f"node-{node}"} for node, pod in endpoints]
    part = {"ports": [{"name": "", "port": 8080, "protocol": "TCP"}], "endpoints": found}
    return ServiceEntry({"metadata": meta, "spec": {"clusterIP": "10.96.0.9", "ports": ports, **spec}}, (part,))


def build(nodes: int, pods: int, entry: ServiceEntry) -> Fabric:
    """A cluster of equal nodes."""
    fabric = Fabric(NETWORK)
    for number in range(nodes):
        mac = f"08:00:27:00:00:{0x11 + number:02x}"
        lan.add_machine(fabric, f"node-{number}", f"{node_ip(number)}/24", mac, "192.168.66.1")
    lan.add_lan_client(fabric, "192.168.66.100/24", "192.168.66.1")
    lan.add_router(fabric, "192.168.66.1/24")
    lan.add_internet(fabric)
    leases = [
        flannel.Lease(f"node-{number}", f"10.244.{number + 1}.0/24", node_ip(number), f"0e:00:00:00:01:{number:02x}")
        for number in range(nodes)
    ]
    for number, lease in enumerate(leases):
        stack = fabric.stacks[lease.node]
        firewall.program(stack.netfilter)
        flannel.create_device(stack, lease)
        flannel.program_rules(stack, lease, NETWORK)
        for other in leases:
            if other is not lease:
                flannel.add_lease(stack, other)
        for pod in range(pods):
            uid = f"{number}-{pod}"
            bridge.attach(fabric, lease.node, uid, pod_ip(number, pod), lease.subnet, f"veth{uid}")
        view = View(lease.node, node_ip(number), NETWORK)
        stack.netfilter.sources["kube-proxy"] = ProxyChains(Snapshot({"default/web": entry}, 0), view)
        program_jumps(stack.netfilter)
    return fabric


def break_one(fabric: Fabric, fault: str, node: str) -> None:
    """Break one thing on a node."""
    stack = fabric.stacks[node]
    if fault == "route":
        stack.routes.pop(next(iter(stack.routes)))
    elif fault in ("fdb", "neighbour"):
        (stack.fdb if fault == "fdb" else stack.neighbours).clear()
    elif fault == "port":
        fabric.switch[node].up = False
    elif fault in ("hairpin", "veth"):
        for port in stack.ports.values():
            port.hairpin, port.up = fault != "hairpin", fault != "veth"
    elif fault == "forwarding":
        stack.sysctls["net.ipv4.ip_forward"] = 0
    elif fault == "bridge-nf":
        stack.sysctls["net.bridge.bridge-nf-call-iptables"] = 0
    elif fault == "vxlan":
        stack.interfaces["flannel.1"].up = False
    elif fault == "mtu":
        stack.interfaces["flannel.1"].mtu = 600


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Fabric, str, Packet]:
    """A network, a namespace, and a packet that starts there."""
    nodes, pods = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    place = st.tuples(st.integers(0, nodes - 1), st.integers(0, pods - 1))
    spec = {
        "type": "NodePort",
        "externalTrafficPolicy": draw(st.sampled_from(["Cluster", "Local"])),
        "internalTrafficPolicy": draw(st.sampled_from(["Cluster", "Local"])),
        "sessionAffinity": draw(st.sampled_from(["None", "ClientIP"])),
    }
    fabric = build(nodes, pods, service(draw(st.lists(place, max_size=3)), spec))
    break_one(fabric, draw(st.sampled_from(FAULTS)), f"node-{draw(st.integers(0, nodes - 1))}")
    starts = [*fabric.sandboxes, *(f"node-{number}" for number in range(nodes)), lan.LAN_CLIENT, lan.INTERNET]
    targets = [*(port.address for port in fabric.sandboxes.values()), *map(node_ip, range(nodes)), "10.96.0.9"]
    targets += ["10.244.99.1", "127.0.0.1", "203.0.113.2", "198.51.100.10", "192.168.66.77"]
    packet = request(
        "",
        draw(st.sampled_from(targets)),
        draw(st.sampled_from(["TCP", "UDP", "ICMP"])),
        draw(st.sampled_from([80, 8080, 30080, 9])),
        40000,
        draw(st.sampled_from([1, 2, 64])),
        draw(st.sampled_from([0, 700, 1450, 1500])),
        draw(st.booleans()),
    )
    return fabric, draw(st.sampled_from(starts)), packet


def send(fabric: Fabric, start: str, packet: Packet) -> Trace:
    return trace(packet, fabric, start, Random(3), SomeOpen(), HOPS_MAX)


def ttl(hop: Hop, after: bool, inside: bool) -> int:
    """The TTL of a hop's packet, or of the one innermost in its envelopes."""
    shown = hop.after if after else hop.before
    packet = shown.packet if isinstance(shown, Frame) else shown
    while inside and packet.frame is not None:
        packet = packet.frame.packet
    return packet.ttl


@settings(max_examples=150, deadline=None)
@given(journeys())
def test_a_packet_has_exactly_one_end(journey: tuple[Fabric, str, Packet]) -> None:
    found = send(*journey)
    assert found.result in ("delivered", "dropped", "rejected")
    ends = [hop for hop in found.request if hop.step == "deliver"]
    assert len(ends) <= 1
    if found.result == "delivered":
        assert [hop.verdict for hop in (*ends, found.reply[-1])] == ["delivered", "delivered"]
        assert found.reply[-1].netns == journey[1]
    if not ends:
        stopped = {"packet.lost"} | {hop.reason for hop in found.request if hop.verdict in ("dropped", "rejected")}
        answered = found.result == "rejected" and found.reply
        assert answered or found.reason in stopped | {"packet.flooded"}
    assert max(len(found.request), len(found.reply)) <= HOPS_MAX + 16


@settings(max_examples=150, deadline=None)
@given(journeys())
def test_the_ttl_falls_by_one_per_routed_hop_and_nowhere_else(journey: tuple[Fabric, str, Packet]) -> None:
    found = send(*journey)
    for hop in (*found.request, *found.reply):
        forwarded = hop.reason in ("packet.forwarded", "packet.forwarded-on-link")
        if forwarded:
            assert ttl(hop, after=True, inside=False) == ttl(hop, after=False, inside=False) - 1, hop
        else:
            assert ttl(hop, after=True, inside=True) == ttl(hop, after=False, inside=True), hop


@settings(max_examples=60, deadline=None)
@given(journeys())
def test_looking_changes_nothing_and_equal_draws_give_equal_hops(journey: tuple[Fabric, str, Packet]) -> None:
    fabric = journey[0]
    before = repr((fabric.switch, fabric.sandboxes, {name: stack.routes for name, stack in fabric.stacks.items()}))
    assert send(*journey) == send(*journey)
    after = repr((fabric.switch, fabric.sandboxes, {name: stack.routes for name, stack in fabric.stacks.items()}))
    assert before == after
