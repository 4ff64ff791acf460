"""Messages that JSON writes in another way."""

from __future__ import annotations

import pytest

from explorer.kubeapi.protobuf_values import SPECIAL, ProtobufError, raw_json


def test_times() -> None:
    assert SPECIAL["meta.v1.Time"]({"seconds": 1735689600, "nanos": 5}) == "2025-01-01T00:00:00Z"
    assert SPECIAL["meta.v1.MicroTime"]({"seconds": 1735689600, "nanos": 5000}) == "2025-01-01T00:00:00.000005Z"
    assert SPECIAL["meta.v1.Time"]({}) is None
    assert SPECIAL["meta.v1.Time"]({"seconds": -62_000_000_000}) == "0005-04-19T09:46:40Z"


def test_numbers_or_texts_and_quantities() -> None:
    assert SPECIAL["intstr.IntOrString"]({"type": 1, "strVal": "50%"}) == "50%"
    assert SPECIAL["intstr.IntOrString"]({"intVal": 3}) == 3
    assert SPECIAL["resource.Quantity"]({"string": "100m"}) == "100m"
    assert SPECIAL["resource.Quantity"]({}) == "0"


def test_raw_json() -> None:
    assert SPECIAL["runtime.RawExtension"]({"raw": "eyJhIjoxfQ=="}) == {"a": 1}
    assert SPECIAL["runtime.RawExtension"]({}) is None
    with pytest.raises(ProtobufError, match="Infinity"):
        raw_json(b'{"a": Infinity}')


def test_schemas_or_something_else() -> None:
    assert SPECIAL["apiextensions.v1.JSONSchemaPropsOrBool"]({"allows": True}) is True
    assert SPECIAL["apiextensions.v1.JSONSchemaPropsOrBool"]({}) is False
    assert SPECIAL["apiextensions.v1.JSONSchemaPropsOrBool"]({"schema": {"type": "string"}}) == {"type": "string"}
    assert SPECIAL["authentication.v1.ExtraValue"]({"items": ["a"]}) == ["a"]
