"""A world outside of a container for tests: names, open ports, pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.shell.outside import Answer, Connection, Echo, Lookup

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nhello\n"


@dataclass
class Internet:
    """`names` by name; `pages` by port; port 9 never answers."""

    names: dict[str, str] = field(default_factory=lambda: {"web": "10.0.0.1", "db": "10.0.0.2"})
    pages: dict[int, bytes] = field(
        default_factory=lambda: {80: PAGE, 6379: b"+PONG\r\n", 404: b"HTTP/1.1 404 Not Found\r\n\r\nno", 5432: b""}
    )
    asked: list[bytes] = field(default_factory=list)

    def resolve(self, name: str, kind: str = "A", server: str = "") -> Lookup:
        bare = name.removesuffix(".")
        found = self.names.get(bare)
        full = f"{bare}.default.svc.cluster.local"
        if found is None:
            return Lookup("10.96.0.10", "NXDOMAIN", name=full, asked=(full, bare))
        return Lookup("10.96.0.10", "NOERROR", (found,), full, (full,), (f"{full}. 30 IN A {found}",))

    def connect(self, address: str, port: int, protocol: str = "TCP") -> Connection:
        return Connection("lost" if port == 9 else "open" if port in self.pages else "refused", address=address)

    def exchange(self, address: str, port: int, data: bytes, secure: bool = False) -> Answer:
        self.asked.append(data)
        return Answer(self.pages[port])

    def ping(self, address: str) -> Echo:
        return Echo("open")
