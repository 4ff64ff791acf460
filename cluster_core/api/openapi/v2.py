"""OpenAPI v2 of the served kinds in gnostic's protobuf: what kubectl up to 1.28 validates by, and `explain --output=plaintext-openapiv2` reads.

    published_v2(kinds) -> Published                   GET /openapi/v2, Accept …spec.v2@v1.0+protobuf

Schemas are those of v3 in the words of v2; what v2 cannot say (`oneOf`, `nullable` …) is left out, as upstream leaves it out of the
schemas of CRDs. Upstream: kube-openapi `pkg/handler`, gnostic `openapiv2/OpenAPIv2.proto`. Real Kubernetes serves JSON too.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from cluster_core.api.discovery import group_versions
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.definitions import REFERENCE
from cluster_core.api.openapi.document import VERSION, Published, document, index
from cluster_core.api.request import Obj

DEFINITIONS = "#/definitions/"
METHODS = {"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}
PLAIN = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string"},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": "string", "format": "int-or-string"},
}
EXTENSION = "x-kubernetes-"
KEPT_MAX = 8

_kept: dict[str, Published] = {}


def published_v2(kinds: Iterable[Kind]) -> Published:
    """The document of all groups."""
    kinds = list(kinds)
    key = hashlib.sha512(json.dumps(index(kinds), sort_keys=True).encode()).hexdigest().upper()
    if key not in _kept:
        body = _document(kinds)
        if len(_kept) >= KEPT_MAX:
            del _kept[next(iter(_kept))]
        _kept[key] = Published(body, gzip.compress(body, 6, mtime=0), key)
    return _kept[key]


def _document(kinds: list[Kind]) -> bytes:
    paths: dict[str, Obj] = {}
    schemas: dict[str, Obj] = {}
    for group, version in group_versions(kinds):
        found = document(kinds, f"apis/{group}/{version}" if group else f"api/{version}") or {}
        paths |= found["paths"]
        schemas |= found["components"]["schemas"]
    definitions = b"".join(_named(1, name, _schema(_plain(name, schema))) for name, schema in sorted(schemas.items()))
    listed = b"".join(_named(2, path, _path_item(item)) for path, item in sorted(paths.items()))
    info = _text(1, "Kubernetes") + _text(2, VERSION)
    return _text(1, "2.0") + _bytes(2, info) + _bytes(8, listed) + _bytes(9, definitions)


def _plain(name: str, schema: Obj) -> Obj:
    return {**schema, "oneOf": None, **PLAIN[name]} if name in PLAIN else schema


def _path_item(item: Obj) -> bytes:
    return b"".join(_bytes(number, _operation(item[method])) for method, number in METHODS.items() if method in item)


def _operation(operation: Obj) -> bytes:
    consumes = (operation.get("requestBody") or {}).get("content") or {}
    produces = operation["responses"]["200"]["content"]
    result = _text(3, operation["description"])
    result += b"".join(_text(6, each) for each in produces) + b"".join(_text(7, each) for each in consumes)
    result += b"".join(_bytes(8, _query(each)) for each in operation["parameters"])
    return result + _extensions(13, operation)


def _query(parameter: Obj) -> bytes:
    """ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema."""
    own = _text(2, "query") + _text(4, parameter["name"]) + _text(6, parameter["schema"]["type"])
    return _bytes(1, _bytes(2, _bytes(3, own)))


def _schema(schema: Obj) -> bytes:
    """A Schema; one that refers to another says nothing else but its description."""
    reference = schema.get("$ref") or next((each["$ref"] for each in schema.get("allOf") or () if "$ref" in each), None)
    if reference is not None:
        return _text(1, DEFINITIONS + reference.removeprefix(REFERENCE)) + _text(4, schema.get("description", ""))
    result = _text(2, schema.get("format", "")) + _text(4, schema.get("description", ""))
    result += b"".join(_text(19, each) for each in schema.get("required") or ())
    result += b"".join(_bytes(20, _text(2, json.dumps(each))) for each in schema.get("enum") or ())
    result += _structure(schema)
    return result + _extensions(31, schema)


def _structure(schema: Obj) -> bytes:
    inner, items, properties = schema.get("additionalProperties"), schema.get("items"), schema.get("properties")
    result = b""
    if isinstance(inner, dict):
        result += _bytes(21, _bytes(1, _schema(inner)))
    if schema.get("type"):
        result += _bytes(22, _text(1, schema["type"]))
    if isinstance(items, dict):
        result += _bytes(23, _bytes(1, _schema(items)))
    if properties:
        result += _bytes(25, b"".join(_named(1, name, _schema(each)) for name, each in sorted(properties.items())))
    return result


def _extensions(number: int, part: Obj) -> bytes:
    """Vendor extensions hold YAML, which JSON is."""
    return b"".join(
        _named(number, name, _text(2, json.dumps(value) + "\n"))
        for name, value in part.items()
        if name.startswith(EXTENSION)
    )


def _named(number: int, name: str, value: bytes) -> bytes:
    return _bytes(number, _text(1, name) + _bytes(2, value))


def _text(number: int, text: Any) -> bytes:
    return _bytes(number, str(text).encode()) if text else b""


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
