"""The syntax of sed: a script as commands. Source: POSIX sed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cluster_core.shell.programs.applet import Usage
from cluster_core.shell.programs.patterns import regex


@dataclass(slots=True)
class Address:
    """A line number, "$" or a pattern; `step` of first~step."""

    number: int = 0
    last: bool = False
    pattern: re.Pattern[str] | None = None
    step: int = 0


@dataclass(slots=True)
class Command:
    """One command of a script. `jump` is the end of a block, or the place of a label."""

    name: str
    addresses: list[Address] = field(default_factory=list)
    negated: bool = False
    text: str = ""
    pattern: re.Pattern[str] | None = None
    flags: str = ""
    jump: int = -1
    active: bool = False


class Script:
    """Reads a script."""

    def __init__(self, text: str, extended: bool) -> None:
        self.text = text
        self.at = 0
        self.extended = extended
        self.commands: list[Command] = []
        self.labels: dict[str, int] = {}
        self.blocks: list[int] = []
        while self._skip():
            self._command()
            if len(self.commands) > 500:
                raise Usage("script too long")
        if self.blocks:
            raise Usage("unmatched '{'")
        for command in self.commands:
            if command.name in "bt":
                command.jump = self.labels.get(command.text, len(self.commands)) if command.text else len(self.commands)

    def _skip(self) -> bool:
        while self.at < len(self.text) and self.text[self.at] in " \t\n;":
            self.at += 1
        if self.text[self.at : self.at + 1] == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return self._skip()
        return self.at < len(self.text)

    def _char(self) -> str:
        return self.text[self.at : self.at + 1]

    def _command(self) -> None:
        command = Command("")
        while (address := self._address()) is not None:
            command.addresses.append(address)
            self._blanks()
            if self._char() != "," or len(command.addresses) == 2:
                break
            self.at += 1
            self._blanks()
        self._blanks()
        while self._char() == "!":
            command.negated = True
            self.at += 1
            self._blanks()
        command.name = self._char()
        self.at += 1
        self._read(command)

    def _blanks(self) -> None:
        while self._char() and self._char() in " \t":
            self.at += 1

    def _address(self) -> Address | None:
        found = re.compile(r"(\d{1,9})(?:~(\d{1,9}))?").match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            return Address(int(found[1]), step=int(found[2] or 0))
        if self._char() == "$":
            self.at += 1
            return Address(last=True)
        if self._char() == "+" and re.match(r"\+\d", self.text[self.at :]):
            self.at += 1
            relative = self._address()
            return Address(-relative.number) if relative is not None else None
        if self._char() in ("/", "\\") and self._char():
            if self._char() == "\\":
                self.at += 1
            pattern = self._delimited(self._char())
            ignores = self._char() == "I"
            self.at += ignores
            return Address(pattern=regex(pattern, self.extended, ignores))
        return None

    def _delimited(self, mark: str) -> str:
        """The text up to the next mark, which is passed; an escaped mark stands for itself."""
        self.at += 1
        found, bracket = "", False
        while self._char() != mark or bracket:
            char = self._char()
            if not char:
                raise Usage("unterminated address regex" if mark == "/" else "unterminated `s' command")
            if char == "\\" and self.at + 1 < len(self.text):
                following = self.text[self.at + 1]
                found += following if following == mark and mark not in "|+?(){}.*^$" else char + following
                self.at += 2
                continue
            bracket = (char == "[" and mark != "]") if not bracket else char != "]" or found.endswith(("[", "[^"))
            found += char
            self.at += 1
        self.at += 1
        return found

    def _read(self, command: Command) -> None:
        name = command.name
        if name == "{":
            self.blocks.append(len(self.commands))
        elif name == "}":
            if not self.blocks:
                raise Usage("unexpected '}'")
            self.commands[self.blocks.pop()].jump = len(self.commands)
        elif name == "s":
            self._substitution(command)
        elif name == "y":
            mark = self._char()
            command.text = self._delimited(mark)
            self.at -= 1
            command.flags = self._delimited(mark)
            if len(command.text) != len(command.flags):
                raise Usage("strings for `y' command are different lengths")
        elif name in ("a", "i", "c"):
            command.text = self._appended()
        elif name in (":", "b", "t"):
            found = re.compile(r"\s*([^\s;}]*)").match(self.text, self.at)
            assert found is not None
            command.text, self.at = found[1], found.end()
            if name == ":":
                self.labels[command.text] = len(self.commands)
                return
        elif name in ("q", "Q"):
            found = re.compile(r"\s*(\d{0,3})").match(self.text, self.at)
            assert found is not None
            command.text, self.at = found[1], found.end()
        elif name == "" or name not in "pdDPnNhHgGx=l":
            raise Usage(f"unknown command: `{name}'" if name else "missing command")
        self.commands.append(command)

    def _appended(self) -> str:
        self._blanks()
        if self._char() == "\\":
            self.at += 1
            self._blanks()
            if self._char() == "\n":
                self.at += 1
        end = self.at
        while end < len(self.text) and (self.text[end] != "\n" or self.text[end - 1] == "\\"):
            end += 1
        text, self.at = self.text[self.at : end], end
        return re.sub(r"\\(.)", lambda found: {"t": "\t", "n": "\n"}.get(found[1], found[1]), text, flags=re.DOTALL)

    def _substitution(self, command: Command) -> None:
        mark = self._char()
        if not mark or mark in "\n\\":
            raise Usage("unterminated `s' command")
        pattern = self._delimited(mark)
        self.at -= 1
        command.text = self._delimited(mark)
        found = re.compile(r"[gpiIem\d]*").match(self.text, self.at)
        assert found is not None
        command.flags, self.at = found[0], found.end()
        command.pattern = regex(pattern, self.extended, "i" in command.flags.lower()) if pattern else None
