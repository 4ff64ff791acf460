"""Routes, addresses, packets in pieces."""

from __future__ import annotations

import pytest

from cluster_core.dataplane import lan
from cluster_core.dataplane.address import inside, is_address, pod_mac, to_int, to_text, veth_name
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netns import DEFAULT, Interface, Netns, Route, loopback
from cluster_core.dataplane.packet import Frame, encapsulate, fragments, request
from cluster_core.dataplane.plan import lan_prefix, node_address


def test_the_longest_prefix_wins_and_a_dead_device_is_passed_over() -> None:
    stack = Netns("n")
    stack.add(Interface("eth0", "ethernet", addresses=("10.0.0.1/24",)))
    stack.add(Interface("eth1", "ethernet", addresses=("10.0.0.129/25",)))
    stack.routes[DEFAULT] = Route(DEFAULT, "eth0", via="10.0.0.254")
    found = [stack.route(target) for target in ("10.0.0.5", "10.0.0.200", "8.8.8.8")]
    assert [route.device for route in found if route is not None] == ["eth0", "eth1", "eth0"]
    stack.interfaces["eth1"].up = False
    after = stack.route("10.0.0.200")
    assert after is not None and after.target == "10.0.0.0/24"
    stack.interfaces["eth0"].up = False
    assert stack.route("8.8.8.8") is None


def test_routes_read_as_ip_route_prints_them() -> None:
    assert Route(DEFAULT, "eth0", via="10.0.0.1").text() == "default via 10.0.0.1 dev eth0"
    assert (
        Route("10.0.0.0/24", "cni0", source="10.0.0.1").text()
        == "10.0.0.0/24 dev cni0 proto kernel scope link src 10.0.0.1"
    )
    assert Route("10.0.1.0/24", "f", via="10.0.1.0", onlink=True).text() == "10.0.1.0/24 via 10.0.1.0 dev f onlink"
    assert Route("10.0.0.9/32", "eth0").text() == "10.0.0.9 dev eth0"


def test_local_addresses() -> None:
    stack = Netns("n")
    stack.add(loopback())
    stack.add(Interface("eth0", "ethernet", addresses=("10.0.0.1/24",)))
    assert stack.is_local("10.0.0.1") and stack.is_local("127.8.8.8") and not stack.is_local("10.0.0.2")


@pytest.mark.parametrize("text", ["", "10.0.0", "10.0.0.256", "10.0.0.x", "10.0.0.0.1", "١.١.١.١"])
def test_what_is_no_address(text: str) -> None:
    assert not is_address(text)
    with pytest.raises(ValueError, match="not an IPv4 address"):
        to_int(text)


def test_numbers_and_names_of_addresses() -> None:
    assert to_text(to_int("192.168.66.11")) == "192.168.66.11"
    assert pod_mac("10.244.1.2") == "0a:58:0a:f4:01:02"
    assert inside("10.244.1.2", "10.244.0.0/16") and not inside("10.245.1.2", "10.244.0.0/16")
    assert veth_name("uid") == veth_name("uid") != veth_name("other")


def test_pieces_are_multiples_of_eight_and_lose_nothing() -> None:
    whole = request("10.0.0.1", "10.0.0.2", "UDP", 9, 1, length=1500, df=False)
    pieces = fragments(whole, 1450)
    assert [(one.offset, one.length, one.more) for one in pieces] == [(0, 1444, True), (1424, 76, False)]
    assert sum(one.length - 20 for one in pieces) == 1480


def test_equal_flows_take_the_same_port_in_a_tunnel() -> None:
    frames = [Frame("a", "b", request("10.0.0.1", "10.0.0.2", "TCP", 80, port)) for port in (1, 1, 2)]
    ports = [encapsulate(frame, "n1", "n2", 1).sport for frame in frames]
    assert ports[0] == ports[1] != ports[2]
    assert all(32768 <= port <= 60999 for port in ports)


def test_every_node_has_an_address_of_its_own() -> None:
    addresses = [node_address(number) for number in range(600)]
    assert len(set(addresses)) == 600 and "192.168.66.100" not in addresses
    assert (addresses[0], addresses[1]) == ("192.168.66.10", "192.168.66.11")
    assert (lan_prefix(4), lan_prefix(100)) == (24, 16)


def test_a_machine_that_was_off_comes_back_with_nothing_but_its_nic() -> None:
    fabric = Fabric()
    stack = lan.add_machine(fabric, "n", "192.168.66.11/24", "08:00:27:00:00:11", "192.168.66.1")
    before = sorted(stack.routes)
    stack.routes["10.244.2.0/24"] = Route("10.244.2.0/24", "eth0")
    lan.power_off(fabric, "n")
    assert fabric.stacks["n"].route("192.168.66.1") is None
    lan.power_on(fabric, "n")
    assert sorted(fabric.stacks["n"].routes) == before
    assert fabric.peer("n", "eth0") == ("switch", "n")
