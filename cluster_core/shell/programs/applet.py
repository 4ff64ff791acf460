"""The frame of small programs: those that read everything and answer at once, and those that work line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster_core.shell.descriptors import READ_MAX, Descriptor
from cluster_core.shell.files import FileError, Files
from cluster_core.shell.redirection import absolute, open_path
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Userland

INPUT_MAX = 4 << 20
LINES_PER_STEP = 500


class Usage(Exception):
    """A command line that a program does not take; the text is its complaint."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class NeedsInput(Exception):
    """A function asks for standard input that has not been read yet: it is called again when it has."""


@dataclass(slots=True)
class Call:
    """One run of a program: its arguments, and what it may do. `input` is its standard input, None while it is not read."""

    argv: list[str]
    task: Task
    land: Userland
    input: bytes | None = None

    def stdin(self) -> bytes:
        """The whole standard input. Ask before anything is written: the function begins again."""
        if self.input is None:
            raise NeedsInput
        return self.input

    @property
    def name(self) -> str:
        """The program as it was called."""
        return self.argv[0].rpartition("/")[2]

    @property
    def words(self) -> list[str]:
        """Its arguments."""
        return self.argv[1:]

    @property
    def files(self) -> Files:
        """The file system."""
        return self.land.files

    @property
    def gnu(self) -> bool:
        """Whether the program is GNU's; else busybox's."""
        return self.land.identity.flavour == "debian"

    def path(self, word: str) -> str:
        """A path as the program sees it."""
        return absolute(self.task, word)

    def out(self, text: str | bytes) -> None:
        """Write to standard output."""
        self.land.write(self.task, 1, text)

    def err(self, text: str) -> None:
        """Write to standard error."""
        self.land.write(self.task, 2, text)

    def fail(self, text: str, status: int = 1) -> int:
        """Complain, with the program's name; returns the status."""
        self.err(f"{self.name}: {text}\n")
        return status

    def read(self, word: str) -> bytes:
        """A file's content, "-" not included; raises `FileError`."""
        end = open_path(self.task, self.land, "<", word)
        found = b""
        while len(found) < INPUT_MAX:
            data = end.read(self.land, READ_MAX)
            if not data:
                break
            found += data
        return found


def options(words: list[str], flags: str, valued: str = "") -> tuple[dict[str, str], list[str]]:
    """Short options as getopt reads them; a long one keeps its name with dashes. Raises `Usage`."""
    found: dict[str, str] = {}
    rest: list[str] = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word == "--":
            return found, rest + words
        if word.startswith("--"):
            name, _, value = word.partition("=")
            found[name] = value
        elif word.startswith("-") and len(word) > 1:
            _short(word[1:], words, flags, valued, found)
        else:
            rest.append(word)
    return found, rest


def _short(letters: str, words: list[str], flags: str, valued: str, found: dict[str, str]) -> None:
    for number, letter in enumerate(letters):
        if letter in valued:
            value = letters[number + 1 :]
            if not value and not words:
                raise Usage(f"option requires an argument -- '{letter}'")
            found[letter] = value or words.pop(0)
            return
        if letter not in flags:
            raise Usage(f"unrecognized option: {letter}")
        found[letter] = ""


Function = Callable[[Call], int]


class Once:
    """A program that is a function: it takes its input whole, if it wants it, and writes its output at once."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.reads = False
        self.input = b""

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Run; read to the end first, if the function asks for it."""
        while self.reads:
            end = task.fds.get(0)
            data = end.read(land) if end is not None else b""
            if data is None:
                return Wait(reads=(0,))
            self.input += data
            if not data or len(self.input) > INPUT_MAX:
                break
        call = Call(task.argv, task, land, self.input if self.reads else None)
        try:
            status = self.function(call)
        except NeedsInput:
            self.reads = True
            return None
        except Usage as usage:
            status = call.fail(usage.text, usage.status)
        except FileError as failure:
            status = call.fail(str(failure))
        if task.status is None and task.body is self:
            land.exit(task, status)
        return None

    def handles(self, number: int) -> bool:
        """The default action is taken."""
        return False

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """None comes."""


class Filter:
    """A program that works line by line over files or its standard input. Subclasses have `begin`, `line` and `finish`.

    `line` and `finish` answer with a status to end, None to go on.
    """

    def __init__(self) -> None:
        self.names: list[str] | None = None
        self.name = ""
        self.end: Descriptor | None = None
        self.rest = b""
        self.status = 0

    def begin(self, call: Call) -> list[str]:
        """Read the command line; returns the files to read (none: standard input)."""
        raise NotImplementedError

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """One line, without its newline; `ended` False: it has none, because the input ends there."""
        raise NotImplementedError

    def finish(self, call: Call) -> int | None:
        """The input is over."""
        return self.status

    def opened(self, call: Call) -> None:
        """The next file begins."""

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Some lines."""
        call = Call(task.argv, task, land)
        try:
            wait = self._step(call)
        except Usage as usage:
            land.exit(task, call.fail(usage.text, usage.status))
            return None
        except FileError as failure:
            land.exit(task, call.fail(str(failure), 2))
            return None
        return wait

    def _step(self, call: Call) -> Wait | None:
        if self.names is None:
            self.names = self.begin(call) or ["-"]
        if self.end is None and not self._next(call):
            return None
        assert self.end is not None
        try:
            data = self.end.read(call.land)
        except FileError as failure:
            self.status = call.fail(f"{self.name}: {failure}") if call.gnu else call.fail(f"read error: {failure}")
            self.end = None
            return None
        if data is None:
            return Wait(reads=(0,))
        self._lines(call, data)
        return None

    def _next(self, call: Call) -> bool:
        assert self.names is not None
        while self.names:
            self.name = self.names.pop(0)
            try:
                self.end = self._open(call)
            except FileError as failure:
                self.status = self.missing(call, self.name, str(failure))
                continue
            self.opened(call)
            return True
        status = self.finish(call)
        if call.task.status is None and status is not None:
            call.land.exit(call.task, status)
        return False

    def missing(self, call: Call, name: str, failure: str) -> int:
        """A file cannot be read; returns the status."""
        return call.fail(f"{name}: {failure}" if call.gnu else f"can't open '{name}': {failure}")

    def _open(self, call: Call) -> Descriptor:
        if self.name == "-":
            return call.task.fds.get(0) or Descriptor()
        return open_path(call.task, call.land, "<", self.name)

    def _lines(self, call: Call, data: bytes) -> None:
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        if len(self.rest) > INPUT_MAX:
            self.rest = b""
        if not data:
            last, self.rest, self.end = self.rest, b"", None
            if last:
                self._line(call, last, False)
            return
        for index, line in enumerate(lines):
            if self._line(call, line, True):
                return
            if self.end is None:
                if self.name == "-" and call.task.fds.get(0) is not None:
                    call.task.fds[0].unread(b"\n".join([*lines[index + 1 :], self.rest]))
                self.rest = b""
                return

    def _line(self, call: Call, data: bytes, ended: bool) -> bool:
        """Whether the program has ended."""
        status = self.line(call, data.decode("utf-8", "surrogateescape"), ended)
        if status is not None and call.task.status is None:
            call.land.exit(call.task, status)
        return call.task.status is not None

    def handles(self, number: int) -> bool:
        """The default action is taken."""
        return False

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """None comes."""
