"""Leaving a stack: next hop, fragments, devices."""

from __future__ import annotations

from random import Random

from cluster_core.dataplane.packet import Frame, request
from cluster_core.dataplane.tracer import trace
from tests.core.dataplane.lab import B1, OpenEverywhere, lab, send


def test_a_device_that_is_down_has_no_routes() -> None:
    fabric = lab()
    fabric.stacks["node-a"].interfaces["flannel.1"].up = False
    found = send(fabric, "node-a", B1)
    assert (found.result, found.params["at"]) == ("dropped", "internet"), "only the default route is left"


def test_what_does_not_fit_is_cut_if_it_may_be() -> None:
    fabric = lab()
    fabric.stacks["node-a"].interfaces["flannel.1"].mtu = 600
    packet = request("", B1, "UDP", 8080, 40000, length=1450, df=False)
    found = trace(packet, fabric, "pod/a1", Random(1), OpenEverywhere(), 128)
    assert found.result == "delivered"
    pieces = [hop.after for hop in found.request if hop.device == "flannel.1" and hop.direction == "out"]
    lengths = [piece.packet.length for piece in pieces if isinstance(piece, Frame)]
    assert lengths == [596, 596, 298] and sum(length - 20 for length in lengths) == 1430
    assert found.request[-1].after.length == 1450, "whole again where it is delivered"  # type: ignore[union-attr]
