"""JSON merge patch and JSON patch: the tables of RFC 7396 and RFC 6902, and their limits."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.patch import COPIES_MAX, OPERATIONS_MAX, json_patch, merge_patch

MERGES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("obj", "patch", "expected"), MERGES)
def test_the_table_of_rfc_7396(obj: Any, patch: Any, expected: Any) -> None:
    assert merge_patch(obj, patch) == expected


def test_a_merge_shares_what_it_does_not_change() -> None:
    obj = {"a": {"x": 1}, "b": {"y": 2}}
    merged = merge_patch(obj, {"a": {"x": 1}, "b": {"y": 3}})
    assert merged["a"] is obj["a"]
    assert obj["b"] == {"y": 2}


PATCHES: list[tuple[Any, list[dict[str, Any]], Any]] = [
    ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}], {"a": 1, "b": 2}),
    ({"a": [1, 3]}, [{"op": "add", "path": "/a/1", "value": 2}], {"a": [1, 2, 3]}),
    ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
    ({"a": 1}, [{"op": "remove", "path": "/a"}], {}),
    ({"a": [1, 2]}, [{"op": "remove", "path": "/a/0"}], {"a": [2]}),
    ({"a": 1}, [{"op": "replace", "path": "/a", "value": 2}], {"a": 2}),
    ({"a": {"b": 1}}, [{"op": "move", "from": "/a/b", "path": "/c"}], {"a": {}, "c": 1}),
    ({"a": 1}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": 1, "b": 1}),
    (
        {"a/b": 1, "m~n": 2},
        [{"op": "test", "path": "/a~1b", "value": 1}, {"op": "remove", "path": "/m~0n"}],
        {"a/b": 1},
    ),
    ({"a": {"b": [1]}}, [{"op": "test", "path": "/a", "value": {"b": [1]}}], {"a": {"b": [1]}}),
]


@pytest.mark.parametrize(("obj", "patch", "expected"), PATCHES)
def test_operations(obj: Any, patch: list[dict[str, Any]], expected: Any) -> None:
    before = repr(obj)
    assert json_patch(obj, patch) == expected
    assert repr(obj) == before


REFUSED: list[dict[str, Any]] = [
    {"op": "test", "path": "/a", "value": True},
    {"op": "test", "path": "/a"},
    {"op": "test", "path": "/nope", "value": None},
    {"op": "replace", "path": "/nope", "value": 1},
    {"op": "remove", "path": ""},
    {"op": "remove", "path": "/l/-1"},
    {"op": "remove", "path": "/l/01"},
    {"op": "remove", "path": "/l/2"},
    {"op": "add", "path": "/l/9", "value": 1},
    {"op": "add", "path": "/a/b", "value": 1},
    {"op": "add", "path": "a", "value": 1},
    {"op": "add", "path": 5, "value": 1},
    {"op": "add", "path": "/b"},
    {"op": "copy", "path": "/b"},
    {"op": "copy", "path": "/b", "from": "/nope"},
    {"op": "nonsense", "path": "/a"},
    {"path": "/a"},
]


@pytest.mark.parametrize("operation", REFUSED)
def test_operations_that_do_not_apply(operation: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as caught:
        json_patch({"a": 1, "l": [1, 2]}, [operation])
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")


def test_limits() -> None:
    with pytest.raises(ApiError) as many:
        json_patch({}, [{"op": "test", "path": ""}] * (OPERATIONS_MAX + 1))
    with pytest.raises(ApiError) as doubling:
        json_patch({"a": ["x"] * 10}, [{"op": "copy", "from": "/a", "path": "/a/-"}] * 40)
    assert (many.value.code, doubling.value.code) == (413, 413)
    assert COPIES_MAX < 2**40
