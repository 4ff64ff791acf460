"""echo's and printf's text. Source: POSIX echo, printf."""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
PLAIN = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
DIRECTIVE = re.compile(r"%(%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z]))")
WIDTH_MAX, OUTPUT_MAX = 4_096, 1 << 18


class FormatFault(Exception):
    """A directive that printf does not know."""


def unescape(text: str) -> tuple[str, bool]:
    """Backslash escapes as echo and printf's %b know them; True after \\c: nothing more is printed."""
    cut = re.search(r"(?<!\\)(?:\\\\)*\\c", text)
    stops = cut is not None
    if cut is not None:
        text = text[: cut.end() - 2]
    return ESCAPE.sub(_escaped, text), stops


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    if code in PLAIN:
        return PLAIN[code]
    if code[0] == "x" and len(code) > 1:
        return _byte(int(code[1:], 16))
    if code[0] in "01234567":
        return _byte(int(code, 8) & 0xFF)
    return found[0]


def _byte(value: int) -> str:
    return bytes([value]).decode("utf-8", "surrogateescape")


def echo_text(words: list[str], flavour: str) -> str:
    """What echo prints. dash's knows only -n and always reads escapes."""
    newline, escapes = True, flavour == "dash"
    flags = "n" if flavour == "dash" else "neE"
    while words and re.fullmatch(f"-[{flags}]+", words[0]):
        newline &= "n" not in words[0]
        escapes |= "e" in words[0]
        words = words[1:]
    text = " ".join(words)
    if escapes:
        text, stops = unescape(text)
        newline &= not stops
    return text + ("\n" if newline else "")


def print_formatted(template: str, arguments: list[str]) -> tuple[str, int]:
    """What printf prints, and its status: the format is used again while arguments are left."""
    state = _Arguments(list(arguments))
    text = ""
    while True:
        before = len(state.left)
        piece, stops = _once(template, state)
        text += piece
        if stops or not state.left or len(state.left) == before or len(text) > OUTPUT_MAX:
            return text, state.status


class _Arguments:
    def __init__(self, left: list[str]) -> None:
        self.left = left
        self.status = 0

    def text(self) -> str:
        return self.left.pop(0) if self.left else ""

    def number(self) -> int:
        text = self.text().strip()
        if text[:1] in ("'", '"'):
            return ord(text[1:2] or "\0")
        try:
            return int(text or "0", 0) if not re.fullmatch(r"-?0\d+", text) else int(text, 8)
        except ValueError:
            self.status = 1
            leading = re.match(r"-?\d{1,18}", text)
            return int(leading[0]) if leading else 0

    def real(self) -> float:
        try:
            return float(self.text() or "0")
        except ValueError:
            self.status = 1
            return 0.0


def _once(template: str, state: _Arguments) -> tuple[str, bool]:
    found, at = "", 0
    for directive in DIRECTIVE.finditer(template):
        plain, stops = unescape(template[at : directive.start()])
        found += plain
        if stops:
            return found, True
        piece, stops = _directive(directive, state)
        found += piece
        if stops:
            return found, True
        at = directive.end()
    rest, stops = unescape(template[at:])
    return found + rest, stops


def _directive(directive: re.Match[str], state: _Arguments) -> tuple[str, bool]:
    if directive[1] == "%":
        return "%", False
    flags, kind = directive[2].replace("'", ""), directive[5]
    width = state.number() if directive[3] == "*" else int((directive[3] or "0")[:6])
    precision = state.number() if directive[4] == "*" else int(directive[4][:6]) if directive[4] else -1
    width, precision = max(-WIDTH_MAX, min(WIDTH_MAX, width)), min(WIDTH_MAX, precision)
    if kind in "sb":
        text, stops = (state.text(), False) if kind == "s" else unescape(state.text())
        text = text[:precision] if precision >= 0 else text
        return (text.ljust(abs(width)) if "-" in flags or width < 0 else text.rjust(width)), stops
    if kind == "c":
        return state.text()[:1].rjust(width), False
    spec = f"%{flags}{width or ''}" + (f".{precision}" if precision >= 0 else "")
    if kind in "diuxXo":
        number = state.number()
        return (spec + ("d" if kind in "iu" else kind)) % (number if kind in "di" else number & (2**64 - 1)), False
    if kind in "eEfFgG":
        return (spec + kind) % state.real(), False
    raise FormatFault(f"%{kind}: invalid directive")
