"""The hooks: order of the tables, translations once per connection, addresses and ports of MASQUERADE."""

from __future__ import annotations

from cluster_core.dataplane.rule import CtState, Rule
from tests.core.dataplane.lab import A1, B1, PORT, lab, send


def test_the_nat_table_sees_only_the_first_packet_of_a_connection() -> None:
    found = send(lab(), "pod/a1", B1)
    hits = found.hits["node-b/nat"]
    assert any("-s 10.244.0.0/16 -d 10.244.2.0/24" in rule for rule in hits)
    assert not any("-s 10.244.2.0/24 -d 10.244.0.0/16" in rule for rule in hits), "the answer does not ask again"


def test_masquerade_takes_the_address_of_the_way_out() -> None:
    fabric = lab()
    fabric.stacks["node-a"].netfilter.prepend("nat", "POSTROUTING", Rule("MASQUERADE", source=f"{A1}/32"))
    found = send(fabric, "pod/a1", B1)
    (change,) = [hop.params for hop in found.request if hop.reason == "packet.source-translated"]
    assert (change["new"], change["new_port"]) == ("10.244.1.0", change["old_port"]), (
        "flannel.1's, and the port is kept"
    )


def test_random_fully_draws_the_port() -> None:
    fabric = lab()
    rule = Rule("MASQUERADE", source=f"{A1}/32", options="--random-fully")
    fabric.stacks["node-a"].netfilter.prepend("nat", "POSTROUTING", rule)
    (change,) = [hop.params for hop in send(fabric, "pod/a1", B1).request if hop.reason == "packet.source-translated"]
    assert change["new_port"] != change["old_port"]


def test_dnat_without_a_port_keeps_it() -> None:
    fabric = lab()
    rule = Rule("DNAT", target="10.96.0.9/32", options=f"--to-destination {B1}")
    fabric.stacks["node-a"].netfilter.append("nat", "PREROUTING", rule)
    assert send(fabric, "pod/a1", "10.96.0.9", port=PORT).result == "delivered"


def test_the_answer_is_established_where_it_comes_back() -> None:
    fabric = lab()
    forward = fabric.stacks["node-a"].netfilter
    forward.prepend("filter", "FORWARD", Rule("DROP", source=f"{B1}/32", matches=(CtState(("NEW", "INVALID")),)))
    assert send(fabric, "pod/a1", B1).result == "delivered"
    assert send(fabric, "pod/b1", A1).reason == "packet.filter-dropped"
