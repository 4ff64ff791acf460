"""What a walk keeps."""

from __future__ import annotations

from random import Random

from cluster_core.dataplane.netfilter import Tried
from cluster_core.dataplane.packet import request
from cluster_core.dataplane.tracer import LinuxKernel
from cluster_core.dataplane.walk import Skb, Walk
from tests.core.dataplane.lab import A1, B1, OpenEverywhere, lab


def walk(hops_max: int = 128) -> Walk:
    return Walk(lab(), Random(1), OpenEverywhere(), hops_max, LinuxKernel())


def test_the_limit_is_told_once() -> None:
    here = walk(2)
    packet = request(A1, B1, "TCP", 80, 1)
    for _ in range(2):
        assert here.may_go_on
        here.hop("n", "routing", packet, "forwarded", "packet.routed")
    assert not here.may_go_on and not here.may_go_on
    assert [hop.reason for hop in here.hops[2:]] == ["packet.too-many-hops"]


def test_a_device_is_one_of_the_parameters() -> None:
    here = walk()
    packet = request(A1, B1, "TCP", 80, 1)
    hop = here.hop("n", "device", packet, "forwarded", "packet.left", device="eth0", direction="out", params={"x": 1})
    assert hop.params == {"device": "eth0", "x": 1} and hop.after is packet


def test_recent_lists_are_by_stack_and_source() -> None:
    here = walk()
    one, other = (Skb(request(A1, B1, "TCP", 80, 1), here.fabric.stacks[name], here) for name in ("node-a", "node-b"))
    one.remember("KUBE-SEP-X")
    assert one.recently_seen("KUBE-SEP-X") and not other.recently_seen("KUBE-SEP-X")


def test_only_rules_that_were_taken_count_as_hit() -> None:
    here = walk()
    here.hit("n/nat", [Tried("C", "taken", 1.0, None, True), Tried("C", "skipped", 0.5, 0.7, False)])
    assert list(here.hits["n/nat"]) == ["taken"]


def test_a_draw_is_remembered_for_the_reader() -> None:
    skb = Skb(request(A1, B1, "TCP", 80, 1), lab().stacks["node-a"], walk())
    assert skb.last_draw is None
    assert skb.draw() == skb.last_draw == Random(1).random()
