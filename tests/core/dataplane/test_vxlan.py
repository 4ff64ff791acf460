"""The tunnel between nodes."""

from __future__ import annotations

from cluster_core.dataplane.packet import Packet
from tests.core.dataplane.lab import B1, lab, send


def test_the_outer_packet_goes_from_node_to_node_and_its_port_differs_by_direction() -> None:
    found = send(lab(), "pod/a1", B1)
    outers = [next(hop.after for hop in hops if hop.verdict == "encapsulated") for hops in (found.request, found.reply)]
    there, back = (outer for outer in outers if isinstance(outer, Packet))
    assert (there.source, there.target) == ("192.168.66.11", "192.168.66.12") == (back.target, back.source)
    assert there.sport != back.sport


def test_the_fdb_says_which_node() -> None:
    fabric = lab()
    fabric.stacks["node-a"].fdb[("flannel.1", "0e:00:00:00:01:02")] = "192.168.66.77"
    found = send(fabric, "pod/a1", B1)
    assert (found.result, found.reason) == ("dropped", "packet.no-neighbour"), (
        "nobody is told: the sender is the kernel"
    )


def test_a_node_opens_only_envelopes_of_its_own_network() -> None:
    fabric = lab()
    fabric.stacks["node-b"].interfaces["flannel.1"].vni = 7
    assert send(fabric, "pod/a1", B1).reason == "packet.no-vxlan"
    fabric.stacks["node-b"].interfaces["flannel.1"].vni = 1
    fabric.stacks["node-b"].interfaces["flannel.1"].mac = "0e:00:00:00:01:99"
    assert send(fabric, "pod/a1", B1).reason == "packet.not-for-us"
