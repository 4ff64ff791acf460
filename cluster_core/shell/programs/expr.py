"""expr. Source: POSIX expr."""

from __future__ import annotations

import re

from cluster_core.shell.programs.applet import Call


def expr(call: Call) -> int:
    """expr."""
    words = list(call.words)
    try:
        value = _expr_or(words)
    except (IndexError, ValueError):
        return call.fail("syntax error", 2)
    except ZeroDivisionError:
        return call.fail("division by zero", 2)
    if words:
        return call.fail("syntax error", 2)
    call.out(f"{value}\n")
    return int(value in ("", "0"))


def _expr_or(words: list[str]) -> str:
    left = _expr_level(words, 0)
    while words and words[0] in ("|", "&"):
        op = words.pop(0)
        right = _expr_level(words, 0)
        empty = left in ("", "0")
        left = (right if empty else left) if op == "|" else ("0" if empty or right in ("", "0") else left)
    return left


EXPR_LEVELS = (("=", "==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"), (":",))


def _expr_level(words: list[str], level: int) -> str:
    if level == len(EXPR_LEVELS):
        return _expr_value(words)
    left = _expr_level(words, level + 1)
    while words and words[0] in EXPR_LEVELS[level]:
        op = words.pop(0)
        left = _expr_apply(op, left, _expr_level(words, level + 1))
    return left


def _expr_value(words: list[str]) -> str:
    word = words.pop(0)
    if word == "(":
        found = _expr_or(words)
        if words.pop(0) != ")":
            raise ValueError
        return found
    if word == "length":
        return str(len(words.pop(0)))
    if word == "substr":
        text, start, size = words.pop(0), int(words.pop(0)[:9]), int(words.pop(0)[:9])
        return text[max(0, start - 1) : max(0, start - 1 + size)]
    return word


def _expr_apply(op: str, left: str, right: str) -> str:
    from cluster_core.shell.programs.patterns import regex

    if op == ":":
        found = regex(right, False).match(left)
        if found is None:
            return "" if "\\(" in right else "0"
        return (found[1] or "") if found.re.groups else str(len(found[0]))
    if op in ("+", "-", "*", "/", "%"):
        a, b = int(left[:20]), int(right[:20])
        if op in "/%":
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return str(quotient if op == "/" else a - quotient * b)
        return str({"+": a + b, "-": a - b, "*": a * b}[op])
    numbers = all(re.fullmatch(r"-?\d{1,20}", word) for word in (left, right))
    order = (int(left) > int(right)) - (int(left) < int(right)) if numbers else (left > right) - (left < right)
    return str(
        int(
            {
                "=": order == 0,
                "==": order == 0,
                "!=": order != 0,
                "<": order < 0,
                "<=": order <= 0,
                ">": order > 0,
                ">=": order >= 0,
            }[op]
        )
    )
