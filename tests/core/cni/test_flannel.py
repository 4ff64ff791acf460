"""What Flannel programs on a node."""

from __future__ import annotations

from cluster_core.cni import flannel
from cluster_core.dataplane.netfilter import save
from cluster_core.dataplane.netns import Netns
from tests.core.cni.test_network import network


def test_leases_come_and_go() -> None:
    net = network()
    stack = net.fabric.stacks["node-1"]
    own = flannel.Lease("node-1", "10.244.1.0/24", "192.168.66.11", "0e:00:00:00:00:01")
    other = flannel.Lease("node-2", "10.244.2.0/24", "192.168.66.12", "0e:00:00:00:00:02")
    flannel.create_device(stack, own)
    flannel.add_lease(stack, other)
    assert stack.routes["10.244.2.0/24"].text() == "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink"
    assert stack.neighbours == {("flannel.1", "10.244.2.0"): other.vtep_mac}
    assert stack.fdb == {("flannel.1", other.vtep_mac): "192.168.66.12"}
    flannel.remove_lease(stack, other)
    assert "10.244.2.0/24" not in stack.routes and not stack.neighbours and not stack.fdb
    assert stack.interfaces["flannel.1"].mtu == 1450


def test_programming_twice_is_programming_once() -> None:
    stack = Netns("n")
    lease = flannel.Lease("node-1", "10.244.1.0/24", "192.168.66.11", "0e:00:00:00:00:01")
    flannel.program_rules(stack, lease, "10.244.0.0/16")
    once = save(stack.netfilter)
    flannel.program_rules(stack, lease, "10.244.0.0/16")
    assert save(stack.netfilter) == once and once.count("flanneld masq") == 7
