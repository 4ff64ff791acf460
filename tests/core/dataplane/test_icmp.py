"""ICMP errors: who sends them, about what, and when there is none."""

from __future__ import annotations

from random import Random

from cluster_core.dataplane import icmp
from cluster_core.dataplane.packet import icmp_error, request
from cluster_core.dataplane.tracer import LinuxKernel
from cluster_core.dataplane.walk import Skb, Walk
from tests.core.dataplane.lab import A1, B1, OpenEverywhere, lab, send


def walk() -> Walk:
    return Walk(lab(), Random(1), OpenEverywhere(), 128, LinuxKernel())


def test_the_source_is_the_address_that_was_meant_if_it_is_ours() -> None:
    here = walk()
    stack = here.fabric.stacks["node-a"]
    for target, source in (("192.168.66.11", "192.168.66.11"), (B1, "")):
        icmp.error(Skb(request(A1, target, "TCP", 80, 1), stack, here), icmp.PORT_UNREACHABLE)
        assert here.errors[-1][1].source == source, "empty: the route back chooses it"


def test_there_is_no_error_about_an_error_or_a_later_piece() -> None:
    here = walk()
    stack, sent = here.fabric.stacks["node-a"], request(A1, B1, "UDP", 9, 1)
    about_error = icmp_error(B1, sent, icmp.HOST_UNREACHABLE)
    icmp.error(Skb(about_error, stack, here), icmp.HOST_UNREACHABLE)
    assert here.errors == []


def test_a_traceroute_is_answered_hop_by_hop() -> None:
    answers = [send(lab(), "pod/a1", B1, "ICMP", ttl=ttl) for ttl in (1, 2, 3)]
    assert [found.params["from"] for found in answers] == ["10.244.1.1", "10.244.2.0", B1]
    assert [found.reason for found in answers[:2]] == ["packet.time-exceeded"] * 2
    assert answers[2].result == "delivered"
