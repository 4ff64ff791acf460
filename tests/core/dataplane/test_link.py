"""Segments and the LAN switch."""

from __future__ import annotations

from random import Random

from cluster_core.dataplane import link
from cluster_core.dataplane.packet import Frame, request
from cluster_core.dataplane.tracer import LinuxKernel
from cluster_core.dataplane.walk import Walk
from tests.core.dataplane.lab import A1, A2, B1, OpenEverywhere, lab, send


def walk() -> Walk:
    return Walk(lab(), Random(1), OpenEverywhere(), 128, LinuxKernel())


def test_neighbours_are_found_on_the_segment_only() -> None:
    here = walk()
    pod, node = here.fabric.netns("pod/a1"), here.fabric.stacks["node-a"]
    assert link.resolve(here, pod, "eth0", "10.244.1.1") == "0a:58:0a:f4:01:01"
    assert link.resolve(here, pod, "eth0", A2) == "0a:58:0a:f4:01:03"
    assert link.resolve(here, pod, "eth0", B1) is None
    assert link.resolve(here, node, "eth0", "192.168.66.12") == "08:00:27:00:00:12"
    assert link.resolve(here, node, "flannel.1", "10.244.2.0") == "0e:00:00:00:01:02"
    assert link.resolve(here, node, "flannel.1", "10.244.3.0") is None, "a tunnel does not ask around"
    assert link.resolve(here, here.fabric.stacks["router"], "wan0", "203.0.113.1") == "52:54:00:12:35:02"


def test_an_unknown_mac_goes_to_every_other_port_and_nobody_takes_it() -> None:
    here = walk()
    here.on_switch.append(("node-a", Frame("08:00:27:00:00:11", "08:00:27:00:00:99", request(A1, B1, "TCP", 1, 1))))
    link.drain_switch(here)
    assert [hop.device for hop in here.hops if hop.reason == "packet.left-switch"] == ["node-b", "lan-client", "router"]
    assert [hop.netns for hop in here.hops if hop.reason == "packet.not-for-us"] == ["node-b", "lan-client", "router"]


def test_ones_own_port_that_is_down_takes_nothing() -> None:
    fabric = lab()
    fabric.switch["node-a"].up = False
    found = send(fabric, "pod/a1", B1)
    assert (found.reason, found.params["at"], found.params["port"]) == ("packet.port-down", "switch", "node-a")


def test_a_cable_that_ends_nowhere() -> None:
    fabric = lab()
    fabric.stacks["node-a"].interfaces["eth0"].peer = None
    assert send(fabric, "pod/a1", B1).result != "delivered"
    fabric.stacks["node-a"].neighbours[("eth0", "192.168.66.12")] = "08:00:27:00:00:12"
    assert send(fabric, "pod/a1", B1).reason == "packet.no-link"
