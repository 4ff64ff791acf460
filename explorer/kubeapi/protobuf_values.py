"""Protobuf messages that JSON writes in another way: times, quantities, numbers or texts, raw JSON.

Upstream: apimachinery `apis/meta/v1/time_proto.go`, `util/intstr`, `api/resource`, `runtime/types_proto.go`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from cluster_core.api.request import Obj

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Value = Callable[[Obj], Any]


class ProtobufError(ValueError):
    """A body that is no such message; the text is upstream's. `api_version` and `kind` are what it says it is, as far as that was read."""

    def __init__(self, words: str, api_version: str = "", kind: str = "") -> None:
        super().__init__(words)
        self.api_version, self.kind = api_version, kind


def _moment(found: Obj) -> datetime | None:
    """An empty message is the zero time, which JSON writes as null."""
    if not found:
        return None
    try:
        return EPOCH + timedelta(seconds=found.get("seconds", 0), microseconds=found.get("nanos", 0) // 1000)
    except OverflowError as error:
        raise ProtobufError("Time.MarshalJSON: year outside of range [0,9999]") from error


def _time(found: Obj) -> str | None:
    moment = _moment(found)
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _micro_time(found: Obj) -> str | None:
    moment = _moment(found)
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _quantity(found: Obj) -> str:
    return str(found.get("string", "")) or "0"


def _int_or_string(found: Obj) -> int | str:
    value: int | str = found.get("strVal", "") if found.get("type", 0) == 1 else found.get("intVal", 0)
    return value


def _raw(field: str) -> Value:
    def value(found: Obj) -> Any:
        data = base64.b64decode(found.get(field, ""))
        return raw_json(data) if data else None

    return value


def raw_json(data: bytes) -> Any:
    """JSON inside a message, without what JSON does not know."""
    try:
        return json.loads(data, parse_constant=_refuse)
    except RecursionError as error:
        raise ProtobufError("exceeded max depth") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ProtobufError(f"invalid raw JSON: {error}") from error


def _refuse(word: str) -> NoReturn:
    raise ProtobufError(f"invalid raw JSON: {word}")


def _either(field: str, otherwise: Any) -> Value:
    """Where JSON has a schema or something else: a list of schemas, a list of names, a boolean."""

    def value(found: Obj) -> Any:
        return found["schema"] if "schema" in found else found.get(field, otherwise)

    return value


def _items(found: Obj) -> Any:
    return found.get("items", [])


SPECIAL: dict[str, Value] = {
    "meta.v1.Time": _time,
    "meta.v1.MicroTime": _micro_time,
    "meta.v1.FieldsV1": _raw("Raw"),
    "resource.Quantity": _quantity,
    "intstr.IntOrString": _int_or_string,
    "runtime.RawExtension": _raw("raw"),
    "apiextensions.v1.JSON": _raw("raw"),
    "apiextensions.v1.JSONSchemaPropsOrArray": _either("jSONSchemas", []),
    "apiextensions.v1.JSONSchemaPropsOrBool": _either("allows", False),
    "apiextensions.v1.JSONSchemaPropsOrStringArray": _either("property", []),
    "authentication.v1.ExtraValue": _items,
    "authorization.v1.ExtraValue": _items,
    "certificates.v1.ExtraValue": _items,
}
