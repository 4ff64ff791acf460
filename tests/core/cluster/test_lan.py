"""The LAN of a cluster."""

from __future__ import annotations

from cluster_core.cluster.lan import build_lan, port_forwards
from cluster_core.dataplane import lan


def test_every_machine_has_a_port_of_the_switch() -> None:
    fabric = build_lan(["control-plane", "node-1"], "10.200.0.0/16")
    assert list(fabric.switch) == ["control-plane", "node-1", "lan-client", "router"]
    assert fabric.pod_network == "10.200.0.0/16"
    assert [fabric.stacks[name].address_of("eth0") for name in ("control-plane", "node-1")] == [
        "192.168.66.10",
        "192.168.66.11",
    ]
    macs = [
        port.interfaces[device].mac
        for port, device in ((fabric.stacks[one.netns], one.device) for one in fabric.switch.values())
    ]
    assert len(set(macs)) == len(macs)


def test_a_large_cluster_still_has_one_lan() -> None:
    names = [f"n{number}" for number in range(200)]
    fabric = build_lan(names, "10.244.0.0/16")
    route = fabric.stacks["n0"].route(fabric.stacks["n199"].address_of("eth0"))
    assert route is not None and route.via == "" and route.device == "eth0"


def test_the_router_forwards_to_the_first_worker_or_the_only_machine() -> None:
    assert [one.target for one in port_forwards(4)] == ["192.168.66.11:30080", "192.168.66.11:30443"]
    assert port_forwards(1)[0] == lan.PortForward("tcp", 80, "192.168.66.10:30080")
