"""The address plan of the LAN."""

from __future__ import annotations

from cluster_core.dataplane.plan import lan_prefix, node_address


def test_every_node_has_an_address_of_its_own() -> None:
    addresses = [node_address(number) for number in range(600)]
    assert len(set(addresses)) == 600 and "192.168.66.100" not in addresses
    assert (addresses[0], addresses[1]) == ("192.168.66.10", "192.168.66.11")
    assert (lan_prefix(4), lan_prefix(100)) == (24, 16)
