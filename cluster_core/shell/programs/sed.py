"""sed: addresses, s, p, d, q, i, a, c, y, =, n, N, D, P, h, H, g, G, x, b, t, {…}; -n, -e, -i, -E. Source: POSIX sed."""

from __future__ import annotations

import re

from cluster_core.shell.programs.applet import Call, Filter, Usage, options
from cluster_core.shell.programs.sed_syntax import Address, Command, Script

COMMANDS_MAX, STEPS_MAX, SPACE_MAX = 500, 10_000, 1 << 18


class Sed(Filter):
    """The editor of streams."""

    def __init__(self) -> None:
        super().__init__()
        self.script: Script | None = None
        self.quiet = False
        self.in_place = ""
        self.held: tuple[str, bool] | None = None
        self.number = 0
        self.hold = ""
        self.space = ""
        self.edited: list[str] = []
        self.appended: list[str] = []
        self.last_pattern: re.Pattern[str] | None = None
        self.carried = False
        self.resumes_at = 0

    def begin(self, call: Call) -> list[str]:
        """Options and the script."""
        texts: list[str] = []
        words: list[str] = []
        given = list(call.words)
        while given:
            word = given.pop(0)
            if word in ("-e", "--expression") and given:
                texts.append(given.pop(0))
            elif word in ("-ne", "-nE", "-nEe", "-Ee", "-nr", "-rn", "-En") and given:
                words.extend(f"-{letter}" for letter in word[1:] if letter != "e")
                if "e" in word[1:]:
                    texts.append(given.pop(0))
            elif word.startswith("-i") and word != "-i" and not word.startswith("--"):
                self.in_place = word[2:] if word[2:] not in ("E", "r", "n") else "\0"
                words.append("-i")
            else:
                words.append(word)
        flags, rest = options(words, "nErisuz", "f")
        if "f" in flags:
            texts.append(call.read(flags["f"]).decode("utf-8", "surrogateescape"))
        if not texts:
            if not rest:
                raise Usage("no script specified" if call.gnu else "no command")
            texts.append(rest.pop(0))
        self.script = Script("\n".join(texts), "E" in flags or "r" in flags)
        self.quiet = "n" in flags
        if "i" in flags:
            self.in_place = self.in_place or "\0"
        return rest

    def opened(self, call: Call) -> None:
        """With -i, every file is a stream of its own."""
        if self.in_place:
            self.edited, self.number = [], 0

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """A line is held back until the next one has come: "$" asks whether it is the last."""
        held, self.held = self.held, (text, ended)
        return self._edit(call, *held, last=False) if held is not None else None

    def _next(self, call: Call) -> bool:
        """Before the next file: with -i the one that ends is written back."""
        if self.in_place and self.name:
            self._flush(call)
            call.files.write(
                call.path(self.name), "".join(self.edited).encode("utf-8", "surrogateescape"), call.task.clock
            )
            self.name = ""
        return super()._next(call)

    def _flush(self, call: Call) -> int | None:
        held, self.held = self.held, None
        return self._edit(call, *held, last=True) if held is not None else None

    def finish(self, call: Call) -> int | None:
        """The last line."""
        status = self._flush(call)
        return self.status if status is None else status

    def _write(self, call: Call, text: str) -> None:
        if self.in_place:
            self.edited.append(text)
        else:
            call.out(text)

    def _edit(self, call: Call, text: str, ended: bool, last: bool) -> int | None:
        """Run the script over one line."""
        self.number += 1
        self.space = f"{self.space}\n{text}" if self.carried else text
        self.carried = False
        end = "\n" if ended else ""
        status = self._run(call, last)
        if status != DELETED and not self.quiet and not self.carried and status != QUIT_SILENTLY:
            self._write(call, self.space + end)
        for appended in self.appended:
            self._write(call, appended + "\n")
        self.appended = []
        if isinstance(status, int) and status >= 0:
            if self.in_place:
                self.end = None
            return status
        return 0 if status == QUIT_SILENTLY else None

    def _run(self, call: Call, last: bool) -> int | None:
        assert self.script is not None
        commands, place, replaced = self.script.commands, self.resumes_at, False
        self.resumes_at = 0
        for _ in range(STEPS_MAX):
            if place >= len(commands):
                return None
            command = commands[place]
            place += 1
            if self._selected(command, last) == command.negated:
                place = command.jump if command.name == "{" else place
                continue
            if command.name == "s":
                replaced |= self._substitute(call, command)
            elif command.name == "t" and replaced:
                place, replaced = command.jump, False
            elif command.name == "b":
                place = command.jump
            elif command.name in "dDqQcN":
                if command.name == "D" and "\n" in self.space:
                    # The script begins again without another line.
                    self.space, place = self.space.partition("\n")[2], 0
                    continue
                outcome = self._leaving(call, command, last, place)
                if outcome != GO_ON:
                    return outcome
            else:
                self._simple(call, command)
        raise Usage("script runs too long")

    def _leaving(self, call: Call, command: Command, last: bool, place: int) -> int | None:
        if command.name == "q":
            return int(command.text or 0)
        if command.name == "Q":
            return QUIT_SILENTLY
        if command.name == "N":
            if last:
                return None
            self.carried, self.resumes_at = True, place
            return DELETED
        if command.name == "c":
            if not command.active or command.negated:
                self._write(call, command.text + "\n")
            return DELETED
        return DELETED

    def _simple(self, call: Call, command: Command) -> None:
        name = command.name
        if name == "p":
            self._write(call, self.space + "\n")
        elif name == "P":
            self._write(call, self.space.partition("\n")[0] + "\n")
        elif name == "=":
            self._write(call, f"{self.number}\n")
        elif name == "i":
            self._write(call, command.text + "\n")
        elif name == "a":
            self.appended.append(command.text)
        elif name == "y":
            self.space = self.space.translate(str.maketrans(command.text, command.flags))
        elif name in "hHgGx":
            self._exchange(name)

    def _exchange(self, name: str) -> None:
        if name == "x":
            self.hold, self.space = self.space, self.hold
        elif name in "hH":
            self.hold = (self.space if name == "h" else f"{self.hold}\n{self.space}")[:SPACE_MAX]
        else:
            self.space = (self.hold if name == "g" else f"{self.space}\n{self.hold}")[:SPACE_MAX]

    def _selected(self, command: Command, last: bool) -> bool:
        if not command.addresses:
            return True
        first = command.addresses[0]
        if len(command.addresses) == 1:
            return self._matches(first, last)
        second = command.addresses[1]
        if command.active:
            over = self._matches(second, last) if not second.number else self.number >= second.number
            command.active = not over
            return not (second.number and self.number > second.number)
        if not self._matches(first, last):
            return False
        if second.number < 0:
            command.addresses[1] = Address(self.number - second.number)
            command.active = True
        else:
            command.active = not (0 < second.number <= self.number)
        return True

    def _matches(self, address: Address, last: bool) -> bool:
        if address.last:
            return last
        if address.pattern is not None:
            self.last_pattern = address.pattern
            return address.pattern.search(self.space) is not None
        if address.step:
            return self.number >= address.number and (self.number - address.number) % address.step == 0
        return self.number == address.number

    def _substitute(self, call: Call, command: Command) -> bool:
        pattern = command.pattern or self.last_pattern
        if pattern is None:
            raise Usage("no previous regular expression")
        self.last_pattern = pattern
        which = int(re.sub(r"\D", "", command.flags)[:6] or 1)
        seen = 0

        def replace(found: re.Match[str]) -> str:
            nonlocal seen
            seen += 1
            return (
                _filled(command.text, found) if seen == which or ("g" in command.flags and seen > which) else found[0]
            )

        self.space = pattern.sub(replace, self.space)[:SPACE_MAX]
        if seen < which:
            return False
        if "p" in command.flags:
            self._write(call, self.space + "\n")
        return True


DELETED, QUIT_SILENTLY, GO_ON = -1, -2, -3


def _filled(text: str, found: re.Match[str]) -> str:
    def part(escape: re.Match[str]) -> str:
        code = escape[0]
        if code == "&":
            return found[0]
        if code[1].isdigit():
            number = int(code[1])
            return (found[number] or "") if number <= (found.re.groups) else ""
        return {"n": "\n", "t": "\t"}.get(code[1], code[1])

    return re.sub(r"\\(?:.|\n)|&", part, text)
