"""Schemas as types of CEL, and values as CEL sees them.

Upstream: apiserver `pkg/cel/common/{schemas,values}.go`, `pkg/cel/escaping.go`.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from cluster_core.api.cel.celtype import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    CelType,
    Structs,
    list_of,
    map_of,
)
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import MapList, SetList, parse_date, parse_duration, parse_timestamp
from cluster_core.api.request import Obj
from cluster_core.api.structural.defaulting import schema_of

KEYWORDS = frozenset(
    ("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if")
)
KEYWORDS |= {"import", "let", "loop", "package", "namespace", "return", "var", "void", "while"}
ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
TEXTS = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}
SCALARS = {"string": STRING, "boolean": BOOL, "number": DOUBLE, "integer": INT}
READERS = {"duration": parse_duration, "date": parse_date, "date-time": parse_timestamp}


def escaped(name: str) -> str | None:
    """A field's name as an identifier of CEL; None for one that cannot be one."""
    if not re.fullmatch(r"[A-Za-z_.\-/][A-Za-z0-9_.\-/]*", name):
        return None
    if name in KEYWORDS:
        return f"__{name}__"
    return re.sub(r"__|[-./]", lambda match: ESCAPES[match.group()], name)


def declared(schema: Obj, structs: Structs, name: str, root: bool = False) -> CelType | None:
    """The type of a schema; None if CEL does not see it (fields without a type)."""
    if schema.get("x-kubernetes-int-or-string"):
        return DYN
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        inner = declared(items, structs, f"{name}.@idx", _is_root(items)) if isinstance(items, dict) else None
        return list_of(inner) if inner is not None else None
    if kind != "object":
        return TEXTS.get(schema.get("format") or "", STRING) if kind == "string" else SCALARS.get(kind or "")
    other = schema.get("additionalProperties")
    if isinstance(other, dict) and not root:
        inner = declared(other, structs, f"{name}.@elem", _is_root(other))
        return map_of(STRING, inner) if inner is not None else None
    return _object(with_meta(schema) if root else schema, structs, name)


def _is_root(schema: Obj) -> bool:
    return bool(schema.get("x-kubernetes-embedded-resource"))


def _object(schema: Obj, structs: Structs, name: str) -> CelType:
    fields = {}
    for field, below in (schema.get("properties") or {}).items():
        identifier = escaped(field)
        if identifier is None:
            continue
        found = declared(below, structs, f"{name}.{identifier}", _is_root(below))
        if found is not None:
            fields[identifier] = (field, found)
    return structs.add(name, fields)


def with_meta(schema: Obj) -> Obj:
    """The schema of an object with what every object has."""
    names = {"name": {"type": "string"}, "generateName": {"type": "string"}}
    meta = {"type": "object", "properties": names}
    common = {"kind": {"type": "string"}, "apiVersion": {"type": "string"}, "metadata": meta}
    return {**schema, "properties": {**(schema.get("properties") or {}), **common}}


def is_plain(schema: Obj) -> bool:
    """Whether values of a schema are for CEL what they are in JSON."""
    if schema.get("type") == "string" and (schema.get("format") or "") in TEXTS:
        return False
    if schema.get("x-kubernetes-list-type") in ("set", "map") or schema.get("type") == "number":
        return False
    below = [schema.get("items"), schema.get("additionalProperties"), *(schema.get("properties") or {}).values()]
    return all(is_plain(one) for one in below if isinstance(one, dict))


def adapted(value: Any, schema: Obj | None) -> Any:
    """A value as CEL sees it: texts with a format are times and bytes, lists of type set and map are no plain lists.

    Raises EvalError for a text that has not its format.
    """
    if schema is None or value is None:
        return value
    if isinstance(value, dict):
        return {name: adapted(inner, schema_of(name, schema)) for name, inner in value.items()}
    if isinstance(value, list):
        return _adapted_list(value, schema)
    if isinstance(value, str) and schema.get("type") == "string":
        return _adapted_text(value, schema.get("format") or "")
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return int(value) if schema.get("type") == "integer" and isinstance(value, float) else value


def _adapted_list(value: list[Any], schema: Obj) -> list[Any]:
    made = [adapted(item, schema.get("items")) for item in value]
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set":
        return SetList(made)
    if kind != "map":
        return made
    result = MapList(made)
    result.keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
    return result


def _adapted_text(value: str, form: str) -> Any:
    if form == "byte":
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise EvalError(f"Invalid byte formatted string {value}: {error}") from error
    return READERS[form](value) if form in READERS else value
