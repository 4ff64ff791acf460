"""Kubernetes' protobuf bodies as the objects that JSON would say: typed Go clients (kubectl from 1.32 on, Helm, k9s) send nothing else.

    decode(data) -> object with apiVersion and kind; raises ProtobufError (a ValueError) in upstream's words

A body is `k8s\\0` and a runtime.Unknown {1: typeMeta {1: apiVersion, 2: kind}, 2: the object}. The fields come from a table
(tools/make_protobuf_fields.py). What a Go client's JSON would leave out is left out: zero values of fields that are no pointers,
unset times. Upstream: apimachinery `runtime/serializer/protobuf/protobuf.go`. Real Kubernetes merges a message that is given twice;
here the last one counts.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cluster_core.api.openapi.definitions import name_of
from cluster_core.api.request import Obj
from explorer.kubeapi.protobuf_values import SPECIAL, ProtobufError

MAGIC = b"k8s\x00"
DEPTH_MAX = 100
FIELDS_MAX = 200_000
NO_PREFIX = "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"
SCHEME = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"
VARINT, FIXED64, LENGTH, GROUP, GROUP_END, FIXED32 = range(6)
WIRES = {"bool": VARINT, "int32": VARINT, "int64": VARINT, "double": FIXED64}
# Spoken in every group.
COMMON = ("DeleteOptions", "Status")

__all__ = ["ProtobufError", "decode"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message. `shape` is "", "[]" or "{}"; `message` is the message that it is of, or ""."""

    name: str
    shape: str
    type: str
    message: str
    drops: bool


def decode(data: bytes) -> Obj:
    """The object of a body."""
    if not data:
        raise ProtobufError("empty data")
    if not data.startswith(MAGIC):
        raise ProtobufError(NO_PREFIX)
    reader = _Reader(data)
    api_version = kind = ""
    body = (0, 0)
    for number, wire, value in reader.fields(len(MAGIC), len(data)):
        if number == 1 and wire == LENGTH:
            api_version, kind = reader.type_meta(*value)
        elif number == 2 and wire == LENGTH:
            body = value
    try:
        found = reader.message(_message(api_version, kind), *body, 1)
    except ProtobufError as error:
        raise ProtobufError(str(error), api_version, kind) from error
    return {"apiVersion": api_version, "kind": kind, **found}


def _message(api_version: str, kind: str) -> str:
    if kind in COMMON:
        return f"meta.v1.{kind}"
    group, _, version = api_version.rpartition("/")
    name = name_of(group, version, kind)
    if name is None or not kind:
        raise ProtobufError(f'no kind "{kind}" is registered for version "{api_version}" in scheme "{SCHEME}"')
    return ".".join(name.split(".")[-3:])


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        (Path(__file__).parent / "protobuf_fields.json").read_text(encoding="utf-8")
    )
    return found


@lru_cache(maxsize=1024)
def fields_of(message: str) -> dict[int, Field]:
    """The fields of a message by number."""
    return {int(number): _field(row) for number, row in _table()[message].items()}


def _field(row: str) -> Field:
    name, typed, *drops = row.split()
    shape = typed[:2] if typed[:2] in ("[]", "{}") else ""
    kind, _, message = typed.removeprefix(shape).partition("@")
    return Field(name, shape, kind, message, bool(drops))


