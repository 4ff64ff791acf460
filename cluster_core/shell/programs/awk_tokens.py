"""The words of awk's language."""

from __future__ import annotations

import re

from cluster_core.shell.programs.applet import Usage

TOKENS = re.compile(
    r"""(?P<newline>\n)|(?P<space>[ \t\r]+|\#[^\n]*|\\\n)|(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|"(?P<string>(?:[^"\\]|\\.)*)\""""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<op>\+\+|--|\+=|-=|\*=|/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|[-+*/%^!<>=~?:,;(){}\[\]$|])""",
    re.DOTALL,
)


KEYWORDS = (
    "BEGIN",
    "END",
    "if",
    "else",
    "while",
    "for",
    "do",
    "in",
    "print",
    "printf",
    "next",
    "exit",
    "delete",
    "break",
    "continue",
    "getline",
    "function",
    "return",
)


def tokens_of(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each token; a slash after an operator begins a regular expression."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        if text[at] == "/" and (
            not found or (found[-1][0] in ("op", "newline", "keyword") and found[-1][1] not in (")", "]", "$"))
        ):
            end = re.compile(r"/((?:[^/\\\n]|\\.)*)/").match(text, at)
            if end is None:
                raise Usage("unterminated regexp", 2)
            found.append(("regex", end[1].replace("\\/", "/")))
            at = end.end()
            continue
        match = TOKENS.match(text, at)
        if match is None:
            raise Usage(f"cmd. line:1: Unexpected token '{text[at]}'", 1)
        at = match.end()
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        value = match[kind]
        found.append(("keyword" if kind == "name" and value in KEYWORDS else kind, value))
    return [*found, ("end", "")]
