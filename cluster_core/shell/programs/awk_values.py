"""Values of awk: numbers, texts, texts of the input that look like numbers; expressions and their worth."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, ClassVar

from cluster_core.shell.formatting import FormatFault, print_formatted
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.awk_syntax import Node
from cluster_core.shell.programs.patterns import regex

STEPS_MAX, TEXT_MAX = 200_000, 1 << 18


_NAMES = {
    "||": "or",
    "&&": "and",
    "~": "match",
    "!~": "match",
    "<": "compare",
    "<=": "compare",
    "==": "compare",
    "!=": "compare",
    ">": "compare",
    ">=": "compare",
}


class Numeric(str):
    """A text of the input: it counts as a number where it looks like one."""

    __slots__ = ()

    @property
    def is_number(self) -> bool:
        return self == "" or re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", self) is not None

    @property
    def number(self) -> float:
        return number(self)


def _numeric(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, Numeric) and value.is_number)


def number(value: Any) -> float:
    if isinstance(value, float):
        return value
    found = re.match(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", str(value))
    return float(found[0]) if found is not None else 0.0


def _divide(a: float, b: float) -> float:
    if b == 0:
        raise Usage("cmd. line:1: Division by zero", 1)
    return a / b


def _power(a: float, b: float) -> float:
    try:
        found = a**b
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return found if isinstance(found, float) else math.nan


class Values:
    """The half of awk that works out expressions."""

    variables: dict[str, Any]
    arrays: dict[str, dict[str, Any]]
    fields: list[str]
    steps: int

    def _split(self, text: str) -> None:
        self.fields = [text, *self._parts(text, self._text(self.variables["FS"]))]

    def _parts(self, text: str, separator: str) -> list[str]:
        if separator == " ":
            return text.split()
        if not text:
            return []
        if not separator:
            return list(text)
        if len(separator) == 1 and separator != "\\":
            return text.split(separator)
        return regex(separator, True).split(text)

    def _formatted(self, call: Call, arguments: tuple[Node, ...]) -> str:
        template, *values = [self._value(call, one) for one in arguments]
        texts = []
        for letter, value in zip(re.findall(r"%[^%a-zA-Z]*([a-zA-Z])", self._text(template)), values, strict=False):
            texts.append(
                str(int(number(value)))
                if letter in "diouxX"
                else repr(number(value))
                if letter in "eEfFgG"
                else chr(int(value))
                if letter == "c" and isinstance(value, float)
                else self._text(value)
            )
        try:
            text, _ = print_formatted(self._text(template).replace("\\", "\\\\"), texts)
        except FormatFault as fault:
            raise Usage(str(fault)) from None
        return text

    def _true(self, value: Any) -> bool:
        if isinstance(value, Numeric):
            return value.number != 0 if value.is_number else value != ""
        return value != 0 if isinstance(value, float) else value != ""

    def _text(self, value: Any) -> str:
        if isinstance(value, float):
            if math.isfinite(value) and value == int(value):
                return str(int(value))
            return self._text(self.variables["CONVFMT"]) % value if math.isfinite(value) else str(value)
        return str(value)

    def _value(self, call: Call, node: Node) -> Any:
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise Usage("program runs too long", 2)
        kind = node[0]
        if kind in ("number", "string"):
            return node[1]
        if kind == "regex":
            return float(regex(node[1], True).search(self.fields[0]) is not None)
        if kind == "variable":
            return float(len(self.fields) - 1) if node[1] == "NF" else self.variables.get(node[1], Numeric(""))
        if kind == "field":
            place = int(number(self._value(call, node[1])))
            return Numeric(self.fields[place]) if 0 <= place < len(self.fields) else Numeric("")
        if kind == "item":
            return self.arrays.setdefault(node[1], {}).setdefault(self._text(self._value(call, node[2])), Numeric(""))
        if kind in self._BINARY:
            return self._BINARY[kind](number(self._value(call, node[1])), number(self._value(call, node[2])))
        return getattr(self, f"_get_{_NAMES.get(kind, kind)}")(call, node)

    def _get_group(self, call: Call, node: Node) -> Any:
        return self._value(call, node[1])

    def _get_subsep(self, call: Call, node: Node) -> str:
        return self._text(self.variables["SUBSEP"]).join(self._text(self._value(call, one)) for one in node[1])

    def _get_in(self, call: Call, node: Node) -> float:
        return float(self._text(self._value(call, node[1])) in self.arrays.get(node[2], {}))

    def _get_concat(self, call: Call, node: Node) -> str:
        return (self._text(self._value(call, node[1])) + self._text(self._value(call, node[2])))[:TEXT_MAX]

    def _get_ternary(self, call: Call, node: Node) -> Any:
        return self._value(call, node[2] if self._true(self._value(call, node[1])) else node[3])

    def _get_or(self, call: Call, node: Node) -> float:
        return float(self._true(self._value(call, node[1])) or self._true(self._value(call, node[2])))

    def _get_and(self, call: Call, node: Node) -> float:
        return float(self._true(self._value(call, node[1])) and self._true(self._value(call, node[2])))

    def _get_not(self, call: Call, node: Node) -> float:
        return float(not self._true(self._value(call, node[1])))

    def _get_minus(self, call: Call, node: Node) -> float:
        return -number(self._value(call, node[1]))

    def _get_plus(self, call: Call, node: Node) -> float:
        return number(self._value(call, node[1]))

    def _get_match(self, call: Call, node: Node) -> float:
        pattern = node[2][1] if node[2][0] == "regex" else self._text(self._value(call, node[2]))
        found = regex(pattern, True).search(self._text(self._value(call, node[1]))) is not None
        return float(found == (node[0] == "~"))

    def _get_compare(self, call: Call, node: Node) -> float:
        left, right = self._value(call, node[1]), self._value(call, node[2])
        if _numeric(left) and _numeric(right):
            a, b = number(left), number(right)
            order = (a > b) - (a < b)
        else:
            one, two = self._text(left), self._text(right)
            order = (one > two) - (one < two)
        return float(
            {"<": order < 0, "<=": order <= 0, "==": order == 0, "!=": order != 0, ">": order > 0, ">=": order >= 0}[
                node[0]
            ]
        )

    def _get_assign(self, call: Call, node: Node) -> Any:
        value = self._value(call, node[3])
        if node[1] != "=":
            value = self._BINARY[node[1][0]](number(self._value(call, node[2])), number(value))
        self._store(call, node[2], value)
        return value

    def _get_before(self, call: Call, node: Node) -> float:
        value = number(self._value(call, node[2])) + (1 if node[1] == "++" else -1)
        self._store(call, node[2], value)
        return value

    def _get_after(self, call: Call, node: Node) -> float:
        value = number(self._value(call, node[2]))
        self._store(call, node[2], value + (1 if node[1] == "++" else -1))
        return value

    def _store(self, call: Call, target: Node, value: Any) -> None:
        if target[0] == "item":
            array = self.arrays.setdefault(target[1], {})
            if len(array) > 50_000:
                raise Usage("out of memory", 2)
            array[self._text(self._value(call, target[2]))] = value
        elif target[0] == "field":
            self._store_field(int(number(self._value(call, target[1]))), self._text(value))
        elif target[0] == "variable" and target[1] == "NF":
            self.fields = (self.fields + [""] * 1_000)[: int(number(value)) % 1_000 + 1]
            self._rebuild()
        elif target[0] == "variable":
            self.variables[target[1]] = value
        else:
            raise Usage("not assignable", 2)

    def _store_field(self, number: int, text: str) -> None:
        if number == 0:
            self._split(text)
            return
        if not 0 < number < 1_000:
            raise Usage("access to negative field", 2)
        self.fields += [""] * (number + 1 - len(self.fields))
        self.fields[number] = text
        self._rebuild()

    def _rebuild(self) -> None:
        self.fields[0] = self._text(self.variables["OFS"]).join(self.fields[1:])

    def _get_call(self, call: Call, node: Node) -> Any:
        name, arguments = node[1], node[2]
        if name in ("sub", "gsub"):
            return self._substitute(call, name, arguments)
        if name == "split":
            return self._get_split(call, arguments)
        if name == "match":
            found = regex(self._pattern(call, arguments[1]), True).search(self._text(self._value(call, arguments[0])))
            self.variables["RSTART"] = float(found.start() + 1) if found else 0.0
            self.variables["RLENGTH"] = float(found.end() - found.start()) if found else -1.0
            return self.variables["RSTART"]
        if name == "length" and arguments and arguments[0][0] == "variable" and arguments[0][1] in self.arrays:
            return float(len(self.arrays[arguments[0][1]]))
        if name == "sprintf":
            return self._formatted(call, arguments)
        return self._plain_call(name, [self._value(call, one) for one in arguments])

    def _pattern(self, call: Call, node: Node) -> str:
        return str(node[1]) if node[0] == "regex" else self._text(self._value(call, node))

    def _plain_call(self, name: str, values: list[Any]) -> Any:
        if name == "length":
            return float(len(self._text(values[0]) if values else self.fields[0]))
        if name == "substr":
            text = self._text(values[0])
            start = round(number(values[1]))
            end = start + round(number(values[2])) if len(values) > 2 else len(text) + 1
            return text[max(0, start - 1) : max(0, end - 1)]
        if name == "index":
            return float(self._text(values[0]).find(self._text(values[1])) + 1)
        if name in ("tolower", "toupper"):
            return getattr(self._text(values[0]), name[2:])()
        if name == "int":
            return float(int(number(values[0])))
        if name in ("sqrt", "exp", "log", "sin", "cos"):
            try:
                return float(getattr(math, name)(number(values[0])))
            except (ValueError, OverflowError):
                return math.nan
        return math.atan2(number(values[0]), number(values[1])) if name == "atan2" else 0.0

    def _get_split(self, call: Call, arguments: tuple[Node, ...]) -> float:
        separator = self._pattern(call, arguments[2]) if len(arguments) > 2 else self._text(self.variables["FS"])
        parts = self._parts(self._text(self._value(call, arguments[0])), separator)
        self.arrays[str(arguments[1][1])] = {str(number): Numeric(part) for number, part in enumerate(parts, 1)}
        return float(len(parts))

    def _substitute(self, call: Call, name: str, arguments: tuple[Node, ...]) -> float:
        target: Node = arguments[2] if len(arguments) > 2 else ("field", ("number", 0.0))
        replacement = self._text(self._value(call, arguments[1]))

        def fill(found: re.Match[str]) -> str:
            return re.sub(r"\\&|&", lambda mark: "&" if mark[0] == "\\&" else found[0], replacement)

        pattern = regex(self._pattern(call, arguments[0]), True)
        text, count = pattern.subn(fill, self._text(self._value(call, target)), count=0 if name == "gsub" else 1)
        if count:
            self._store(call, target, text[:TEXT_MAX])
        return float(count)

    _BINARY: ClassVar[dict[str, Callable[[float, float], float]]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: _divide(a, b),
        "%": lambda a, b: math.fmod(a, b) if b else _divide(a, b),
        "^": lambda a, b: _power(a, b),
    }