class _Reader:
    """Reads one body; counts fields, so that a small body cannot keep the server long."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = FIELDS_MAX

    def fields(self, start: int, end: int) -> Iterator[tuple[int, int, Any]]:
        """(number, wire type, value) of every field between two places; the value of a LENGTH field is its (start, end)."""
        place = start
        while place < end:
            self.left -= 1
            if self.left < 0:
                raise ProtobufError("proto: too many fields")
            tag, place = self.varint(place, end)
            number, wire = tag >> 3, tag & 7
            if number <= 0 or number >= 1 << 29:
                raise ProtobufError(f"proto: illegal tag {number} (wire type {wire})")
            value, place = self.value(wire, place, end)
            if wire not in (GROUP, GROUP_END):
                yield number, wire, value

    def value(self, wire: int, place: int, end: int) -> tuple[Any, int]:
        """The value at a place, and the place after it."""
        if wire == VARINT:
            return self.varint(place, end)
        if wire == LENGTH:
            size, place = self.varint(place, end)
            if size >= 1 << 31:
                raise ProtobufError("proto: negative length found during unmarshaling")
            return (place, _within(place + size, end)), place + size
        if wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
            return self.data[place : _within(place + size, end)], place + size
        if wire in (GROUP, GROUP_END):
            raise ProtobufError("proto: unexpected end of group")
        raise ProtobufError(f"proto: illegal wireType {wire}")

    def varint(self, place: int, end: int) -> tuple[int, int]:
        """An unsigned number of up to 64 bits, and the place after it."""
        result = shift = 0
        while True:
            if shift >= 64:
                raise ProtobufError("proto: integer overflow")
            if place >= end:
                raise ProtobufError("unexpected EOF")
            byte = self.data[place]
            place += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result & 0xFFFFFFFFFFFFFFFF, place
            shift += 7

    def type_meta(self, start: int, end: int) -> tuple[str, str]:
        """apiVersion and kind."""
        found = {number: self.text(*value) for number, wire, value in self.fields(start, end) if wire == LENGTH}
        return found.get(1, ""), found.get(2, "")

    def text(self, start: int, end: int) -> str:
        """A text; bytes that are no UTF-8 become U+FFFD, as when Go writes JSON."""
        return self.data[start:end].decode(errors="replace")

    def message(self, name: str, start: int, end: int, depth: int) -> Obj:
        """A message as an object."""
        if depth > DEPTH_MAX:
            raise ProtobufError("exceeded max depth")
        known, result = fields_of(name), Obj()
        for number, wire, value in self.fields(start, end):
            field = known.get(number)
            if field is not None:
                self.add(result, field, wire, value, depth)
        return result

    def add(self, result: Obj, field: Field, wire: int, value: Any, depth: int) -> None:
        """Put a field where JSON has it."""
        if field.shape == "{}":
            key, entry = self.entry(field, wire, value, depth)
            result.setdefault(field.name, {})[key] = entry
        elif field.shape == "[]":
            result.setdefault(field.name, []).extend(self.items(field, wire, value, depth))
        else:
            found = self.single(field, wire, value, depth)
            if field.name == "-":
                result.update(found)
            elif found is not None and not (field.drops and not found):
                result[field.name] = found

    def items(self, field: Field, wire: int, value: Any, depth: int) -> list[Any]:
        """One item of a list, or several numbers in one packed field."""
        if field.type in WIRES and wire == LENGTH and WIRES[field.type] == VARINT:
            found, place = [], value[0]
            while place < value[1]:
                self.left -= 1
                number, place = self.varint(place, value[1])
                found.append(_number(field.type, number))
            return found
        return [self.single(field, wire, value, depth)]

    def entry(self, field: Field, wire: int, value: Any, depth: int) -> tuple[str, Any]:
        """One entry of a map: {1: key, 2: value}."""
        _expect(wire, LENGTH, field.name)
        key, found = "", _zero(field)
        for number, inner_wire, inner in self.fields(*value):
            if number == 1 and inner_wire == LENGTH:
                key = self.text(*inner)
            elif number == 2:
                found = self.single(field, inner_wire, inner, depth)
        return key, found

    def single(self, field: Field, wire: int, value: Any, depth: int) -> Any:
        """One value."""
        _expect(wire, WIRES.get(field.type, LENGTH), field.name)
        if field.message:
            return self.structure(field.message, value, depth)
        if field.type == "string":
            return self.text(*value)
        if field.type == "bytes":
            return base64.b64encode(self.data[value[0] : value[1]]).decode()
        return struct.unpack("<d", value)[0] if field.type == "double" else _number(field.type, value)

    def structure(self, name: str, value: tuple[int, int], depth: int) -> Any:
        """A message, or what stands for it in JSON."""
        found = self.message(name, *value, depth + 1)
        return SPECIAL[name](found) if name in SPECIAL else found


def _zero(field: Field) -> Any:
    """What an entry of a map is when it does not say."""
    if field.message:
        return SPECIAL[field.message]({}) if field.message in SPECIAL else {}
    return {"string": "", "bytes": "", "bool": False}.get(field.type, 0)


def _number(kind: str, value: int) -> int | bool:
    if kind == "bool":
        return value != 0
    bits = 32 if kind == "int32" else 64
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _within(place: int, end: int) -> int:
    if place > end:
        raise ProtobufError("unexpected EOF")
    return place


def _expect(wire: int, wanted: int, name: str) -> None:
    if wire != wanted:
        raise ProtobufError(f"proto: wrong wireType = {wire} for field {name[:1].upper()}{name[1:]}")
