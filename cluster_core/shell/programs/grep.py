"""grep, egrep, fgrep. Source: POSIX grep."""

from __future__ import annotations

import re

from cluster_core.shell.files import DIRECTORY, FileError
from cluster_core.shell.programs.applet import Call, Filter, Usage, options
from cluster_core.shell.programs.patterns import regex


class Grep(Filter):
    """Lines that match."""

    def __init__(self) -> None:
        super().__init__()
        self.flags: dict[str, str] = {}
        self.patterns: list[re.Pattern[str]] = []
        self.several = False
        self.number = 0
        self.count = 0
        self.before: list[str] = []
        self.after = 0
        self.found = False

    def begin(self, call: Call) -> list[str]:
        """Options, the pattern, the files (with -r those below)."""
        words = [re.sub(r"^-(\d+)$", r"-C\1", word) for word in call.words]
        given: list[str] = []
        words = _patterns_given(words, given)
        self.flags, rest = options(words, "EFGPivclLnhHoqsrRwxaIz", "ABCmf")
        if "f" in self.flags:
            given += call.read(self.flags["f"]).decode("utf-8", "surrogateescape").splitlines()
        if not given:
            if not rest:
                raise Usage("no pattern given", 2)
            given, rest = [rest[0]], rest[1:]
        extended = "E" in self.flags or "P" in self.flags or call.name == "egrep"
        fixed = "F" in self.flags or call.name == "fgrep"
        for text in given:
            for line in text.split("\n"):
                self.patterns.append(self._compiled(line, extended, fixed))
        if "r" in self.flags or "R" in self.flags:
            rest = _below(call, rest or ["."])
            self.several = True
        self.several = (self.several or len(rest) > 1 or "H" in self.flags) and "h" not in self.flags
        self.status = 1
        return rest

    def _compiled(self, line: str, extended: bool, fixed: bool) -> re.Pattern[str]:
        found = regex(line, extended, "i" in self.flags, fixed)
        if "w" in self.flags:
            found = re.compile(rf"(?<!\w)(?:{found.pattern})(?!\w)", found.flags)
        return re.compile(rf"\A(?:{found.pattern})\Z", found.flags) if "x" in self.flags else found

    def opened(self, call: Call) -> None:
        """The next file."""
        self.number = self.count = self.after = 0
        self.before = []

    def missing(self, call: Call, name: str, failure: str) -> int:
        """Told unless -s."""
        if "s" not in self.flags:
            call.err(f"{call.name}: {name}: {failure}\n")
        return 2

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """One line."""
        self.number += 1
        hit = any(pattern.search(text) for pattern in self.patterns)
        if hit == ("v" in self.flags):
            self._context(call, text)
            return None
        self.count += 1
        self.found = True
        if "q" in self.flags:
            return 0
        if "l" in self.flags or "L" in self.flags or "c" in self.flags:
            if "l" in self.flags:
                call.out(f"{self._named()}\n")
                self.end = None
        elif "o" in self.flags and "v" not in self.flags:
            for found in self.patterns[0].finditer(text):
                if found[0]:
                    call.out(self._prefix(":") + found[0] + "\n")
        else:
            self._show(call, text)
        if "m" in self.flags and self.count >= int(self.flags["m"][:9] or 0):
            self.end = None
        return None

    def _show(self, call: Call, text: str) -> None:
        for offset, line in enumerate(self.before):
            call.out(self._prefix("-", self.number - len(self.before) + offset) + line + "\n")
        self.before = []
        call.out(self._prefix(":") + text + "\n")
        self.after = int((self.flags.get("A") or self.flags.get("C") or "0")[:4])

    def _context(self, call: Call, text: str) -> None:
        if self.after > 0:
            self.after -= 1
            call.out(self._prefix("-") + text + "\n")
            return
        kept = int((self.flags.get("B") or self.flags.get("C") or "0")[:4])
        self.before = [*self.before, text][-kept:] if kept else []

    def _named(self) -> str:
        return "(standard input)" if self.name == "-" else self.name

    def _prefix(self, mark: str, number: int = 0) -> str:
        name = f"{self._named()}{mark}" if self.several else ""
        return name + (f"{number or self.number}{mark}" if "n" in self.flags else "")

    def _next(self, call: Call) -> bool:
        if self.name and "q" not in self.flags:
            if "c" in self.flags:
                call.out((f"{self._named()}:" if self.several else "") + f"{self.count}\n")
            if "L" in self.flags and not self.count:
                call.out(f"{self._named()}\n")
        self.name = ""
        return super()._next(call)

    def finish(self, call: Call) -> int:
        """Success if a line was found."""
        return 2 if self.status == 2 else int(not self.found)


def _patterns_given(words: list[str], given: list[str]) -> list[str]:
    """Take -e pattern out of the words: there may be several."""
    rest: list[str] = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word == "--":
            return [*rest, "--", *words]
        match = re.fullmatch(r"-([a-zA-Z]*)e(.*)", word, re.DOTALL)
        if match is None or any(letter in match[1] for letter in "ABCmfe"):
            rest.append(word)
            continue
        if not match[2] and not words:
            raise Usage("option requires an argument -- 'e'", 2)
        given.append(match[2] or words.pop(0))
        if match[1]:
            rest.append(f"-{match[1]}")
    return rest


def _below(call: Call, names: list[str]) -> list[str]:
    found = []
    for name in names:
        try:
            for path, node in call.files.walk(call.path(name)):
                if node.kind != DIRECTORY:
                    found.append(name.rstrip("/") + path[len(call.path(name).rstrip("/")) :])
        except FileError:
            found.append(name)
    return found[:2_000]
