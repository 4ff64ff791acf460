"""Addresses and URLs in CEL. Upstream: apiserver `pkg/cel/library/{ip,cidr,urls}.go`."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from cluster_core.api.cel.function import function, over_first, traversal
from cluster_core.api.cel.problem import EvalError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Interface | ipaddress.IPv6Interface


@dataclass(frozen=True, slots=True)
class Ip:
    """An address."""

    address: Address
    cel_type = "net.IP"

    def __str__(self) -> str:
        return str(self.address)


@dataclass(frozen=True, slots=True)
class Cidr:
    """An address with the length of its network's prefix."""

    interface: Network
    cel_type = "net.CIDR"

    def __str__(self) -> str:
        return str(self.interface)


@dataclass(frozen=True, slots=True)
class Url:
    """A URL as Go's net/url takes it apart."""

    scheme: str
    host: str
    path: str
    query: str
    cel_type = "kubernetes.URL"


def _address(text: str) -> Address:
    if "%" in text:
        raise EvalError(f'IP address "{text}" with zone value is not allowed')
    try:
        found = ipaddress.ip_address(text)
    except ValueError as error:
        words = (
            f'IP Address "{text}" parse error during conversion from string: ParseAddr("{text}"): unable to parse IP'
        )
        raise EvalError(words) from error
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        raise EvalError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return found


@function("ip", "string -> net.IP", members=("net.CIDR -> net.IP",), cost=lambda value: traversal(len(str(value))))
def to_ip(value: str | Cidr) -> Ip:
    """An address from a text, or that of a CIDR."""
    return Ip(_address(value)) if isinstance(value, str) else Ip(value.interface.ip)


@function("isIP", "string -> bool", cost=over_first)
def is_ip(text: str) -> bool:
    """Whether a text is an address."""
    try:
        _address(text)
    except EvalError:
        return False
    return True


@function("ip.isCanonical", "string -> bool", cost=over_first)
def is_canonical(text: str) -> bool:
    """Whether an address is written in its one short form."""
    return str(_address(text)) == text


@function("family", members=("net.IP -> int",))
def family(value: Ip) -> int:
    """4 or 6."""
    return value.address.version


@function("isUnspecified", members=("net.IP -> bool",))
def is_unspecified(value: Ip) -> bool:
    """0.0.0.0 or ::."""
    return value.address.is_unspecified


@function("isLoopback", members=("net.IP -> bool",))
def is_loopback(value: Ip) -> bool:
    """127.0.0.0/8 or ::1."""
    return value.address.is_loopback


@function("isLinkLocalMulticast", members=("net.IP -> bool",))
def is_link_local_multicast(value: Ip) -> bool:
    """224.0.0.0/24 or ff02::/16."""
    link = ipaddress.ip_network("224.0.0.0/24" if value.address.version == 4 else "ff02::/16")
    return value.address in link


@function("isLinkLocalUnicast", members=("net.IP -> bool",))
def is_link_local_unicast(value: Ip) -> bool:
    """169.254.0.0/16 or fe80::/10."""
    return value.address.is_link_local


@function("isGlobalUnicast", members=("net.IP -> bool",))
def is_global_unicast(value: Ip) -> bool:
    """Any address of one machine that is not of its link or itself."""
    address = value.address
    odd = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    return not odd and str(address) != "255.255.255.255"


def _interface(text: str) -> Network:
    try:
        address, slash, length = text.partition("/")
        if not slash or not length.isdigit() or "%" in address:
            raise ValueError
        return ipaddress.ip_interface(text)
    except ValueError as error:
        words = f'network address parse error during conversion from string: netip.ParsePrefix("{text}"): '
        raise EvalError(words + ("no '/'" if "/" not in text else "bad prefix")) from error


@function("cidr", "string -> net.CIDR", cost=over_first)
def to_cidr(text: str) -> Cidr:
    """A CIDR from "10.0.0.0/8"."""
    return Cidr(_interface(text))


@function("isCIDR", "string -> bool", cost=over_first)
def is_cidr(text: str) -> bool:
    """Whether a text is a CIDR."""
    try:
        _interface(text)
    except EvalError:
        return False
    return True


@function("containsIP", members=("net.CIDR, string -> bool", "net.CIDR, net.IP -> bool"))
def contains_ip(value: Cidr, other: str | Ip) -> bool:
    """Whether an address is in the network."""
    address = _address(other) if isinstance(other, str) else other.address
    return address in value.interface.network


@function("containsCIDR", members=("net.CIDR, string -> bool", "net.CIDR, net.CIDR -> bool"))
def contains_cidr(value: Cidr, other: str | Cidr) -> bool:
    """Whether a network lies in the network."""
    inner = (_interface(other) if isinstance(other, str) else other.interface).network
    outer = value.interface.network
    if isinstance(inner, ipaddress.IPv4Network):
        return isinstance(outer, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, ipaddress.IPv6Network) and inner.subnet_of(outer)


@function("masked", members=("net.CIDR -> net.CIDR",))
def masked(value: Cidr) -> Cidr:
    """The CIDR with the first address of its network."""
    return Cidr(ipaddress.ip_interface(str(value.interface.network)))


@function("prefixLength", members=("net.CIDR -> int",))
def prefix_length(value: Cidr) -> int:
    """The bits of the network."""
    return value.interface.network.prefixlen


def _url(text: str) -> Url:
    try:
        if not text or re.search(r"[\x00-\x20\x7f]", text) or re.search(r"%(?![0-9a-fA-F]{2})", text):
            raise ValueError
        parts = urlsplit(text.partition("#")[0] if text.startswith("/") else text)
        if not (text.startswith("/") or parts.scheme) or parts.port is False:
            raise ValueError
        if parts.netloc.rpartition("@")[2].count(":") > 1 and "[" not in parts.netloc:
            raise ValueError
        return Url(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query)
    except ValueError as error:
        words = f'URL parse error during conversion from string: parse "{text}": invalid URI for request'
        raise EvalError(words) from error


@function("url", "string -> kubernetes.URL", cost=over_first)
def to_url(text: str) -> Url:
    """A URL: an absolute one, or an absolute path."""
    return _url(text)


@function("isURL", "string -> bool", cost=over_first)
def is_url(text: str) -> bool:
    """Whether a text is a URL."""
    try:
        _url(text)
    except EvalError:
        return False
    return True


@function("getScheme", members=("kubernetes.URL -> string",))
def get_scheme(value: Url) -> str:
    """ "https"."""
    return value.scheme


@function("getHost", members=("kubernetes.URL -> string",))
def get_host(value: Url) -> str:
    """ "example.com:80"."""
    return value.host


@function("getHostname", members=("kubernetes.URL -> string",))
def get_hostname(value: Url) -> str:
    """ "example.com"."""
    if value.host.startswith("["):
        return value.host[1:].partition("]")[0]
    return value.host.partition(":")[0]


@function("getPort", members=("kubernetes.URL -> string",))
def get_port(value: Url) -> str:
    """ "80" or ""."""
    return value.host.rpartition("]")[2].partition(":")[2]


@function("getEscapedPath", members=("kubernetes.URL -> string",))
def get_path(value: Url) -> str:
    """The path with % escapes."""
    return quote(unquote(value.path), safe="/:@!$&'()*+,;=~-._")


@function("getQuery", members=("kubernetes.URL -> map(string, list(string))",))
def get_query(value: Url) -> dict[str, list[str]]:
    """The query's values by key."""
    return parse_qs(value.query, keep_blank_values=True, max_num_fields=1000)
