"""Routes, addresses, packets in pieces."""

from __future__ import annotations

from cluster_core.dataplane.netns import DEFAULT, Interface, Netns, Route, loopback


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
