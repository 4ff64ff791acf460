"""Paths like `.spec.list['key']` that a schema knows. Upstream: apiextensions-apiserver `schema/cel/validation.go` ValidFieldPath."""

from __future__ import annotations

import re

from cluster_core.api.request import Obj
from cluster_core.api.structural.path import child, key

_TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|[.\[\]]|[^.\[\]']+|'")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


class PathError(Exception):
    """A path that leads nowhere; the text says why."""


def field_path(text: str, schema: Obj, brackets: bool = True) -> tuple[str, Obj]:
    """The path as errors show it, and the schema of the field it leads to. Raises PathError."""
    tokens = _TOKEN.findall(text)
    path, place = "", 0
    while place < len(tokens):
        token = tokens[place]
        if token == ".":
            name, place = _taken(tokens, place + 1), place + 2
        elif token == "[":
            if not brackets:
                raise PathError("array notation is not allowed")
            name, place = _unquoted(_taken(tokens, place + 1)), place + 3
            closing = _taken(tokens, place - 1)
            if closing != "]":
                raise PathError(f"expected ] but got {closing}")
        else:
            raise PathError(f"expected [ or . but got: {token}")
        path, schema = _step(path, name, schema)
    return path, schema


def _taken(tokens: list[str], place: int) -> str:
    if place >= len(tokens):
        raise PathError("unexpected end of JSON path")
    return tokens[place]


def _unquoted(token: str) -> str:
    if len(token) < 2 or token[0] != "'" or token[-1] != "'":
        raise PathError(f"expected single quoted string but got {token}")

    def letter(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise PathError(f"invalid string literal: invalid escape char {match[0]}")
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", letter, token[1:-1])


def _step(path: str, name: str, schema: Obj) -> tuple[str, Obj]:
    properties, other = schema.get("properties"), schema.get("additionalProperties")
    if properties is not None:
        if name not in properties:
            raise PathError("does not refer to a valid field")
        return child(path, name), properties[name]
    if isinstance(other, dict):
        return key(path, name), other
    raise PathError("does not refer to a valid field")
