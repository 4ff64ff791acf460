"""CNI ADD and DEL on a node's bridge."""

from __future__ import annotations

from cluster_core.cni import bridge
from tests.core.cni.test_network import network


def test_a_pod_gets_a_namespace_with_routes_through_the_bridge() -> None:
    net = network()
    assert net.add("uid", "node-1") == "10.244.1.2"
    stack = net.fabric.netns("pod/uid")
    assert sorted(route.text() for route in stack.routes.values()) == [
        "10.244.0.0/16 via 10.244.1.1 dev eth0",
        "10.244.1.0/24 dev eth0 proto kernel scope link src 10.244.1.2",
        "default via 10.244.1.1 dev eth0",
    ]
    assert (stack.interfaces["eth0"].mtu, stack.interfaces["eth0"].mac) == (1450, "0a:58:0a:f4:01:02")
    (port,) = net.fabric.stacks["node-1"].ports.values()
    assert stack.interfaces["eth0"].peer == ("node-1", port.name) and port.hairpin
    assert net.fabric.stacks["node-1"].interfaces["cni0"].addresses == ("10.244.1.1/24",)


def test_the_first_pod_brings_the_bridge_up_and_it_stays() -> None:
    net = network()
    stack = net.fabric.stacks["node-1"]
    assert bridge.BRIDGE not in stack.interfaces and not stack.sysctl("net.ipv4.ip_forward")
    net.add("uid", "node-1")
    made = stack.interfaces[bridge.BRIDGE]
    net.delete("uid")
    net.add("other", "node-1")
    assert stack.interfaces[bridge.BRIDGE] is made and stack.sysctl("net.bridge.bridge-nf-call-iptables") == 1
