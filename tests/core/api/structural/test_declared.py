"""Schemas as types of CEL."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.celtype import Structs
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import Duration, MapList, SetList, Timestamp
from cluster_core.api.structural.declared import adapted, declared, escaped, is_plain, with_meta

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("a", "a"),
        ("a-b", "a__dash__b"),
        ("a.b/c", "a__dot__b__slash__c"),
        ("a__b", "a__underscores__b"),
        ("namespace", "__namespace__"),
        ("1a", None),
        ("ä", None),
    ],
)
def test_names(name: str, identifier: str | None) -> None:
    assert escaped(name) == identifier


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"type": "array", "items": {"type": "integer"}}, "list(int)"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "map(string, double)"),
        ({"type": "string", "format": "date-time"}, "timestamp"),
        ({"type": "string", "format": "byte"}, "bytes"),
        ({"x-kubernetes-int-or-string": True}, "dyn"),
        ({"x-kubernetes-preserve-unknown-fields": True}, "None"),
        ({"type": "array", "items": {}}, "None"),
        ({"type": "object", "properties": {"a": TEXT}}, "T"),
    ],
)
def test_types(schema: dict[str, object], shown: str) -> None:
    assert str(declared(schema, Structs(), "T")) == shown


def test_fields_without_a_type_are_not_seen() -> None:
    structs = Structs()
    declared(with_meta({"type": "object", "properties": {"a-b": TEXT, "x": {}}}), structs, "T", root=True)
    assert set(structs.known["T"].fields) == {"a__dash__b", "apiVersion", "kind", "metadata"}
    assert set(structs.known["T.metadata"].fields) == {"name", "generateName"}


def test_values() -> None:
    schema = {
        "properties": {
            "t": {"type": "string", "format": "date-time"},
            "d": {"type": "string", "format": "duration"},
            "b": {"type": "string", "format": "byte"},
            "s": {"type": "array", "x-kubernetes-list-type": "set", "items": TEXT},
            "m": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": {}},
            "n": {"type": "number"},
        }
    }
    given = {"t": "1970-01-01T00:00:01Z", "d": "1s", "b": "YQ==", "s": ["a"], "m": [{"k": 1}], "n": 1}
    found = adapted(given, schema)
    assert (found["t"], found["d"], found["b"], found["n"]) == (Timestamp(10**9), Duration(10**9), b"a", 1.0)
    assert isinstance(found["s"], SetList)
    assert isinstance(found["m"], MapList) and found["m"].keys == ("k",)
    assert not is_plain(schema)
    assert is_plain({"properties": {"a": TEXT}})
    with pytest.raises(EvalError):
        adapted("x", {"type": "string", "format": "byte"})
