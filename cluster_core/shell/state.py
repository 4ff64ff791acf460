"""The memory of a running shell: variables, functions, what it is in the middle of. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.shell.descriptors import Descriptor
from cluster_core.shell.patterns import Segment
from cluster_core.shell.task import Task
from cluster_core.shell.word_compiler import Code

STACK_MAX = 120
TEXT_MAX = 1 << 20


class ShellError(Exception):
    """A fault that ends a script (or at a prompt the command): the text that the shell prints, and its status."""

    def __init__(self, text: str, status: int = 2) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass(slots=True)
class Frame:
    """A code that runs. `kind`: script, function, source, eval, trap, exit-trap; `base` is where its blocks begin."""

    code: Code
    kind: str
    base: int
    at: int = 0
    arguments: list[str] | None = None
    saved: dict[str, str | None] = field(default_factory=dict)
    status: int = 0
    heights: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(slots=True)
class Block:
    """What is to be undone when a piece of code is left: a loop ("loop"), redirections ("redirects"), a tested context ("tested")."""

    kind: str
    again: int = 0
    end: int = 0
    items: list[str] = field(default_factory=list)
    status: int = 0
    saved: dict[int, tuple[int, bool]] = field(default_factory=dict)
    heights: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(slots=True)
class Capture:
    """A `$(…)` under way: the subshell, where its output comes, and what has come."""

    pid: int
    fd: int
    data: bytes = b""


@dataclass(slots=True)
class Pending:
    """A command whose words are being expanded. `saved` once its redirections are in force."""

    line: int
    words: list[str] = field(default_factory=list)
    assignments: list[tuple[str, str, bool]] = field(default_factory=list)
    redirects: list[tuple[int, str, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    substituted: bool = False
    begun: bool = False
    child: int = 0
    saved: dict[int, tuple[int, bool]] | None = None
    restores: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """What a subshell inherits as a copy."""

    variables: dict[str, str] = field(default_factory=dict)
    arrays: dict[str, list[str]] = field(default_factory=dict)
    exported: dict[str, None] = field(default_factory=dict)
    readonly: dict[str, None] = field(default_factory=dict)
    functions: dict[str, Code] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    options: dict[str, bool] = field(default_factory=dict)
    traps: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    name: str = "sh"
    status: int = 0
    pid: int = 0
    background: int = 0
    line: int = 0

    def copy(self) -> Memory:
        """The memory of a subshell; traps are not inherited."""
        return Memory(
            dict(self.variables),
            {name: list(items) for name, items in self.arrays.items()},
            dict(self.exported),
            dict(self.readonly),
            dict(self.functions),
            dict(self.aliases),
            dict(self.options),
            {name: text for name, text in self.traps.items() if not text},
            list(self.arguments),
            self.name,
            self.status,
            self.pid,
            self.background,
            self.line,
        )

    def get(self, name: str) -> str | None:
        """A variable; of an array its first member."""
        items = self.arrays.get(name)
        if items is not None:
            return items[0] if items else None
        return self.variables.get(name)

    def set(self, name: str, value: str) -> None:
        """Give a variable a value; raises `ShellError` for one that is read-only."""
        if name in self.readonly:
            raise ShellError(f"{name}: is read only")
        if len(value) > TEXT_MAX or len(self.variables) > 2_000:
            raise ShellError("out of memory")
        base, _, rest = name.partition("[")
        if rest:
            self._set_item(base, rest.removesuffix("]"), value)
        elif name in self.arrays:
            self.arrays[name] = [value, *self.arrays[name][1:]]
        else:
            self.variables[name] = value
            if self.options.get("allexport"):
                self.exported[name] = None

    def _set_item(self, base: str, index: str, value: str) -> None:
        items = self.arrays.setdefault(base, [self.variables.pop(base)] if base in self.variables else [])
        place = int(index) if index.isdigit() else 0
        if place > 2_000:
            raise ShellError("out of memory")
        items.extend([""] * (place + 1 - len(items)))
        items[place] = value

    def unset(self, name: str) -> None:
        """Forget a variable."""
        if name in self.readonly:
            raise ShellError(f"{name}: is read only")
        self.variables.pop(name, None)
        self.arrays.pop(name, None)
        self.exported.pop(name, None)

    def environment(self) -> dict[str, str]:
        """What programs get."""
        return {name: self.variables[name] for name in self.exported if name in self.variables}


@dataclass(slots=True)
class Machine:
    """The state of the stack machine itself, beside the memory."""

    frames: list[Frame] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    words: list[list[Segment]] = field(default_factory=list)
    operands: list[str] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    jobs: list[list[int]] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    background: list[int] = field(default_factory=list)
    ended: dict[int, int] = field(default_factory=dict)
    typed: str = ""

    def heights(self) -> tuple[int, int, int, int]:
        """How high the stacks are: what is above goes when a piece of code is left early."""
        return len(self.pending), len(self.words), len(self.operands), len(self.jobs)

    def shrink(self, heights: tuple[int, int, int, int]) -> list[Pending]:
        """Cut the stacks back; returns the commands that were given up."""
        dropped = self.pending[heights[0] :]
        del self.pending[heights[0] :], self.words[heights[1] :], self.operands[heights[2] :], self.jobs[heights[3] :]
        return dropped


def open_fd(task: Task, lowest: int = 10) -> int:
    """A free descriptor number."""
    while lowest in task.fds:
        lowest += 1
    return lowest


def save_fd(task: Task, fd: int, saved: dict[int, tuple[int, bool]]) -> None:
    """Keep a descriptor aside before a redirection replaces it, as shells do: at a number from 10 on."""
    if fd in saved:
        return
    place = open_fd(task)
    if fd in task.fds:
        task.fds[place] = task.fds[fd]
    saved[fd] = (place, fd in task.fds)


def restore_fds(task: Task, saved: dict[int, tuple[int, bool]]) -> None:
    """Undo redirections."""
    for fd, (place, was_open) in saved.items():
        kept: Descriptor | None = task.fds.pop(place, None)
        if was_open and kept is not None:
            task.fds[fd] = kept
        else:
            task.fds.pop(fd, None)
