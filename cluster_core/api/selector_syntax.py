"""The text of label and field selectors, read as upstream reads it and refused in its words.

Grammar: requirements with commas; a requirement is `key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`,
`key notin (a,b)`, `key>1` or `key<1`. Upstream: apimachinery `labels/selector.go`, `fields/selector.go`.
"""

from __future__ import annotations

import re

from cluster_core.api import names
from cluster_core.api.errors import ApiError, Cause, bad_request

LENGTH_MAX = 8192
OPERATORS = ("in", "notin", "=", "==", "!=", "gt", "lt")
SYMBOLS = {"=": "In", "==": "In", "!=": "NotIn", ">": "Gt", "<": "Lt"}

Requirement = tuple[str, str, tuple[str, ...]]

_TOKEN = re.compile(r"\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+|$)")


def parse_requirements(text: str) -> list[Requirement]:
    """The requirements of a label selector. Raises 400."""
    if len(text) > LENGTH_MAX:
        raise bad_request(f"selector is longer than {LENGTH_MAX} characters")
    parser = _Parser(text)
    found: list[Requirement] = []
    while parser.ahead:
        if parser.ahead != "!" and not _is_word(parser.ahead):
            raise bad_request(f"found '{parser.ahead}', expected: !, identifier, or 'end of string'")
        try:
            found.append(parser.requirement())
        except ValueError as error:
            raise bad_request(f"unable to parse requirement: {error}") from error
        parser.comma()
    return found


def parse_fields(text: str) -> list[tuple[str, str, str]]:
    """The terms of a field selector: [(field, "=" | "!=", value)]. Raises 400."""
    if len(text) > LENGTH_MAX:
        raise bad_request(f"selector is longer than {LENGTH_MAX} characters")
    found = []
    for term in re.split(r"(?<!\\),", text):
        if not term.strip():
            continue
        match = re.fullmatch(r"\s*([^=!]+?)\s*(!=|==|=)(.*)", term, re.DOTALL)
        if match is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        value = re.sub(r"\\([\\,=])", r"\1", match[3].strip())
        found.append((match[1], "!=" if match[2] == "!=" else "=", value))
    return found


def unknown_field(field: str, known: tuple[str, ...]) -> ApiError:
    """400 for a field that a kind does not let one select by; `known` are those beside the metadata."""
    if known:
        return bad_request(f"field label not supported: {field}")
    return bad_request(f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"')


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [token for token in _TOKEN.findall(text) if token]
        self.place = 0

    @property
    def ahead(self) -> str:
        """The next token, "" at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.ahead
        self.place += 1
        return token

    def requirement(self) -> Requirement:
        absent = self.ahead == "!"
        if absent:
            self.take()
        key = self.take()
        if not _is_word(key):
            raise ValueError(f"found '{key}', expected: identifier")
        problems = names.qualified(key)
        if problems:
            raise ValueError(Cause("<nil>", "Invalid", "; ".join(problems), key).text())
        if self.ahead in ("", ","):
            return key, "DoesNotExist" if absent else "Exists", ()
        return self.comparison(key)

    def comparison(self, key: str) -> Requirement:
        operator = self.take()
        if operator in ("in", "notin"):
            return key, "In" if operator == "in" else "NotIn", tuple(sorted(self.values(key)))
        if operator not in SYMBOLS:
            raise ValueError(f"found '{operator}', expected: {', '.join(OPERATORS)}")
        value = "" if self.ahead in ("", ",") else self.take()
        if value and not _is_word(value):
            raise ValueError(f"found '{value}', expected: identifier")
        if operator in "<>" and not re.fullmatch(r"[+-]?\d{1,18}", value):
            raise ValueError("for 'Gt', 'Lt' operators, the value must be an integer")
        return key, SYMBOLS[operator], (_valued(key, value),)

    def values(self, key: str) -> list[str]:
        opening = self.take()
        if opening != "(":
            raise ValueError(f"found '{opening}' expected: '('")
        found: list[str] = [""] if self.ahead in (",", ")") else []
        while self.ahead != ")":
            token = self.take()
            if token == ",":
                if self.ahead in (",", ")"):
                    found.append("")
            elif _is_word(token):
                found.append(_valued(key, token))
                if self.ahead not in (",", ")"):
                    raise ValueError(f"found '{self.ahead}', expected: ',' or ')'")
            else:
                raise ValueError(f"found '{token}', expected: ',', or identifier")
        self.take()
        return list(dict.fromkeys(found))

    def comma(self) -> None:
        token = self.take()
        if token not in ("", ","):
            raise bad_request(f"found '{token}', expected: ',' or 'end of string'")
        if token and self.ahead != "!" and not _is_word(self.ahead):
            raise bad_request(f"found '{self.ahead}', expected: identifier after ','")


def _is_word(token: str) -> bool:
    return bool(token) and token[0] not in "=!(),<>"


def _valued(key: str, value: str) -> str:
    problems = names.label_value(value)
    if problems:
        raise ValueError(Cause(f"<nil>[{key}]", "Invalid", "; ".join(problems), value).text())
    return value
