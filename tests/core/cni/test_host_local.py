"""Addresses of a node's subnet."""

from __future__ import annotations

import pytest

from cluster_core.cni.host_local import PodAddresses


def test_addresses_run_out_with_the_words_of_host_local() -> None:
    addresses = PodAddresses("10.244.0.0/16", ["a", "b"])
    given = [addresses.add(f"pod-{number}", "b") for number in range(253)]
    assert (given[0], given[-1], len(set(given))) == ("10.244.1.2", "10.244.1.254", 253)
    with pytest.raises(LookupError, match=r"no IP addresses available in range set: 10\.244\.1\.1-10\.244\.1\.254"):
        addresses.add("one more", "b")
    addresses.delete("pod-5")
    assert addresses.add("one more", "b") == given[5] == addresses.add("one more", "b")
