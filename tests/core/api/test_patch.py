"""JSON merge patch: the table of RFC 7396."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.patch import merge_patch

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
