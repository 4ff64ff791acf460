"""The instructions that expand words. A mixin of `machine.Shell`."""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster_core.shell.arithmetic import ArithmeticFault, Expression
from cluster_core.shell.patterns import (
    BREAK,
    Segment,
    braces,
    glob,
    matches,
    pattern_of,
    regex_of,
    split,
    text_of,
)
from cluster_core.shell.state import TEXT_MAX, Machine, Memory, ShellError
from cluster_core.shell.task import Task
from cluster_core.shell.userland import Userland

WORDS_MAX = 8_000
SUBSCRIPT = re.compile(r"(\w+)\[(.+)\]")


class Expansion:
    """Words on the word stack, finished texts on the operand stack."""

    memory: Memory
    machine: Machine
    flavour: str

    def _add(self, text: str, quoted: bool, expanded: bool) -> None:
        word = self.machine.words[-1]
        word.append((text, quoted, expanded))
        if len(word) > WORDS_MAX or len(text) > TEXT_MAX:
            raise ShellError("out of memory")

    def op_begin_word(self, task: Task, land: Userland) -> None:
        """A word begins."""
        self.machine.words.append([])

    def op_literal(self, task: Task, land: Userland, text: str, quoted: bool) -> None:
        """Text as it stands."""
        self._add(text, quoted, False)

    def op_tilde(self, task: Task, land: Userland, text: str) -> None:
        """~ and ~/path."""
        name, slash, rest = text.partition("/")
        if name == "~":
            self._add(self.memory.get("HOME") or "/root", True, False)
            self._add(slash + rest, False, False)
        else:
            self._add(text, False, False)

    def op_end_text(self, task: Task, land: Userland) -> None:
        """The word is one text."""
        self.machine.operands.append(text_of(self.machine.words.pop()))

    def op_end_pattern(self, task: Task, land: Userland) -> None:
        """The word is a pattern."""
        self.machine.operands.append(pattern_of(self.machine.words.pop()))

    def op_end_fields(self, task: Task, land: Userland) -> None:
        """The word is fields of the command: braces, splitting, path names."""
        word = self.machine.words.pop()
        words = self.machine.pending[-1].words
        if len(word) == 1 and word[0][2] is False and (word[0][1] or PLAIN.fullmatch(word[0][0])):
            words.append(word[0][0])
            return
        separators = self.memory.get("IFS")
        separators = " \t\n" if separators is None else separators
        for variant in braces(word) if not self.memory.options.get("posix") else [word]:
            for field in split(variant, separators):
                words.extend(self._field(field, task, land))
                if len(words) > WORDS_MAX:
                    raise ShellError("Argument list too long", 126)

    def _field(self, field: list[Segment], task: Task, land: Userland) -> list[str]:
        if self.memory.options.get("noglob"):
            return [text_of(field)]
        if not any(not quoted and any(char in text for char in "*?[") for text, quoted, _ in field):
            return [text_of(field)]
        found = glob(pattern_of(field), land.files, task.directory)
        return found if found != [re.sub(r"\\(.)", r"\1", pattern_of(field))] else [text_of(field)]

    def op_parameter(self, task: Task, land: Userland, name: str, op: str, quoted: bool, second: bool) -> None:
        """`$name`, `${#name}`, `${name%pattern}`, `${name/pattern/text}`, `${name:offset:length}`."""
        if name in ("@", "*") or name.endswith(("[@]", "[*]")):
            self._all(task, name, op, quoted, second)
            return
        value = self.value(task, name)
        if op == "!":
            value = self.value(task, value or "")
        if value is None and self.memory.options.get("nounset") and not op.startswith(":"):
            raise ShellError(*self._unset(name))
        found = self._operate(value or "", op, second)
        self._add(found, quoted, True)

    def _unset(self, name: str) -> tuple[str, int]:
        """`set -u`: what is said and the status."""
        return (f"{name}: unbound variable", 1) if self.flavour == "bash" else (f"{name}: parameter not set", 2)

    def _all(self, task: Task, name: str, op: str, quoted: bool, second: bool) -> None:
        items = self.memory.arguments if name in ("@", "*") else self._items(name)
        if op == "len":
            self._add(str(len(items)), quoted, True)
            return
        if op == ":":
            items = self._slice(items, name, second)
        elif op:
            operands = self._take_operands(op, second)
            items = [_modify(item, op, operands) for item in items]
        if quoted and name[-1] != "@" and not name.endswith("[@]"):
            separators = self.memory.get("IFS")
            self._add((" " if separators is None else separators[:1]).join(items), True, True)
            return
        for number, item in enumerate(items):
            if number:
                self.machine.words[-1].append(BREAK)
            if item or quoted:
                self._add(item, quoted, True)

    def _items(self, name: str) -> list[str]:
        base = name.partition("[")[0]
        if base in self.memory.arrays:
            return self.memory.arrays[base]
        return [self.memory.variables[base]] if base in self.memory.variables else []

    def _take_operands(self, op: str, second: bool) -> tuple[str, str]:
        replacement = self.machine.operands.pop() if second else ""
        first = self.machine.operands.pop() if op not in ("", "len", "!") else ""
        return first, replacement

    def _slice(self, items: list[str], name: str, second: bool) -> list[str]:
        first, length = self._take_operands(":", second)
        begin = self.number(first)
        if name in ("@", "*"):
            items = [self.memory.name, *items]
        begin = begin if begin >= 0 else max(0, len(items) + begin)
        return items[begin : begin + self.number(length)] if second else items[begin:]

    def _operate(self, value: str, op: str, second: bool) -> str:
        if op in ("", "!"):
            return value
        if op == "len":
            return str(len(value))
        first, replacement = self._take_operands(op, second)
        if op != ":":
            return _modify(value, op, (first, replacement))
        begin = self.number(first)
        begin = begin if begin >= 0 else max(0, len(value) + begin)
        if not second:
            return value[begin:]
        length = self.number(replacement)
        return value[begin : begin + length] if length >= 0 else value[begin:length]

    def value(self, task: Task, name: str) -> str | None:
        """The value of a parameter, None if it is not set."""
        memory = self.memory
        special: Callable[[], str] | None = {
            "?": lambda: str(memory.status),
            "#": lambda: str(len(memory.arguments)),
            "$": lambda: str(memory.pid),
            "!": lambda: str(memory.background) if memory.background else "",
            "-": lambda: "".join(letter for letter, on in LETTERS.items() if memory.options.get(on)),
            "0": lambda: memory.name,
            "LINENO": lambda: str(memory.line),
            "PPID": lambda: str(task.parent),
            "SECONDS": lambda: str((task.clock - task.began_at) // 1_000_000),
            "RANDOM": lambda: str(
                (task.clock * 1103515245 + memory.pid * 12345 + len(memory.variables)) // 65536 % 32768
            ),
        }.get(name)
        if special is not None and name not in memory.variables:
            return special()
        if name.isdigit():
            place = int(name[:6]) - 1
            return memory.arguments[place] if place < len(memory.arguments) else None
        if name in ("@", "*"):
            return " ".join(memory.arguments) if memory.arguments else None
        subscript = SUBSCRIPT.fullmatch(name)
        if subscript is not None:
            items = self._items(name)
            if subscript[2] in "@*":
                return " ".join(items) if items else None
            place = self.number(subscript[2].lstrip("$"))
            return items[place] if -len(items) <= place < len(items) else None
        return memory.get(name)

    def _is_set(self, task: Task, name: str, colon: bool) -> bool:
        value = self.value(task, name)
        return bool(value) if colon else value is not None

    def op_jump_if_set(self, task: Task, land: Userland, name: str, colon: bool, place: int) -> None:
        """Of `${name-word}`: the word is not needed."""
        if self._is_set(task, name, colon):
            self.machine.frames[-1].at = place

    def op_jump_if_unset(self, task: Task, land: Userland, name: str, colon: bool, place: int) -> None:
        """Of `${name+word}`: the word is not needed."""
        if not self._is_set(task, name, colon):
            self.machine.frames[-1].at = place

    def op_assign_default(self, task: Task, land: Userland, name: str, colon: bool) -> None:
        """`${name=word}`."""
        self.memory.set(name, self.machine.operands.pop())

    def op_fail_unset(self, task: Task, land: Userland, name: str, colon: bool) -> None:
        """`${name?word}`."""
        text = self.machine.operands.pop() or f"parameter {'null or not set' if colon else 'not set'}"
        raise ShellError(f"{name}: {text}")

    def op_arithmetic(self, task: Task, land: Userland, quoted: bool) -> None:
        """`$((…))`."""
        self._add(str(self.number(self.machine.operands.pop())), quoted, True)

    def number(self, text: str) -> int:
        """The value of an arithmetic expression."""
        try:
            return Expression(text, self._variable_text, self.memory.set).value()
        except ArithmeticFault as fault:
            raise ShellError(f"{fault}" if "zero" in str(fault) else f"arithmetic {fault}") from None
        except RecursionError:
            raise ShellError("arithmetic expression recursion level exceeded") from None

    def _variable_text(self, name: str) -> str:
        value = self.memory.get(name)
        if value is None:
            if self.memory.options.get("nounset"):
                raise ShellError(f"{name}: parameter not set")
            value = self.value(NOBODY, name) if name in ("RANDOM", "LINENO") else ""
        return value or ""


PLAIN = re.compile(r"[^*?\[{]*")
LETTERS = {"e": "errexit", "f": "noglob", "u": "nounset", "x": "xtrace", "a": "allexport", "i": "interactive"}
NOBODY = Task(0, 0, [], None, {})  # type: ignore[arg-type]


def _modify(value: str, op: str, operands: tuple[str, str]) -> str:
    """Trimming, replacing, upper and lower case."""
    pattern, replacement = operands
    if op in ("#", "##", "%", "%%"):
        return _trim(value, op, pattern)
    if op in ("^", "^^", ",", ",,"):
        change = str.upper if op[0] == "^" else str.lower
        return change(value) if len(op) == 2 else change(value[:1]) + value[1:]
    return _replace(value, op == "//", pattern, replacement)


def _trim(value: str, op: str, pattern: str) -> str:
    sizes = range(len(value) + 1) if len(op) == 1 else range(len(value), -1, -1)
    if len(value) > 4_000:
        return value
    for size in sizes:
        part = value[:size] if op[0] == "#" else value[len(value) - size :]
        if matches(pattern, part):
            return value[size:] if op[0] == "#" else value[: len(value) - size]
    return value


def _replace(value: str, everywhere: bool, pattern: str, replacement: str) -> str:
    if not pattern or pattern.count("*") > 4:
        return value
    anchor, pattern = (pattern[0], pattern[1:]) if pattern[0] in "#%" else ("", pattern)
    regex = regex_of(pattern).pattern
    regex = f"\\A(?:{regex})" if anchor == "#" else f"(?:{regex})\\Z" if anchor == "%" else regex
    return re.sub(regex, lambda _found: replacement, value, count=0 if everywhere else 1, flags=re.DOTALL)
