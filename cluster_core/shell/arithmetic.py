"""`$((…))`: integers of 64 bits with C's operators. Source: POSIX XCU 2.6.4."""

from __future__ import annotations

import re
from collections.abc import Callable

TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\*\*|&&|\|\||[<>=!]=|<<|>>|\+\+|--|[-+*/%&|^]=|\S)", re.A
)
ASSIGNING = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
DEPTH_MAX = 40


class ArithmeticFault(Exception):
    """An expression without a value."""


class Expression:
    """Evaluates a text. `get` and `set` are the shell's variables."""

    def __init__(self, text: str, get: Callable[[str], str], set_: Callable[[str, str], None], depth: int = 0) -> None:
        self.tokens = TOKEN.findall(text)
        self.at = 0
        self.get = get
        self.set = set_
        self.depth = depth
        self.skipping = False

    def value(self) -> int:
        """The value; raises `ArithmeticFault`."""
        if not self.tokens:
            return 0
        found = self._comma()
        if self.at < len(self.tokens):
            raise ArithmeticFault("syntax error")
        return found

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self.at += 1
        return token

    def _comma(self) -> int:
        found = self._assign()
        while self._peek() == ",":
            self._take()
            found = self._assign()
        return found

    def _assign(self) -> int:
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""
        if following not in ASSIGNING or not _is_name(self._peek()):
            return self._ternary()
        name, op = self._take(), self._take()
        right = self._assign()
        if op != "=":
            right = self._apply(op[:-1], self._variable(name), right)
        self._store(name, right)
        return right

    def _store(self, name: str, value: int) -> None:
        if not self.skipping:
            self.set(name, str(value))

    def _ternary(self) -> int:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise ArithmeticFault("expression recursion level exceeded")
        condition = self._binary(0)
        if self._peek() == "?":
            self._take()
            yes = self._unless(not condition, self._comma)
            if self._take() != ":":
                raise ArithmeticFault("syntax error")
            no = self._unless(bool(condition), self._ternary)
            condition = yes if condition else no
        self.depth -= 1
        return condition

    def _unless(self, skip: bool, read: Callable[[], int]) -> int:
        """Read a branch; one that is not taken assigns nothing."""
        before, self.skipping = self.skipping, self.skipping or skip
        found = read()
        self.skipping = before
        return found

    def _binary(self, level: int) -> int:
        if level == len(LEVELS):
            return self._power()
        left = self._binary(level + 1)
        while self._peek() in LEVELS[level]:
            op = self._take()
            if op in ("&&", "||"):
                right = self._unless(bool(left) == (op == "||"), lambda: self._binary(level + 1))
                left = int(bool(left and right) if op == "&&" else bool(left or right))
            else:
                left = self._apply(op, left, self._binary(level + 1))
        return left

    def _power(self) -> int:
        base = self._unary()
        if self._peek() != "**":
            return base
        self._take()
        exponent = self._power()
        if exponent < 0:
            raise ArithmeticFault("exponent less than 0")
        return _wrap(pow(base, exponent, 1 << 64))

    def _unary(self) -> int:
        token = self._take()
        if token in ("-", "+", "!", "~"):
            value = self._unary()
            return {"-": _wrap(-value), "+": value, "!": int(not value), "~": ~value}[token]
        if token in ("++", "--"):
            name = self._take()
            value = self._variable(name) + (1 if token == "++" else -1)
            self._store(name, value)
            return value
        return self._primary(token)

    def _primary(self, token: str) -> int:
        if token == "(":
            found = self._comma()
            if self._take() != ")":
                raise ArithmeticFault("syntax error")
            return found
        if token[:1].isdigit():
            return _number(token)
        if not _is_name(token):
            raise ArithmeticFault("syntax error")
        value = self._variable(token)
        if self._peek() in ("++", "--"):
            self._store(token, value + (1 if self._take() == "++" else -1))
        return value

    def _variable(self, name: str) -> int:
        if not _is_name(name):
            raise ArithmeticFault("syntax error")
        text = self.get(name).strip()
        if re.fullmatch(r"[-+]?(0[xX][0-9a-fA-F]+|\d+)", text):
            return -_number(text[1:]) if text[0] == "-" else _number(text.lstrip("+"))
        if not text:
            return 0
        if self.depth > DEPTH_MAX // 2:
            raise ArithmeticFault("expression recursion level exceeded")
        return Expression(text, self.get, self.set, self.depth + 5).value()

    def _apply(self, op: str, left: int, right: int) -> int:
        if op in ("/", "%"):
            if right == 0:
                if self.skipping:
                    return 0
                raise ArithmeticFault("divide by zero")
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return quotient if op == "/" else left - quotient * right
        return _wrap(_OPERATIONS[op](left, right))


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
}


def _wrap(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def _number(token: str) -> int:
    """C's notation: 0x is hexadecimal, a leading zero octal."""
    try:
        if len(token) > 24:
            raise ArithmeticFault("value too great for base")
        if token[:2] in ("0x", "0X"):
            return _wrap(int(token, 16))
        return _wrap(int(token, 8 if token.startswith("0") and token != "0" else 10))
    except ValueError:
        raise ArithmeticFault("value too great for base") from None


def _is_name(token: str) -> bool:
    return bool(token) and (token[0].isalpha() or token[0] == "_")
