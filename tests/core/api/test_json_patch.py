"""JSON patch: the table of RFC 6902, and its limits."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.json_patch import OPERATIONS_MAX, json_patch, unknown_fields

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
    assert caught.value.status()["message"] == "the server rejected our request due to an error in our request"
    assert caught.value.status()["details"] == {}


WRONG: list[tuple[Any, str]] = [
    ({"op": "add"}, "cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
    (["x"], "cannot unmarshal string into Go value of type handlers.jsonPatchOp"),
    ([{"op": "add", "path": 5}], "cannot unmarshal number into Go struct field jsonPatchOp.path of type string"),
]


@pytest.mark.parametrize(("patch", "words"), WRONG)
def test_what_is_no_patch(patch: Any, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        json_patch({"a": 1}, patch)
    assert (caught.value.code, caught.value.message) == (400, f"error decoding patch: json: {words}")


def test_what_is_copied_or_comes_with_the_patch_is_never_changed() -> None:
    value = {"x": [1]}
    steps = [
        {"op": "add", "path": "/b", "value": value},
        {"op": "copy", "from": "/b", "path": "/c"},
        {"op": "add", "path": "/b/x/-", "value": 2},
        {"op": "add", "path": "/c/x/-", "value": 3},
        {"op": "copy", "from": "/c", "path": "/d"},
        {"op": "add", "path": "/c/x/-", "value": 4},
    ]
    obj = {"a": {"y": []}}
    found = json_patch(obj, steps)
    assert found == {"a": {"y": []}, "b": {"x": [1, 2]}, "c": {"x": [1, 3, 4]}, "d": {"x": [1, 3]}}
    assert (value, obj) == ({"x": [1]}, {"a": {"y": []}})
    assert found["a"] is obj["a"]


def test_unknown_fields_of_operations() -> None:
    assert unknown_fields([{"op": "test"}, {"op": "add", "pat": "/a"}]) == ['json patch unknown field "[1].pat"']


def test_limits() -> None:
    with pytest.raises(ApiError) as many:
        json_patch({}, [{"op": "test", "path": ""}] * (OPERATIONS_MAX + 1))
    with pytest.raises(ApiError) as doubling:
        json_patch({"a": ["x"] * 10}, [{"op": "copy", "from": "/a", "path": "/a/-"}] * 40)
    assert (many.value.code, doubling.value.code) == (413, 422)
    words = "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001"
    assert many.value.message == words
