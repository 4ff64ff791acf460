"""The container runtime of a node: sandboxes and containers. It survives a restart of the kubelet, not one of the machine.

A container that ends by itself has its end written down when it starts (`exits_at`), so a running container costs no
events and a kubelet that was away finds the right state. Upstream: CRI, containerd.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.kubelet.behaviour_files import Behaviour
from cluster_core.kubelet.container_log import ContainerLog

KEPT_PER_CONTAINER = 2
UNKNOWN_EXIT = 255


@dataclass(slots=True)
class ContainerRecord:
    """One start of a container. `exits_at` None: it runs until it is stopped. Times in µs of virtual time. `resources` are those in
    force: what its cgroup says; `image_name` and `image_id` what the runtime calls its image."""

    name: str
    id: str
    image: str
    attempt: int
    started_at: int
    behaviour: Behaviour
    exits_at: int | None = None
    exit_code: int = 0
    reason: str = ""
    message: str = ""
    log: ContainerLog | None = None
    resources: Obj = field(default_factory=dict)
    image_name: str = ""
    image_id: str = ""

    def running(self, now: int) -> bool:
        """Whether the process is alive."""
        return self.exits_at is None or self.exits_at > now

    @property
    def exit_reason(self) -> str:
        """The reason of the terminated state, as the runtime gives it."""
        return self.reason or ("Completed" if self.exit_code == 0 else "Error")


@dataclass(slots=True)
class Sandbox:
    """A pod's sandbox: the pause container that holds its network namespace. Not `ready` after a reboot."""

    id: str
    ip: str
    created_at: int
    attempt: int = 0
    ready: bool = True


@dataclass(slots=True)
class Runtime:
    """All sandboxes and containers of a node, by pod uid."""

    boot_id: str
    sandboxes: dict[str, Sandbox] = field(default_factory=dict)
    containers: dict[str, dict[str, list[ContainerRecord]]] = field(default_factory=dict)

    def sandbox(self, uid: str) -> Sandbox | None:
        """The ready sandbox of a pod."""
        found = self.sandboxes.get(uid)
        return found if found is not None and found.ready else None

    def latest(self, uid: str, name: str) -> ContainerRecord | None:
        """The newest start of a container."""
        records = self.containers.get(uid, {}).get(name)
        return records[-1] if records else None

    def previous(self, uid: str, name: str) -> ContainerRecord | None:
        """The start before the newest one."""
        records = self.containers.get(uid, {}).get(name)
        return records[-2] if records and len(records) > 1 else None

    def start(self, uid: str, record: ContainerRecord) -> None:
        """A process begins; its end, if it has one, is known."""
        after = record.behaviour.exits_after
        if after is not None:
            record.exits_at = record.started_at + after
            record.exit_code = record.behaviour.exit_code
        records = self.containers.setdefault(uid, {}).setdefault(record.name, [])
        records.append(record)
        del records[:-KEPT_PER_CONTAINER]

    def stop(self, record: ContainerRecord, term_at: int, kill_at: int) -> None:
        """SIGTERM at `term_at`, SIGKILL at `kill_at` (µs): the end of the container is the first that works.

        A server ends in order; a program that would have ended by itself dies of the signal in the middle of its work.
        """
        after = record.behaviour.term_after
        ends = kill_at if after is None else min(term_at + after, kill_at)
        if record.exits_at is not None and record.exits_at <= ends:
            return
        killed = after is None or term_at + after > kill_at
        ended = 0 if record.behaviour.exits_after is None else 143
        record.exits_at = ends
        record.exit_code = 137 if killed else ended
        record.reason = ""

    def remove(self, uid: str) -> None:
        """Forget a pod."""
        self.sandboxes.pop(uid, None)
        self.containers.pop(uid, None)

    def power_off(self, now: int, boot_id: str) -> None:
        """The machine went down and came back: what ran is found dead, with the exit code containerd gives to the unknown."""
        self.boot_id = boot_id
        for sandbox in self.sandboxes.values():
            sandbox.ready = False
        for names in self.containers.values():
            for records in names.values():
                last = records[-1]
                if last.running(now):
                    last.exits_at, last.exit_code, last.reason = now, UNKNOWN_EXIT, "Unknown"

    def listening(self, uid: str, now: int) -> list[tuple[int, str]]:
        """(port, container) of every socket that is open in a pod now: what a packet to its address meets."""
        found: list[tuple[int, str]] = []
        for name, records in self.containers.get(uid, {}).items():
            last = records[-1]
            if last.running(now) and not last.behaviour.runs and now >= last.started_at + last.behaviour.ready_after:
                found.extend((port, name) for port in last.behaviour.listens)
        return found
