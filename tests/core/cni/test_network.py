"""CNI ADD and DEL: addresses, namespaces, and what a machine forgets when it goes off."""

from __future__ import annotations

import pytest

from cluster_core.cni import flannel
from cluster_core.cni.host_local import PodAddresses
from cluster_core.cni.network import FlannelNetwork
from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric


def network(needs_flanneld: bool = False) -> FlannelNetwork:
    fabric = Fabric("10.244.0.0/16")
    lan.add_machine(fabric, "node-1", "192.168.66.11/24", "08:00:27:00:00:11", "192.168.66.1")
    return FlannelNetwork(fabric, "10.244.0.0/16", ["control-plane", "node-1"], needs_flanneld)


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


def test_del_frees_the_address_and_the_veth() -> None:
    net = network()
    net.add("a", "node-1")
    net.delete("a")
    net.delete("never seen")
    assert net.fabric.stacks["node-1"].ports == {} and net.fabric.sandboxes == {}
    assert [net.add(f"pod-{number}", "node-1") for number in range(2)] == ["10.244.1.3", "10.244.1.4"]


def test_addresses_run_out_with_the_words_of_host_local() -> None:
    addresses = PodAddresses("10.244.0.0/16", ["a", "b"])
    given = [addresses.add(f"pod-{number}", "b") for number in range(253)]
    assert (given[0], given[-1], len(set(given))) == ("10.244.1.2", "10.244.1.254", 253)
    with pytest.raises(LookupError, match=r"no IP addresses available in range set: 10\.244\.1\.1-10\.244\.1\.254"):
        addresses.add("one more", "b")
    addresses.delete("pod-5")
    assert addresses.add("one more", "b") == given[5] == addresses.add("one more", "b")


def test_without_flanneld_no_pod_gets_a_network() -> None:
    net = network(needs_flanneld=True)
    with pytest.raises(LookupError, match=r"subnet\.env: no such file"):
        net.add("uid", "node-1")
    lease = flannel.Lease("node-1", net.subnets["node-1"], "192.168.66.11", "0e:00:00:00:00:01")
    flannel.create_device(net.fabric.stacks["node-1"], lease)
    assert net.add("uid", "node-1") == "10.244.1.2"


def test_a_machine_that_goes_off_loses_its_namespaces_but_not_its_addresses() -> None:
    net = network()
    net.add("uid", "node-1")
    net.power_off("node-1")
    assert net.fabric.sandboxes == {} and list(net.fabric.stacks["node-1"].interfaces) == ["lo", "eth0"]
    net.power_on("node-1")
    net.delete("uid")
    assert net.add("uid", "node-1") == "10.244.1.3"


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
