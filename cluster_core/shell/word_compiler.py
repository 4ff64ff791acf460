"""Words as instructions: the half of the compiler that knows no commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.shell import syntax as tree
from cluster_core.shell.syntax import Literal, Parameter, Sequence, Word

Instruction = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled list of commands. `only`: the words of a script that is one plain command, which a shell replaces itself by."""

    instructions: tuple[Instruction, ...]
    only: bool = False


class WordCompiler:
    """Emits the instructions of words. `tested` counts the contexts in which a failure does not end a script with `set -e`."""

    def __init__(self) -> None:
        self.code: list[Instruction] = []
        self.tested = 0

    def emit(self, *instruction: Any) -> int:
        """Add an instruction; returns its place."""
        self.code.append(instruction)
        return len(self.code) - 1

    def land(self, *places: int) -> None:
        """Let the jumps at these places go to here."""
        for place in places:
            self.code[place] = (*self.code[place][:-1], len(self.code))

    def word(self, word: Word, what: str) -> None:
        """The expansion of a word: to `fields` of the command, to one `text`, or to a `pattern`."""
        self.emit("begin_word")
        self.parts(word, what)
        self.emit(f"end_{what}")

    def parts(self, word: Word, what: str = "") -> None:
        """The parts of a word."""
        for number, part in enumerate(word.parts):
            if isinstance(part, Literal):
                self._literal(part, number == 0, what)
            else:
                getattr(self, "_" + part.__class__.__name__.lower())(part)

    def _literal(self, part: Literal, first: bool, what: str) -> None:
        if first and not part.quoted and part.text.startswith("~"):
            self.emit("tilde", part.text)
        else:
            self.emit("literal", part.text, part.quoted)

    def _parameter(self, part: Parameter) -> None:
        op = part.op
        if op.removeprefix(":") in ("-", "=", "?", "+") and op != ":":
            self._default(part)
            return
        for word in (part.word, part.second):
            if word is not None:
                self.word(word, "text" if op == ":" or word is part.second else "pattern")
        self.emit("parameter", part.name, op, part.quoted, part.second is not None)

    def _default(self, part: Parameter) -> None:
        """`${x:-word}` and its kin: the word is expanded only if it is needed."""
        kind, colon = part.op[-1], part.op.startswith(":")
        skip = self.emit("jump_if_unset" if kind == "+" else "jump_if_set", part.name, colon, 0)
        if kind in "-+":
            self.parts(part.word or Word(()))
            if kind == "+":
                self.land(skip)
                return
        else:
            self.word(part.word or Word(()), "text")
            self.emit("assign_default" if kind == "=" else "fail_unset", part.name, colon)
            if kind == "=":
                self.land(skip)
                self.emit("parameter", part.name, "", part.quoted, False)
                return
        over = self.emit("jump", 0)
        self.land(skip)
        self.emit("parameter", part.name, "", part.quoted, False)
        self.land(over)

    def _substitution(self, part: tree.Substitution) -> None:
        self.emit("substitute", self.compiled(part.script))
        self.emit("substituted", part.quoted)

    def _arithmetic(self, part: tree.Arithmetic) -> None:
        self.word(part.word, "text")
        self.emit("arithmetic", part.quoted)

    def compiled(self, script: Sequence) -> Code:
        """The code of an inner list; the compiler of commands provides it."""
        raise NotImplementedError
