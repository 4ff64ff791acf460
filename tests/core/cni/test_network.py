"""CNI ADD and DEL: addresses, namespaces, and what a machine forgets when it goes off."""

from __future__ import annotations

import pytest

from cluster_core.cni import flannel
from cluster_core.cni.network import FlannelNetwork
from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric


def network(needs_flanneld: bool = False) -> FlannelNetwork:
    fabric = Fabric("10.244.0.0/16")
    lan.add_machine(fabric, "node-1", "192.168.66.11/24", "08:00:27:00:00:11", "192.168.66.1")
    return FlannelNetwork(fabric, "10.244.0.0/16", ["control-plane", "node-1"], needs_flanneld)


def test_del_frees_the_address_and_the_veth() -> None:
    net = network()
    net.add("a", "node-1")
    net.delete("a")
    net.delete("never seen")
    assert net.fabric.stacks["node-1"].ports == {} and net.fabric.sandboxes == {}
    assert [net.add(f"pod-{number}", "node-1") for number in range(2)] == ["10.244.1.3", "10.244.1.4"]


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
