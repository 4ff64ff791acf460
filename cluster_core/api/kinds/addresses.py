"""IP addresses and ranges of them, in upstream's words. Upstream: apimachinery `util/validation/ip.go`."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from cluster_core.api.errors import Cause

IP_WORDS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
CIDR_WORDS = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


@lru_cache(maxsize=65_536)
def parse_ip(text: str) -> IPv4Address | IPv6Address | None:
    """The address, or None."""
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=4_096)
def parse_cidr(text: str) -> IPv4Network | IPv6Network | None:
    """The range, or None. Bits behind the mask are dropped."""
    address, slash, bits = text.partition("/")
    if not slash or not bits.isascii() or not bits.isdigit() or len(bits) > 3 or parse_ip(address) is None:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def ip(text: str, path: str) -> list[Cause]:
    """A valid address."""
    return [] if parse_ip(text) is not None else [Cause(path, "Invalid", IP_WORDS, text)]


def cidr(text: str, path: str) -> list[Cause]:
    """A valid range."""
    return [] if parse_cidr(text) is not None else [Cause(path, "Invalid", CIDR_WORDS, text)]


def canonical_ip(text: str, path: str) -> list[Cause]:
    """A valid address as it is usually written."""
    found = parse_ip(text)
    if found is None:
        return [Cause(path, "Invalid", IP_WORDS, text)]
    words = f'must be in canonical form ("{found}")'
    return [] if str(found) == text else [Cause(path, "Invalid", words, text)]


def canonical_cidr(text: str, path: str) -> list[Cause]:
    """A valid range as it is usually written."""
    found = parse_cidr(text)
    if found is None:
        return [Cause(path, "Invalid", CIDR_WORDS, text)]
    words = f'must be in canonical form ("{found}")'
    return [] if str(found) == text else [Cause(path, "Invalid", words, text)]
