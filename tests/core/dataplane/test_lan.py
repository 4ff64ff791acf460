"""Machines, router and internet on their cables."""

from __future__ import annotations

from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netfilter import save
from cluster_core.dataplane.netns import Route
from tests.core.dataplane.lab import lab, send


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


def test_the_router_lets_in_only_what_it_forwards_or_has_asked_for() -> None:
    text = save(lab().stacks[lan.ROUTER].netfilter)
    assert ":FORWARD DROP" in text
    assert (
        "-A PREROUTING -d 203.0.113.2/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.66.11:8080" in text
    )
    fabric = lab()
    fabric.stacks[lan.INTERNET].routes["192.168.66.0/24"] = Route("192.168.66.0/24", "eth0", via=lan.WAN_ADDRESS)
    found = send(fabric, lan.INTERNET, "192.168.66.11")
    assert (found.result, found.reason, found.params["at"]) == ("dropped", "packet.filter-dropped", lan.ROUTER)


def test_the_internet_forwards_nothing() -> None:
    found = send(lab(), "lan-client", "198.51.100.77")
    assert (found.reason, found.params["at"]) == ("packet.forwarding-off", lan.INTERNET)
