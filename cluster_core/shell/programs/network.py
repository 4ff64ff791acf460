"""The frame of programs on the network: a name, a connection, bytes; each waits for virtual time, as the packets take."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.shell.outside import Answer, Connection, Lookup
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.running import Program
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Userland

SYN_TIMEOUT_US = 127_000_000
DNS_TIMEOUT_US = 10_000_000


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 address."""
    parts = text.split(".")
    return (
        len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts if len(part) <= 3) and all(parts)
    )


@dataclass(slots=True)
class Target:
    """Where a program wants to go; `address` once it is known, `lookup` what the name server said."""

    host: str
    port: int = 0
    address: str = ""
    lookup: Lookup | None = None
    connection: Connection | None = None


class NetworkProgram(Program):
    """A program that goes through stages; each is a method `at_<stage>(call)` that may wait and says what comes next.

    `go(stage, took)` sets the next stage, after `took` µs. A stage runs when the simulation has come to the task's time, so that
    what it asks is asked at the right moment.
    """

    def __init__(self) -> None:
        self.stage = "begin"
        self.due: int | None = None
        self.expects = 0

    def step(self, task: Task, land: Userland) -> Wait | None:
        """The next stage, when its time has come."""
        at = task.clock if self.due is None else self.due
        if self.expects in land.arrived:
            at = land.arrived[self.expects][0]
        if land.now < at:
            return Wait(until=at, strict=True, answer=self.expects)
        task.clock = max(task.clock, at)
        self.due = None
        call = Call(task.argv, task, land)
        try:
            getattr(self, f"at_{self.stage}")(call)
        except Usage as usage:
            land.exit(task, call.fail(usage.text, usage.status))
        return None

    def go(self, call: Call, stage: str, took: int = 0) -> None:
        """What comes next, and when."""
        self.stage = stage
        self.due = call.task.clock + took

    def exit(self, call: Call, code: int) -> None:
        """The program ends."""
        call.land.exit(call.task, code)


def look_up(call: Call, host: str, kind: str = "A", server: str = "") -> Lookup:
    """/etc/hosts, then the name server."""
    if kind == "A" and not server:
        for line in (
            call.land.files.read("/etc/hosts").decode().splitlines() if call.land.files.exists("/etc/hosts") else ()
        ):
            words = line.partition("#")[0].split()
            if host in words[1:] and is_address(words[0]):
                return Lookup("", "NOERROR", (words[0],), host, took=0)
    return call.land.outside.resolve(host, kind, server)


def find(call: Call, target: Target) -> int:
    """Find the address of a target; returns how long it took. `target.address` stays empty if there is none."""
    if is_address(target.host):
        target.address = target.host
        return 0
    if target.host == "localhost":
        target.address = "127.0.0.1"
        return 0
    target.lookup = look_up(call, target.host)
    target.address = target.lookup.addresses[0] if target.lookup.addresses else ""
    return DNS_TIMEOUT_US if target.lookup.code == "" else target.lookup.took


def connect(call: Call, target: Target, protocol: str = "TCP") -> Connection:
    """Open a connection; one that nobody answers takes as long as Linux tries."""
    call.land.note(f"@{target.address}")
    found = call.land.outside.connect(target.address, target.port, protocol)
    target.connection = (
        Connection(found.result, SYN_TIMEOUT_US, found.peer, found.address) if found.result == "lost" else found
    )
    return target.connection


def exchange(call: Call, target: Target, data: bytes, secure: bool = False) -> Answer:
    """Send, and receive what comes back."""
    return call.land.outside.exchange(target.address, target.port, data, secure)
