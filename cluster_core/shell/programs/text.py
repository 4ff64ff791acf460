"""Programs that change text: cat, head, tail, wc, cut, tr, sort, uniq, tee and their kin. Source: POSIX, busybox, coreutils."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster_core.shell.descriptors import READ_MAX, Descriptor
from cluster_core.shell.files import FileError
from cluster_core.shell.programs.applet import INPUT_MAX, Call, Filter, Usage, options
from cluster_core.shell.redirection import open_path
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Userland

FOLLOW_US = 1_000_000


def inputs(call: Call, names: list[str]) -> Iterator[tuple[str, bytes]]:
    """The content of each file, of standard input for "-" and for no name at all; what cannot be read is told and left out."""
    for name in names or ["-"]:
        if name == "-":
            yield name, call.stdin()
            continue
        try:
            yield name, call.read(name)
        except FileError as failure:
            call.fail(f"{name}: {failure}")
            yield name, b"\0missing"


class Cat(Filter):
    """cat: bytes as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.numbered = False
        self.count = 0

    def begin(self, call: Call) -> list[str]:
        """-n numbers the lines."""
        flags, names = options(call.words, "nAbestuvTE")
        self.numbered = "n" in flags
        return names

    def _lines(self, call: Call, data: bytes) -> None:
        if self.numbered:
            super()._lines(call, data)
        elif data:
            call.out(data)
        else:
            self.end = None

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """A numbered line."""
        self.count += 1
        call.out(f"{self.count:6}\t{text}" + ("\n" if ended else ""))
        return None


class Head(Filter):
    """head -n, head -c."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = 10
        self.bytes = False
        self.left = 0
        self.several = False
        self.first = True

    def begin(self, call: Call) -> list[str]:
        """-N is -n N."""
        words = [re.sub(r"^-(\d+)$", r"-n\1", word) for word in call.words]
        flags, names = options(words, "qv", "nc")
        self.bytes = "c" in flags
        given = flags.get("c") or flags.get("n") or flags.get("--lines", "10")
        self.limit = _count(given)
        self.several = len(names) > 1 and "q" not in flags
        return names

    def opened(self, call: Call) -> None:
        """A header for each of several files."""
        self.left = self.limit
        if self.several:
            call.out(("" if self.first else "\n") + f"==> {self.name} <==\n")
        self.first = False
        if not self.left:
            self.end = Descriptor()

    def _lines(self, call: Call, data: bytes) -> None:
        if not self.bytes:
            super()._lines(call, data)
            return
        call.out(data[: self.left])
        self.left -= len(data)
        if not data or self.left <= 0:
            self.end = None

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """A line, while there are some to show."""
        call.out(text + ("\n" if ended else ""))
        self.left -= 1
        if self.left <= 0:
            self.end, self.rest = None, b""
        return None


class Tee(Filter):
    """tee."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[Descriptor] | None = None

    def begin(self, call: Call) -> list[str]:
        """Open the files."""
        flags, names = options(call.words, "ai")
        self.targets = []
        for name in names:
            try:
                self.targets.append(open_path(call.task, call.land, ">>" if "a" in flags else ">", name))
            except FileError as failure:
                self.status = call.fail(f"{name}: {failure}")
        return ["-"]

    def _lines(self, call: Call, data: bytes) -> None:
        if not data:
            self.end = None
            return
        call.out(data)
        for target in self.targets or ():
            target.write(call.land, data, call.task.clock)

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """Not by lines."""
        return None


