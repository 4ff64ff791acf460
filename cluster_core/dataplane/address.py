"""IPv4 addresses and prefixes as the kernel compares them: integers, parsed once. MAC addresses made of them."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32


@lru_cache(maxsize=65536)
def to_int(address: str) -> int:
    """ "10.244.1.2" as a number; ValueError if it is no IPv4 address."""
    parts = address.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts):
        raise ValueError(f"{address!r} is not an IPv4 address")
    return int(parts[0]) << 24 | int(parts[1]) << 16 | int(parts[2]) << 8 | int(parts[3])


def to_text(number: int) -> str:
    """A number as dotted decimals."""
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@lru_cache(maxsize=65536)
def prefix(cidr: str) -> tuple[int, int, int]:
    """(network, mask, length) of "10.244.1.0/24"; an address alone is a /32."""
    address, _, length_text = cidr.partition("/")
    length = int(length_text) if length_text else 32
    mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    return to_int(address) & mask, mask, length


def inside(address: str, cidr: str) -> bool:
    """Whether an address belongs to a prefix."""
    network, mask, _ = prefix(cidr)
    return to_int(address) & mask == network


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 address."""
    try:
        to_int(text)
    except ValueError:
        return False
    return True


def host(cidr: str, number: int) -> str:
    """The address with this number in a prefix: host("10.244.1.0/24", 1) is 10.244.1.1."""
    return to_text(prefix(cidr)[0] + number)


@lru_cache(maxsize=65536)
def pod_mac(address: str) -> str:
    """The MAC that the CNI plugins give to an address: 0a:58 and its four bytes."""
    number = to_int(address)
    return f"0a:58:{number >> 24:02x}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def machine_mac(address: str) -> str:
    """The MAC of a virtual machine's NIC, from its address."""
    number = to_int(address)
    return f"08:00:27:00:{number >> 8 & 255 ^ 66:02x}:{number & 255:02x}"


def veth_name(pod_uid: str) -> str:
    """The host's end of a pod's veth pair: "veth" and eight hex digits. Real CNI plugins draw them."""
    return f"veth{crc32(pod_uid.encode()):08x}"
