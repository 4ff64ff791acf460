"""Addresses as numbers, prefixes, MACs."""

from __future__ import annotations

import pytest

from cluster_core.dataplane.address import inside, is_address, pod_mac, to_int, to_text, veth_name


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
