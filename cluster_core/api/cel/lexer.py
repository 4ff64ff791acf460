"""Tokens of CEL. Upstream: cel-go `parser/gen/CEL.g4`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cluster_core.api.cel.problem import Problem
from cluster_core.api.cel.values import UInt

# No branch can match the same text in two ways, so nothing here backtracks over a long expression.
TOKEN = re.compile(
    r"""
      (?P<space>[\t \r\n\f]+)
    | (?P<comment>//[^\n]*)
    | (?P<string>[bB]?[rR]?(?:\"{3}|'{3}|"|'))
    | (?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<uint>(?:0x[0-9a-fA-F]+|\d+)[uU])
    | (?P<int>0x[0-9a-fA-F]+|\d+)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<escaped>`[A-Za-z0-9_.\-/\ ]+`)
    | (?P<op>==|!=|<=|>=|&&|\|\||[-<>\[\]{}().,!?:+*/%])
    """,
    re.VERBOSE,
)
SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
SIMPLE |= {letter: letter for letter in "\"'\\?`"}
ESCAPE = re.compile(r"\\(?:([xX])([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """kind: string, bytes, float, uint, int, name, escaped, op, end. `value` is what a literal stands for."""

    kind: str
    text: str
    at: int
    value: Any = None


def tokens(source: str) -> tuple[list[Token], list[Problem]]:
    """The tokens of an expression with an end token, and what is no token."""
    found: list[Token] = []
    problems: list[Problem] = []
    at = 0
    while at < len(source):
        match = TOKEN.match(source, at)
        if match is None:
            problems.append(Problem(at, f"Syntax error: token recognition error at: '{source[at]}'"))
            at += 1
            continue
        kind, text = str(match.lastgroup), match.group()
        if kind == "string":
            at = _string(source, at, text, found, problems)
            continue
        if kind not in ("space", "comment"):
            found.append(_token(kind, text, at, problems))
        at = match.end()
    found.append(Token("end", "<EOF>", len(source)))
    return found, problems


def _token(kind: str, text: str, at: int, problems: list[Problem]) -> Token:
    if kind == "escaped":
        return Token(kind, text, at, text[1:-1])
    if kind == "float":
        return Token(kind, text, at, float(text))
    if kind not in ("int", "uint"):
        return Token(kind, text, at)
    digits = text.rstrip("uU")
    # No 64-bit number has more than 20 digits; a longer one is refused before Python reads it.
    value = int(digits, 0 if digits.startswith("0x") else 10) if len(digits) <= 20 else 2**64
    if kind == "uint":
        if value >= 2**64:
            problems.append(Problem(at, "invalid uint literal"))
        return Token(kind, text, at, UInt(value))
    if value > 2**63:
        problems.append(Problem(at, "invalid int literal"))
    return Token(kind, text, at, value)


def _string(source: str, at: int, opening: str, found: list[Token], problems: list[Problem]) -> int:
    """Reads a string or bytes literal; returns where it ends."""
    prefix = opening.rstrip("\"'").lower()
    quote = opening[len(prefix) :]
    end = _closing(source, at + len(opening), quote, "r" in prefix)
    if end < 0:
        problems.append(Problem(at, f"Syntax error: token recognition error at: '{source[at:].splitlines()[0]}'"))
        return len(source)
    body = source[at + len(opening) : end]
    text = source[at : end + len(quote)]
    try:
        value = _unescaped(body, "b" in prefix, "r" in prefix)
        found.append(Token("bytes" if "b" in prefix else "string", text, at, value))
    except ValueError as error:
        problems.append(Problem(at, str(error)))
        found.append(Token("string", text, at, ""))
    return end + len(quote)


def _closing(source: str, at: int, quote: str, raw: bool) -> int:
    while at < len(source):
        if source.startswith(quote, at):
            return at
        if len(quote) == 1 and source[at] in "\r\n":
            return -1
        at += 2 if source[at] == "\\" and not raw else 1
    return -1


def _unescaped(body: str, as_bytes: bool, raw: bool) -> str | bytes:
    if raw or "\\" not in body:
        return body.encode() if as_bytes else body
    parts: list[Any] = []
    last = 0
    for match in ESCAPE.finditer(body):
        parts.append(body[last : match.start()])
        parts.append(_escape(match, as_bytes))
        last = match.end()
    parts.append(body[last:])
    if as_bytes:
        return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return "".join(parts)


def _escape(match: re.Match[str], as_bytes: bool) -> str | bytes:
    _, hexadecimal, short, long, octal, letter = match.groups()
    if letter is not None:
        if letter not in SIMPLE:
            raise ValueError(f"invalid string literal: unable to unescape string: \\{letter}")
        return SIMPLE[letter]
    code = int(octal, 8) if octal else int(hexadecimal or short or long, 16)
    if as_bytes and (octal or hexadecimal):
        return bytes([code])
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ValueError("invalid string literal: invalid unicode code point")
    return chr(code)
