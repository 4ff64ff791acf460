"""awk: patterns, actions, fields, arrays, the functions of POSIX; user functions, getline and pipes are not known.

Programs are parsed to tuples and walked; steps are bounded. Source: POSIX awk.
"""

from __future__ import annotations

from typing import Any

from cluster_core.shell.formatting import unescape
from cluster_core.shell.programs.applet import Call, Filter, Usage
from cluster_core.shell.programs.awk_syntax import Node, Parser
from cluster_core.shell.programs.awk_values import STEPS_MAX, Numeric, Values, number


class Next(Exception):
    """`next`: on with the following line."""


class Leave(Exception):
    """`exit`."""


class LoopEnd(Exception):
    """`break`."""


class LoopAgain(Exception):
    """`continue`."""


class Awk(Values, Filter):
    """A program over lines. Its state is plain data."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: list[tuple[Node | None, Node | None]] = []
        self.variables: dict[str, Any] = {
            "FS": " ",
            "OFS": " ",
            "ORS": "\n",
            "NR": 0.0,
            "FNR": 0.0,
            "SUBSEP": "\x1c",
            "RSTART": 0.0,
            "RLENGTH": -1.0,
            "FILENAME": "",
            "CONVFMT": "%.6g",
            "OFMT": "%.6g",
            "RS": "\n",
        }
        self.arrays: dict[str, dict[str, Any]] = {}
        self.fields: list[str] = [""]
        self.active: dict[int, bool] = {}
        self.code = 0
        self.steps = 0
        self.opened_files: dict[str, None] = {}

    def begin(self, call: Call) -> list[str]:
        """-F, -v, -f, the program, the files; BEGIN runs."""
        words, text = list(call.words), None
        while words and words[0].startswith("-") and words[0] != "-":
            word = words.pop(0)
            if word == "--":
                break
            value = word[2:] or (words.pop(0) if words else "")
            if word[:2] == "-F":
                self.variables["FS"] = unescape(value)[0] if value != "t" else "\t"
            elif word[:2] == "-v":
                name, _, given = value.partition("=")
                self.variables[name] = Numeric(unescape(given)[0])
            elif word[:2] == "-f":
                text = call.read(value).decode("utf-8", "surrogateescape")
            else:
                raise Usage(f"unrecognized option: {word[1:2]}")
        if text is None:
            if not words:
                raise Usage("no program", 1)
            text = words.pop(0)
        try:
            self.rules = Parser(text).rules()
        except RecursionError:
            raise Usage("nested too deeply", 1) from None
        self._environment(call, words)
        if self._special(call, "BEGIN") or all(pattern == ("BEGIN",) for pattern, _ in self.rules):
            self.names = []
            call.land.exit(call.task, self.code)
        return words

    def _environment(self, call: Call, words: list[str]) -> None:
        self.arrays["ENVIRON"] = {name: Numeric(value) for name, value in call.task.environment.items()}
        self.arrays["ARGV"] = {str(number): word for number, word in enumerate(["awk", *words])}

    def _step(self, call: Call) -> Any:
        self.steps = 0
        found = super()._step(call) if call.task.status is None else None
        return found

    def _next(self, call: Call) -> bool:
        return call.task.status is None and super()._next(call)

    def opened(self, call: Call) -> None:
        """The next file."""
        self.variables["FNR"], self.variables["FILENAME"] = 0.0, "" if self.name == "-" else self.name

    def line(self, call: Call, text: str, ended: bool) -> int | None:
        """One record."""
        self.variables["NR"] += 1
        self.variables["FNR"] += 1
        self._split(text)
        try:
            for number, (pattern, action) in enumerate(self.rules):
                if pattern not in (("BEGIN",), ("END",)) and self._selected(call, number, pattern):
                    if action is None:
                        call.out(self.fields[0] + self._text(self.variables["ORS"]))
                    else:
                        self._run(call, action)
        except Next:
            return None
        except Leave:
            self._special(call, "END")
            return self.code
        except (LoopEnd, LoopAgain):
            return None
        return None

    def finish(self, call: Call) -> int:
        """END runs."""
        self._special(call, "END")
        return self.code or self.status

    def _special(self, call: Call, name: str) -> bool:
        """Run the BEGIN or END actions; whether one of them has said exit."""
        try:
            for pattern, action in self.rules:
                if pattern == (name,) and action is not None:
                    self._run(call, action)
        except (Leave, Next):
            return True
        except (LoopEnd, LoopAgain):
            return False
        return False

    def _selected(self, call: Call, number: int, pattern: Node | None) -> bool:
        if pattern is None:
            return True
        if pattern[0] != "range":
            return self._true(self._value(call, pattern))
        if not self.active.get(number):
            if not self._true(self._value(call, pattern[1])):
                return False
            self.active[number] = True
        if self._true(self._value(call, pattern[2])):
            self.active[number] = False
        return True

    # Statements.

    def _run(self, call: Call, node: Node) -> None:
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise Usage("program runs too long", 2)
        getattr(self, "_do_" + node[0].replace("-", "_"))(call, *node[1:])

    def _do_block(self, call: Call, statements: tuple[Node, ...]) -> None:
        for statement in statements:
            self._run(call, statement)

    def _do_do_expression(self, call: Call, node: Node) -> None:
        self._value(call, node)

    def _do_if(self, call: Call, condition: Node, then: Node, otherwise: Node | None) -> None:
        if self._true(self._value(call, condition)):
            self._run(call, then)
        elif otherwise is not None:
            self._run(call, otherwise)

    def _do_while(self, call: Call, condition: Node, body: Node) -> None:
        while self._true(self._value(call, condition)):
            if not self._turn(call, body):
                break

    def _do_for(self, call: Call, start: Node | None, condition: Node | None, step: Node | None, body: Node) -> None:
        if start is not None:
            self._value(call, start)
        while condition is None or self._true(self._value(call, condition)):
            if not self._turn(call, body):
                break
            if step is not None:
                self._value(call, step)

    def _do_for_in(self, call: Call, name: str, array: str, body: Node) -> None:
        for key in list(self.arrays.get(array, {})):
            self.variables[name] = Numeric(key)
            if not self._turn(call, body):
                break

    def _turn(self, call: Call, body: Node) -> bool:
        self.steps += 1
        try:
            self._run(call, body)
        except LoopEnd:
            return False
        except LoopAgain:
            return True
        return True

    def _do_next(self, call: Call) -> None:
        raise Next

    def _do_break(self, call: Call) -> None:
        raise LoopEnd

    def _do_continue(self, call: Call) -> None:
        raise LoopAgain

    def _do_exit(self, call: Call, node: Node | None) -> None:
        if node is not None:
            self.code = int(number(self._value(call, node))) & 0xFF
        raise Leave

    def _do_delete(self, call: Call, name: str, key: Node | None) -> None:
        if key is None:
            self.arrays.pop(name, None)
        else:
            self.arrays.get(name, {}).pop(self._text(self._value(call, key)), None)

    def _do_print(self, call: Call, arguments: tuple[Node, ...], target: Node | None) -> None:
        parts = [self._text(self._value(call, one)) for one in arguments] or [self.fields[0]]
        self._emit(call, self._text(self.variables["OFS"]).join(parts) + self._text(self.variables["ORS"]), target)

    def _do_printf(self, call: Call, arguments: tuple[Node, ...], target: Node | None) -> None:
        if not arguments:
            raise Usage("printf: no format")
        self._emit(call, self._formatted(call, arguments), target)

    def _emit(self, call: Call, text: str, target: Node | None) -> None:
        if target is None:
            call.out(text)
            return
        path = self._text(self._value(call, target[1]))
        if path in ("/dev/stderr", "/dev/stdout"):
            (call.err if path.endswith("err") else call.out)(text)
            return
        old = (
            b""
            if target[0] == ">" and path not in self.opened_files
            else call.files.read(call.path(path))
            if call.files.exists(call.path(path))
            else b""
        )
        self.opened_files[path] = None
        call.files.write(call.path(path), old + text.encode("utf-8", "surrogateescape"), call.task.clock)

    # Values: floats, texts, and texts that look like numbers.
