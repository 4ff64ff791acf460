"""What programs ask of the world outside their container: names, connections, the answers of servers. Times in µs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lookup:
    """The answer of a name server. `code`: NOERROR, NXDOMAIN, or "" if it did not answer. `asked` are the full names that were tried."""

    server: str
    code: str
    addresses: tuple[str, ...] = ()
    name: str = ""
    asked: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    took: int = 1_000


@dataclass(frozen=True, slots=True)
class Connection:
    """What became of a connection. `result`: open, refused, unreachable or lost (no answer came). `peer` names who accepted it;
    `authority` is the certificate (PEM) that vouches for its own, "" if it does not speak TLS."""

    result: str
    took: int = 500
    peer: str = ""
    address: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sends back on a connection, and after how long; `closed` False: it keeps the connection open.

    `expected`: the data come later, into `Userland.arrived` under that number.
    """

    data: bytes = b""
    took: int = 500
    closed: bool = True
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Echo:
    """The answer to a ping: `result` as for a connection; `reporter` is who sent an ICMP error."""

    result: str
    took: int = 400
    reporter: str = ""


class Outside(Protocol):
    """The world as one container meets it. Asking a name or a path changes nothing; `exchange` may (a server logs a request)."""

    def resolve(self, name: str, kind: str = "A", server: str = "") -> Lookup:
        """Ask a name server (that of resolv.conf)."""

    def connect(self, address: str, port: int, protocol: str = "TCP") -> Connection:
        """Open a connection."""

    def exchange(self, address: str, port: int, data: bytes, secure: bool = False) -> Answer:
        """Send bytes on a fresh connection that is known to open (`secure`: inside TLS), and take what comes back."""

    def ping(self, address: str) -> Echo:
        """One ICMP echo request."""


@dataclass(slots=True)
class NoOutside:
    """A container without network."""

    names: dict[str, str] = field(default_factory=dict)

    def resolve(self, name: str, kind: str = "A", server: str = "") -> Lookup:
        """No name server."""
        return Lookup(server, "")

    def connect(self, address: str, port: int, protocol: str = "TCP") -> Connection:
        """No way."""
        return Connection("unreachable")

    def exchange(self, address: str, port: int, data: bytes, secure: bool = False) -> Answer:
        """Nobody."""
        return Answer()

    def ping(self, address: str) -> Echo:
        """No way."""
        return Echo("unreachable")
