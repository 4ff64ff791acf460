"""Regular expressions of grep, sed and awk as Python's, bounded. Source: POSIX XBD 9."""

from __future__ import annotations

import re
from functools import lru_cache

from cluster_core.shell.programs.applet import Usage

PATTERN_MAX = 1_000
REPEATED = re.compile(r"\((?:[^()\\]|\\.)*[*+}](?:[^()\\]|\\.)*\)[*+{]")


@lru_cache(maxsize=1024)
def regex(pattern: str, extended: bool, ignore_case: bool = False, fixed: bool = False) -> re.Pattern[str]:
    """A POSIX regular expression, basic or extended. Raises `Usage`.

    One that could take for ever (a repetition in a repetition) is refused; real programs match it in linear time.
    """
    if len(pattern) > PATTERN_MAX:
        raise Usage("regular expression is too large", 2)
    text = re.escape(pattern) if fixed else _translated(pattern, extended)
    if not fixed and REPEATED.search(text):
        raise Usage("nested repetition is not supported here", 2)
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError):
        raise Usage(f"bad regex '{pattern}'", 2) from None


CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "space": r"\s", "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "print": r" -~", "cntrl": r"\x00-\x1f",
}  # fmt: skip


def _translated(pattern: str, extended: bool) -> str:
    found, at = "", 0
    while at < len(pattern):
        char, following = pattern[at], pattern[at + 1 : at + 2]
        if char == "[":
            piece, at = _bracket(pattern, at)
            found += piece
            continue
        if char == "\\" and following:
            at += 2
            found += _escape(following, extended)
            continue
        at += 1
        if char in "(){}|+?" and not extended:
            found += "\\" + char
        elif char == "*" and (not found or found.endswith(("(", "|", "^"))):
            found += "\\*"
        elif char == "{" and not re.match(r"\d*,?\d*\}", pattern[at:]):
            found += "\\{"
        elif char == "^" and not extended and found and not found.endswith(("(", "|")):
            found += "\\^"
        elif char == "$" and not extended and at < len(pattern) and pattern[at : at + 2] not in ("\\)", "\\|"):
            found += "\\$"
        else:
            found += char
    return found


def _escape(char: str, extended: bool) -> str:
    if char in "(){}|+?" and not extended:
        return char
    if char in "<>":
        return r"\b"
    if char in "wWsSbBntr" or char.isdigit():
        return "\\" + char
    return re.escape(char)


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    begin = at + 1 + (pattern[at + 1 : at + 2] == "^")
    end = begin + (pattern[begin : begin + 1] == "]")
    while end < len(pattern) and pattern[end] != "]":
        close = pattern.find(":]", end + 2) if pattern[end : end + 2] == "[:" else -1
        end = close + 2 if close > 0 else end + 1
    if end >= len(pattern):
        return "\\[", at + 1
    inner = pattern[begin:end].replace("\\", "\\\\")
    inner = re.sub(r"\[:(\w+):\]", lambda found: "\0" + found[1] + "\0", inner).replace("[", "\\[").replace("]", "\\]")
    inner = (
        inner.replace("&&", "&\\&")
        .replace("||", "|\\|")
        .replace("~~", "~\\~")
        .replace("--", "\\--")
        .replace("^", "\\^")
    )
    inner = re.sub("\0(\\w+)\0", lambda found: CLASSES.get(found[1], ""), inner)
    return f"[{'^' if begin > at + 1 else ''}{inner}]", end + 1
