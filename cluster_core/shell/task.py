"""A task: one running program of a container, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from cluster_core.shell.descriptors import Descriptor

if TYPE_CHECKING:
    from cluster_core.shell.userland import Userland

SIGNALS = {
    "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10, "SEGV": 11,
    "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CONT": 18, "STOP": 19, "TSTP": 20, "TTIN": 21,
    "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27, "WINCH": 28, "IO": 29, "PWR": 30, "SYS": 31,
}  # fmt: skip
TOLD = {
    4: "Illegal instruction",
    6: "Aborted",
    9: "Killed",
    11: "Segmentation fault",
    14: "Alarm clock",
    15: "Terminated",
}
IGNORED_BY_DEFAULT = (17, 18, 23, 28)


@dataclass(frozen=True, slots=True)
class Wait:
    """Any of these lets a task go on: a time (µs), input on one of `reads`, room in what it writes to, an ended child (0: any),
    the arrival of an `answer` (0: none).

    With none of them it waits until it is stopped. `strict`: the time of the simulation itself must have come; `holds`:
    signals wait too (a shell's, while its command in the foreground runs).
    """

    until: int | None = None
    reads: tuple[int, ...] = ()
    writes: tuple[int, ...] = ()
    child: int | None = None
    strict: bool = False
    holds: bool = False
    answer: int = 0


class Body(Protocol):
    """The program that a task runs."""

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Do a little; what to wait for. A program ends by `land.exit(task, code)`."""

    def handles(self, number: int) -> bool:
        """Whether it does something of its own when a signal comes; else the default action is taken."""

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """A signal that it handles comes."""


@dataclass(slots=True, eq=False)
class Task:
    """`clock` is the task's own virtual time (µs), a little ahead of the simulation's while it computes. `status` once it has ended, `killed`
    the signal that ended it.

    `group` is the session it belongs to: what ends with the main program of a container or of an exec.
    """

    pid: int
    parent: int
    argv: list[str]
    body: Body
    environment: dict[str, str]
    directory: str = "/"
    fds: dict[int, Descriptor] = field(default_factory=dict)
    wait: Wait | None = None
    clock: int = 0
    began_at: int = 0
    status: int | None = None
    group: int = 0
    spent: int = 0
    signals: list[int] = field(default_factory=list)
    ignores: tuple[int, ...] = ()
    user: str = "root"
    orphan: bool = False
    killed: int = 0

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.status is None