class Tail:
    """tail; with -f it follows a file, looking once a second while somebody may write to it."""

    def __init__(self) -> None:
        self.data = b""
        self.followed: tuple[str, int] | None = None

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Read everything, show the end; then follow."""
        call = Call(task.argv, task, land)
        if self.followed is not None:
            return self._follow(call)
        try:
            flags, names = options(_tail_words(call.words), "fFqvrs", "nc")
            if not names:
                wait = self._gather(call)
                if wait is not None:
                    return wait
            self._show(call, flags, names)
        except Usage as usage:
            land.exit(task, call.fail(usage.text))
        return None

    def _gather(self, call: Call) -> Wait | None:
        while True:
            end = call.task.fds.get(0)
            data = end.read(call.land) if end is not None else b""
            if data is None:
                return Wait(reads=(0,))
            if not data:
                return None
            self.data = (self.data + data)[-INPUT_MAX:]

    def _show(self, call: Call, flags: dict[str, str], names: list[str]) -> None:
        status = 0
        for number, name in enumerate(names or ["-"]):
            try:
                data = self.data if name == "-" else call.read(name)
            except FileError as failure:
                opened = (
                    f"cannot open '{name}' for reading: {failure}" if call.gnu else f"can't open '{name}': {failure}"
                )
                status = call.fail(opened)
                continue
            if len(names) > 1:
                call.out(("\n" if number else "") + f"==> {name} <==\n")
            call.out(_end_of(data, flags))
            if "f" in flags or "F" in flags:
                self.followed = (name, len(data))
        if not ("f" in flags or "F" in flags) or (status and "F" not in flags):
            call.land.exit(call.task, status)
        elif self.followed is None:
            self.followed = (names[0] if names else "-", 0)

    def _follow(self, call: Call) -> Wait | None:
        assert self.followed is not None
        name, seen = self.followed
        if name == "-" or call.path(name) == "/dev/null":
            return Wait()
        try:
            end = open_path(call.task, call.land, "<", name)
            data = b""
            while chunk := end.read(call.land, READ_MAX):
                data += chunk
        except FileError:
            data = b""
        if len(data) < seen:
            seen = 0
        if len(data) > seen:
            call.out(data[seen:])
        self.followed = (name, len(data))
        return Wait(until=call.task.clock + FOLLOW_US) if _may_change(call, name) else Wait()

    def handles(self, number: int) -> bool:
        """The default action is taken."""
        return False

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """None comes."""


def _tail_words(words: list[str]) -> list[str]:
    """-5 and +5 are -n 5 and -n +5, where they are no value of another option."""
    found: list[str] = []
    for word in words:
        if re.fullmatch(r"[-+]\d+", word) and found[-1:] not in (["-n"], ["-c"]):
            found.append(f"-n{word.lstrip('-')}")
        else:
            found.append(word)
    return found


def _may_change(call: Call, name: str) -> bool:
    """Whether anybody is there who could write: other tasks, other containers on the same volume."""
    mount, _ = call.files.at(call.files.resolve(call.path(name)))
    others = [task for task in call.land.tasks.values() if task.alive and task is not call.task]
    return bool(others) or mount.path != "/"


def _end_of(data: bytes, flags: dict[str, str]) -> bytes:
    given = flags.get("c") or flags.get("n") or "10"
    from_start = given.startswith("+")
    number = _count(given.lstrip("+-"))
    if "c" in flags:
        return data[number - 1 :] if from_start else data[len(data) - number :] if number else b""
    lines = data.splitlines(keepends=True)
    return b"".join(
        lines[max(0, number - 1) :]
        if from_start
        else lines[len(lines) - number :]
        if 0 < number < len(lines)
        else lines
        if number
        else []
    )


def _count(text: str) -> int:
    found = re.fullmatch(r"-?(\d{1,12})([kKmM]?)", text)
    if found is None:
        raise Usage(f"invalid number '{text}'")
    return int(found[1]) * {"": 1, "k": 1024, "m": 1 << 20}[found[2].lower()]


def wc(call: Call) -> int:
    """wc."""
    flags, names = options(call.words, "lwcmL")
    totals, status = [0, 0, 0], 0
    rows = []
    for name, data in inputs(call, names):
        if data == b"\0missing":
            status = 1
            continue
        counts = [
            data.count(b"\n"),
            len(data.split()),
            len(data.decode("utf-8", "surrogateescape")) if "m" in flags else len(data),
        ]
        rows.append((counts, name))
        totals = [before + new for before, new in zip(totals, counts, strict=True)]
    if len(names) > 1:
        rows.append((totals, "total"))
    wanted = [
        place for place, letter in enumerate("lwc") if not flags or letter in flags or (letter == "c" and "m" in flags)
    ]
    for counts, name in rows:
        shown = [counts[place] for place in wanted]
        if len(shown) == 1:
            text = str(shown[0])
        elif call.gnu:
            width = 7 if not names or len(str(max(totals))) > 7 else len(str(max(totals)))
            text = " ".join(f"{value:{width}}" for value in shown)
        else:
            text = " ".join(f"{value:9}" for value in shown)
        call.out(text + (f" {name}" if name != "-" else "") + "\n")
    return status
