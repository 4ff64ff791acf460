"""IP addresses and ranges of them, in upstream's words. Upstream: apimachinery `util/validation/ip.go`."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from cluster_core.api.errors import Cause

IP_WORDS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
CIDR_WORDS = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
LOCAL_MULTICAST = (IPv4Network("224.0.0.0/24"), IPv6Network("ff02::/16"))


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


@lru_cache(maxsize=65_536)
def is_usual(text: str) -> bool:
    """Whether it is a plain IPv4 address that a pod may have."""
    found = parse_ip(text)
    return isinstance(found, IPv4Address) and not not_special(text, "")


def not_special(text: str, path: str) -> list[Cause]:
    """An address that traffic can be sent to from another node. Upstream: `ValidateNonSpecialIP`."""
    found = parse_ip(text)
    if found is None:
        return [Cause(path, "Invalid", "must be a valid IP address", text)]
    causes: list[Cause] = []
    if found.is_unspecified:
        causes.append(Cause(path, "Invalid", f"may not be unspecified ({text})", text))
    if found.is_loopback:
        causes.append(Cause(path, "Invalid", "may not be in the loopback range (127.0.0.0/8, ::1/128)", text))
    if found.is_link_local:
        words = "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        causes.append(Cause(path, "Invalid", words, text))
    if any(found.version == network.version and found in network for network in LOCAL_MULTICAST):
        words = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        causes.append(Cause(path, "Invalid", words, text))
    return causes
