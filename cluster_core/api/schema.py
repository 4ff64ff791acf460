"""The fields of every served type, and decoding: what is no such object is refused before anything looks at it.

The table (`types.json`) is written by tools/make_api_types.py from upstream's OpenAPI of 1.36. Upstream: Go's JSON decoder with
strict field validation, apimachinery `runtime/serializer/json`; the words of the errors are theirs. Real Kubernetes also drops
zeros, false and empty texts of fields that are not pointers; here they stay as they were given.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cluster_core.api import quantity
from cluster_core.api.timestamp import parse as parse_time

TABLE: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "types.json").read_text(encoding="utf-8"))
SCHEMA = "JSONSchemaProps"
INTEGERS = {"int32": 2**31, "int64": 2**63}
WORDS: dict[type, str] = {str: "string", bool: "bool", int: "number", float: "number", dict: "object", list: "array"}


class DecodeError(Exception):
    """A body that is not of its type; the text is the decoder's."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a struct. `type` as in the table; `merge` the merge key, "+" for merged texts; `retain` for $retainKeys."""

    name: str
    type: str
    merge: str = ""
    retain: bool = False
    required: bool = False

    @property
    def struct(self) -> str:
        """The struct that the field, its items or its values are of, or ""."""
        return self.type.removeprefix("[]").removeprefix("{}").partition("@")[2]


@lru_cache(maxsize=512)
def fields_of(struct: str) -> dict[str, Field]:
    """The fields of a struct by JSON name; empty for a type that is not served."""
    row = TABLE.get(struct, {})
    required = row.get("!", ())
    return {name: _field(name, text, name in required) for name, text in row.items() if name != "!"}


def _field(name: str, text: str, required: bool) -> Field:
    kind, _, merge = text.partition(" ")
    return Field(name, kind, merge.rstrip("="), merge.endswith("="), required)


def decode(struct: str, body: Any) -> tuple[Any, list[str]]:
    """The body without nulls, unknown fields and empty optional maps and lists, and the paths of the unknown fields.

    Raises DecodeError for a value of the wrong type.
    """
    if not isinstance(body, dict):
        raise DecodeError(f"json: cannot unmarshal {_word(body)} into Go value of type v1.{struct}")
    decoder = _Decoder()
    return decoder.struct(struct, body, (), ""), decoder.unknown


class _Decoder:
    def __init__(self) -> None:
        self.unknown: list[str] = []

    def struct(self, name: str, body: dict[str, Any], path: tuple[str, ...], shown: str) -> dict[str, Any]:
        known, result = fields_of(name), {}
        for key, value in body.items():
            field = known.get(key)
            here = f"{shown}.{key}" if shown else key
            if field is None:
                self.unknown.append(here)
            elif value is not None:
                kind = _schema_kind(value, key) if name == SCHEMA and field.type == "any" else field.type
                value = self.value(kind, value, (name, *path, key), here)
                if field.required or value or not isinstance(value, list | dict) or field.type[0] in "@a":
                    result[key] = value
        return result

    def value(self, kind: str, value: Any, path: tuple[str, ...], shown: str) -> Any:
        if kind.startswith("[]"):
            _expect(value, list, kind, path)
            return [self.item(kind[2:], item, path, f"{shown}[{index}]") for index, item in enumerate(value)]
        if kind.startswith("{}"):
            _expect(value, dict, kind, path)
            return {key: self.item(kind[2:], item, path, f"{shown}.{key}") for key, item in value.items()}
        if kind.startswith("@"):
            _expect(value, dict, kind, path)
            return self.struct(kind[1:], value, path[1:], shown)
        return value if kind == "any" else _scalar(kind, value, path)

    def item(self, kind: str, value: Any, path: tuple[str, ...], shown: str) -> Any:
        """A null in a list or a map is the zero value of its type."""
        zero = {"@": {}, "s": "", "b": "", "i": 0, "f": 0, "q": "0"}.get(kind[0], "")
        return self.value(kind, zero if value is None else value, path, shown)


def _schema_kind(value: Any, key: str) -> str:
    """Fields of a JSON schema that hold a schema, or something else: items (a list of them), additionalProperties (a bool)."""
    if key in ("items", "additionalItems", "additionalProperties") and not isinstance(value, bool):
        return f"[]@{SCHEMA}" if isinstance(value, list) and key == "items" else f"@{SCHEMA}"
    return "any" if key != "items" else f"@{SCHEMA}"


def _scalar(kind: str, value: Any, path: tuple[str, ...]) -> Any:
    if kind in INTEGERS:
        if isinstance(value, bool) or not isinstance(value, int) or not -INTEGERS[kind] <= value < INTEGERS[kind]:
            raise _mismatch(value, kind, path)
    elif kind == "quantity":
        return _quantity(value, path)
    elif kind == "int-or-string":
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise DecodeError(f"json: cannot unmarshal {_word(value)} into Go value of type int32")
    elif kind in ("time", "micro-time"):
        _check_time(value, path)
    elif kind == "float64":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _mismatch(value, kind, path)
    elif kind == "bool":
        _expect(value, bool, kind, path)
    else:
        _expect(value, str, kind, path)
        _check_text(value)
        if kind == "bytes":
            _check_base64(value)
    return value


def _quantity(value: Any, path: tuple[str, ...]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _mismatch(value, "quantity", path)
    try:
        return quantity.canonical(value)
    except ValueError as error:
        raise DecodeError(str(error)) from error


def _check_time(value: Any, path: tuple[str, ...]) -> None:
    _expect(value, str, "time", path)
    try:
        parse_time(value)
    except (ValueError, TypeError, OverflowError) as error:
        text = f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": cannot parse "{value}" as "2006"'
        raise DecodeError(text) from error


def _check_text(value: str) -> None:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise DecodeError(f"json: invalid surrogate in string literal at {error.start}") from error


def _check_base64(value: str) -> None:
    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        match = re.search(r"[^A-Za-z0-9+/]", value)
        place = match.start() if match is not None else len(value) // 4 * 4
        raise DecodeError(f"illegal base64 data at input byte {place}") from error


def _expect(value: Any, wanted: type, kind: str, path: tuple[str, ...]) -> None:
    if not isinstance(value, wanted):
        raise _mismatch(value, kind, path)


def _mismatch(value: Any, kind: str, path: tuple[str, ...]) -> DecodeError:
    struct, *names = path
    place = f"Go struct field {struct.rpartition('.')[2]}.{'.'.join(names)}"
    return DecodeError(f"json: cannot unmarshal {_word(value, kind)} into {place} of type {_go_type(kind)}")


def _word(value: Any, kind: str = "") -> str:
    if kind in INTEGERS and isinstance(value, int | float) and not isinstance(value, bool):
        return f"number {value if isinstance(value, float) or abs(value) < 2**70 else '…'}"
    return WORDS.get(type(value), "null")


def _go_type(kind: str) -> str:
    if kind.startswith("[]"):
        return "[]" + _go_type(kind[2:])
    if kind.startswith("{}"):
        return "map[string]" + _go_type(kind[2:])
    if kind.startswith("@"):
        return "v1." + kind[1:].rpartition(".")[2]
    return {"quantity": "resource.Quantity", "time": "v1.Time", "micro-time": "v1.MicroTime", "bytes": "[]uint8"}.get(
        kind, kind
    )
