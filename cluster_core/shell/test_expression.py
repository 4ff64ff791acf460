"""`test`, `[` and bash's `[[`: files, texts, numbers. Source: POSIX test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster_core.shell.files import DIRECTORY, FILE, LINK, LIVE, FileError
from cluster_core.shell.patterns import matches
from cluster_core.shell.task import Task

if TYPE_CHECKING:
    from cluster_core.shell.state import Memory
    from cluster_core.shell.userland import Userland

UNARY = (
    "-e",
    "-f",
    "-d",
    "-r",
    "-w",
    "-x",
    "-s",
    "-L",
    "-h",
    "-p",
    "-S",
    "-b",
    "-c",
    "-z",
    "-n",
    "-t",
    "-v",
    "-a",
    "-g",
    "-u",
    "-k",
    "-O",
    "-G",
)
NUMBERS = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge")
BINARY = (*NUMBERS, "=", "==", "!=", "<", ">", "-nt", "-ot", "-ef", "=~")
DEPTH_MAX = 50


class TestFault(Exception):
    """An expression that makes no sense."""

    __test__ = False


def evaluate(words: list[str], land: Userland, task: Task, memory: Memory | None, bash: bool = False) -> bool:
    """The value of an expression. In [[ ]] operators come marked with a NUL before them; raises `TestFault`."""
    reader = _Reader([word.removeprefix("\0") for word in words], [word.startswith("\0") for word in words], bash)
    reader.land, reader.task, reader.memory = land, task, memory
    if not words:
        return False
    found = reader.either()
    if reader.at < len(reader.words):
        raise TestFault(f"{reader.words[reader.at]}: unexpected operator")
    return found


class _Reader:
    land: Userland
    task: Task
    memory: Memory | None

    def __init__(self, words: list[str], operators: list[bool], bash: bool) -> None:
        self.words = words
        self.operators = operators
        self.bash = bash
        self.at = 0
        self.depth = 0

    def _is(self, *texts: str) -> bool:
        here = self.at < len(self.words) and self.words[self.at] in texts
        return here and (not self.bash or self.operators[self.at])

    def either(self) -> bool:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise TestFault("too deep")
        found = self._both()
        while self._is("||" if self.bash else "-o"):
            self.at += 1
            found = self._both() or found
        self.depth -= 1
        return found

    def _both(self) -> bool:
        found = self._not()
        while self._is("&&" if self.bash else "-a"):
            self.at += 1
            found = self._not() and found
        return found

    def _not(self) -> bool:
        left = len(self.words) - self.at
        if self._is("!") and left > 1 and not (left == 3 and not self.bash and self.words[self.at + 1] in BINARY):
            self.at += 1
            self.depth += 1
            if self.depth > DEPTH_MAX:
                raise TestFault("too deep")
            return not self._not()
        return self._primary()

    def _primary(self) -> bool:
        left = len(self.words) - self.at
        if left == 0:
            raise TestFault("argument expected")
        following = self.words[self.at + 1] if left > 1 else ""
        if left > 2 and following in BINARY:
            first, op, second = self.words[self.at : self.at + 3]
            self.at += 3
            return self._binary(first, op, second)
        if self._is("(") and left > 2:
            self.at += 1
            found = self.either()
            if not self._is(")"):
                raise TestFault("closing paren expected")
            self.at += 1
            return found
        if left > 1 and self.words[self.at] in UNARY and not self._is_end(following):
            op, operand = self.words[self.at : self.at + 2]
            self.at += 2
            return self._unary(op, operand)
        self.at += 1
        return self.words[self.at - 1] != ""

    def _is_end(self, word: str) -> bool:
        return not self.bash and word in ("-a", "-o", ")") and len(self.words) - self.at > 2

    def _binary(self, first: str, op: str, second: str) -> bool:
        if op in NUMBERS:
            return _compare(op, self._number(first), self._number(second))
        if op == "=~":
            return self._regex(first, second)
        if op in ("=", "==", "!="):
            equal = matches(second, first) if self.bash else first == second
            return equal == (op != "!=")
        if op in ("<", ">"):
            return first < second if op == "<" else first > second
        times = [self._mtime(first), self._mtime(second)]
        if op == "-ef":
            return self._resolved(first) == self._resolved(second)
        return times[0] > times[1] if op == "-nt" else times[0] < times[1]

    def _regex(self, text: str, pattern: str) -> bool:
        if len(pattern) > 200 or len(text) > 4_000:
            raise TestFault("regular expression too big")
        try:
            found = re.search(pattern, text)
        except (re.error, RecursionError):
            raise TestFault("invalid regular expression") from None
        if found is not None and self.memory is not None:
            self.memory.arrays["BASH_REMATCH"] = [found[0], *[group or "" for group in found.groups()]]
        return found is not None

    def _number(self, text: str) -> int:
        stripped = text.strip()
        if not re.fullmatch(r"[-+]?\d{1,20}", stripped):
            if self.bash:
                value = self.memory.get(stripped) if self.memory is not None else None
                return int(value) if value and re.fullmatch(r"-?\d{1,20}", value) else 0
            raise TestFault(
                f"{text}: bad number" if self.land.identity.flavour != "debian" else f"Illegal number: {text}"
            )
        return int(stripped)

    def _path(self, text: str) -> str:
        return text if text.startswith("/") else f"{self.task.directory.rstrip('/')}/{text}"

    def _resolved(self, text: str) -> str:
        try:
            return self.land.files.resolve(self._path(text))
        except FileError:
            return text

    def _mtime(self, text: str) -> int:
        try:
            return self.land.files.stat(self._path(text)).mtime
        except FileError:
            return -1

    def _unary(self, op: str, operand: str) -> bool:
        if op in ("-z", "-n"):
            return (operand == "") == (op == "-z")
        if op == "-t":
            end = self.task.fds.get(int(operand)) if operand.isdigit() else None
            return end is not None and end.is_terminal
        if op == "-v":
            return self.memory is not None and self.memory.get(operand) is not None
        return self._file(op, operand)

    def _file(self, op: str, operand: str) -> bool:
        if not operand:
            return False
        path = self._path(operand)
        if op in ("-L", "-h"):
            return self.land.files.kind(path, follow=False) == LINK
        if path in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/tty"):
            return op in ("-e", "-r", "-w", "-c")
        try:
            node = self.land.files.stat(path)
        except FileError:
            return False
        tests = {
            "-d": node.kind == DIRECTORY,
            "-f": node.kind in (FILE, LIVE),
            "-s": bool(node.data) or node.kind in (DIRECTORY, LIVE),
            "-x": bool(node.mode & 0o111),
            "-w": not self.land.files.at(self.land.files.resolve(path))[0].read_only,
        }
        return tests.get(op, op in ("-e", "-r", "-a", "-O", "-G"))


def _compare(op: str, left: int, right: int) -> bool:
    return {
        "-eq": left == right,
        "-ne": left != right,
        "-lt": left < right,
        "-le": left <= right,
        "-gt": left > right,
        "-ge": left >= right,
    }[op]
