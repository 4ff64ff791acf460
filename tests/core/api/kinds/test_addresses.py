"""IP addresses and ranges."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.addresses import (
    canonical_cidr,
    canonical_ip,
    cidr,
    ip,
    is_usual,
    not_special,
    parse_cidr,
    parse_ip,
)


@pytest.mark.parametrize("text", ["10.0.0.1", "::1", "2001:db8::ffff"])
def test_addresses(text: str) -> None:
    assert not ip(text, "p")
    assert not canonical_ip(text, "p")


@pytest.mark.parametrize("text", ["", "10.0.0", "10.0.0.1/8", "fe80::1%eth0", "010.0.0.1"])
def test_no_addresses(text: str) -> None:
    assert parse_ip(text) is None
    assert ip(text, "p")
    assert canonical_ip(text, "p")


def test_ranges() -> None:
    assert not cidr("10.0.0.1/8", "p")
    assert canonical_cidr("10.0.0.1/8", "p")[0].detail == 'must be in canonical form ("10.0.0.0/8")'
    assert [parse_cidr(text) for text in ("10.0.0.0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "x/8")] == [None] * 4


@pytest.mark.parametrize("text", ["0.0.0.0", "127.1.2.3", "::1", "169.254.0.1", "fe80::1", "224.0.0.9", "ff02::1", "x"])
def test_addresses_for_special_uses(text: str) -> None:
    assert not_special(text, "p")
    assert not is_usual(text)


def test_usual_addresses() -> None:
    assert is_usual("10.0.0.1")
    assert not is_usual("fd00::1")
    assert not not_special("fd00::1", "p")
