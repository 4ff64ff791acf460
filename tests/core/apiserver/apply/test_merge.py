"""Merging a configuration, taking fields out."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.field_set import of_paths
from cluster_core.apiserver.apply.merge import merge, reconciled, remove, with_named_fields
from tests.core.apiserver.apply.shapes import SHAPE

Obj = dict[str, Any]
MERGED: list[tuple[Obj, Obj, Obj]] = [
    ({"text": "a", "number": 1}, {"text": "b"}, {"text": "b", "number": 1}),
    ({"struct": {"text": "a"}}, {"struct": {"number": 1}}, {"struct": {"text": "a", "number": 1}}),
    ({"struct": {"text": "a"}}, {"struct": None}, {"struct": {"text": "a"}}),
    ({"whole": {"a": "1"}}, {"whole": {"b": "2"}}, {"whole": {"b": "2"}}),
    ({"atomic": ["a", "b"]}, {"atomic": ["c"]}, {"atomic": ["c"]}),
    ({"set": ["a", "b"]}, {"set": ["c", "b"]}, {"set": ["a", "c", "b"]}),
    ({"set": ["a", "b", "c"]}, {"set": ["c", "a"]}, {"set": ["b", "c", "a"]}),
    ({"set": ["a", "x", "b"]}, {"set": ["b", "a", "n"]}, {"set": ["x", "b", "a", "n"]}),
    ({}, {"set": ["b", "a"]}, {"set": ["b", "a"]}),
    (
        {"items": [{"name": "a", "value": 1}, {"name": "b"}]},
        {"items": [{"name": "c"}, {"name": "a", "args": ["x"]}]},
        {"items": [{"name": "c"}, {"name": "a", "value": 1, "args": ["x"]}, {"name": "b"}]},
    ),
    ({"ports": [{"port": 80, "name": "x"}]}, {"ports": [{"port": 80, "protocol": "TCP"}]},
     {"ports": [{"port": 80, "name": "x", "protocol": "TCP"}]}),
    ({"any": {"a": {"b": 1}, "c": [1]}}, {"any": {"a": {"d": 2}, "c": [2]}}, {"any": {"a": {"b": 1, "d": 2}, "c": [2]}}),
    ({"any": {"a": {"b": 1}}}, {"any": {"a": 3}}, {"any": {"a": 3}}),
]  # fmt: skip


@pytest.mark.parametrize(("live", "config", "wanted"), MERGED)
def test_merges(live: Obj, config: Obj, wanted: Obj) -> None:
    assert merge(live, config, SHAPE) == wanted


def test_what_stays_is_shared() -> None:
    live = {"struct": {"text": "a", "inner": {"flag": True}}, "items": [{"name": "a"}], "text": "b"}
    assert merge(live, {"text": "b", "struct": {"text": "a"}}, SHAPE) is live
    merged = merge(live, {"text": "c"}, SHAPE)
    assert merged["struct"] is live["struct"] and merged["items"] is live["items"]
    assert merge({"flag": 1}, {"flag": True}, SHAPE)["flag"] is True


A, B = 'k:{"name":"a"}', 'k:{"name":"b"}'
REMOVED: list[tuple[Obj, list[tuple[str, ...]], Any]] = [
    ({"text": "a", "number": 1}, [("f:text",)], {"number": 1}),
    ({"struct": {"text": "a", "number": 1}}, [("f:struct", "f:text")], {"struct": {"number": 1}}),
    ({"struct": {"text": "a"}}, [("f:struct", "f:text")], {"struct": None}),
    ({"items": [{"name": "a"}, {"name": "b", "value": 1}]}, [("f:items", A)], {"items": [{"name": "b", "value": 1}]}),
    ({"items": [{"name": "b", "value": 1}]}, [("f:items", B, "f:value")], {"items": [{"name": "b"}]}),
    ({"set": ["a", "b"]}, [("f:set", 'v:"a"')], {"set": ["b"]}),
    ({"any": {"a": {"b": 1, "c": [1]}}}, [("f:any", "f:a", "f:b")], {"any": {"a": {"c": [1]}}}),
    ({"text": "a"}, [("f:text",)], None),
]


@pytest.mark.parametrize(("value", "fields", "wanted"), REMOVED)
def test_fields_are_taken_out(value: Obj, fields: list[tuple[str, ...]], wanted: Any) -> None:
    assert remove(value, of_paths(fields), SHAPE) == wanted


def test_named_fields_become_members_and_keys_of_maps_do_not() -> None:
    fields = of_paths([("f:struct", "f:inner", "f:text"), ("f:maps", "f:a", "f:b"), ("f:items", A, "f:name")])
    assert with_named_fields(fields, SHAPE) == {
        "f:struct": {".": {}, "f:inner": {".": {}, "f:text": {}}},
        "f:maps": {".": {}, "f:a": {"f:b": {}}},
        "f:items": {".": {}, A: {"f:name": {}}},
    }


def test_what_has_become_atomic_has_one_owner() -> None:
    fields = of_paths([("f:whole", "f:a"), ("f:atomic", "i:0"), ("f:items", A, "f:args", 'v:"x"'), ("f:labels", "f:a")])
    assert reconciled(fields, SHAPE) == {
        "f:whole": {},
        "f:atomic": {},
        "f:items": {A: {"f:args": {}}},
        "f:labels": {"f:a": {}},
    }
    good = of_paths([("f:whole",), ("f:items", A, "f:name"), ("f:unheard", "f:of"), ("f:any", "f:a", "f:b")])
    assert reconciled(good, SHAPE) is good
