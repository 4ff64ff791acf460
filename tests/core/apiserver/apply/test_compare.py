"""What a change has added, modified and removed."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.field_set import of_paths, path_text, paths
from cluster_core.apiserver.apply.compare import compare, same
from tests.core.apiserver.apply.shapes import SHAPE

Obj = dict[str, Any]
CASES: list[tuple[Obj, Obj, list[str], list[str], list[str]]] = [
    ({}, {"text": "a"}, [".text"], [], []),
    ({"text": "a"}, {"text": "b"}, [], [".text"], []),
    ({"text": "a"}, {}, [], [], [".text"]),
    ({"number": 1}, {"number": 1.0}, [], [], []),
    ({"number": 1}, {"number": True}, [], [".number"], []),
    ({"text": None}, {"text": "a"}, [], [".text"], []),
    ({}, {"struct": {"text": "a"}}, [".struct", ".struct.text"], [], []),
    ({"struct": {}}, {"struct": {"text": "a"}}, [".struct.text"], [], []),
    ({"struct": {"text": "a"}}, {"struct": {}}, [], [], [".struct.text"]),
    ({"struct": {"text": "a"}}, {}, [], [], [".struct", ".struct.text"]),
    ({}, {"struct": {}}, [".struct"], [], []),
    # A struct that is no pointer is always there: it is not added with its first field.
    ({}, {"present": {"text": "a"}}, [".present.text"], [], []),
    ({"present": {"text": "a"}}, {}, [], [], [".present.text"]),
    ({"labels": {"a": "1"}}, {"labels": {"a": "1", "b": "2"}}, [".labels.b"], [], []),
    ({"whole": {"a": "1"}}, {"whole": {"a": "1", "b": "2"}}, [], [".whole"], []),
    ({"atomic": ["a"]}, {"atomic": ["a", "b"]}, [], [".atomic"], []),
    ({"set": ["a", "b"]}, {"set": ["c", "b"]}, ['.set[="c"]'], [], ['.set[="a"]']),
    ({"set": ["a", "b"]}, {"set": ["b", "a"]}, [], [], []),
    ({}, {"set": ["a"]}, [".set", '.set[="a"]'], [], []),
    (
        {"items": [{"name": "a", "value": 1}]},
        {"items": [{"name": "b"}, {"name": "a", "value": 2}]},
        ['.items[name="b"]', '.items[name="b"].name'],
        ['.items[name="a"].value'],
        [],
    ),
    (
        {"items": [{"name": "a"}, {"name": "a"}]},
        {"items": [{"name": "a"}]},
        ['.items[name="a"]', '.items[name="a"].name'],
        [],
        ['.items[name="a"]'],
    ),
    (
        {"items": [{"name": "a"}]},
        {"items": [{"name": "a"}, {"name": "a"}]},
        ['.items[name="a"]'],
        [],
        ['.items[name="a"]', '.items[name="a"].name'],
    ),
    ({"items": [{"name": "a"}] * 2}, {"items": [{"name": "a"}] * 3}, [], ['.items[name="a"]'], []),
    ({"any": {"a": 1}}, {"any": {"a": [1]}}, [], [".any.a"], []),
    ({"any": {"a": {"b": 1}}}, {"any": {"a": {"b": 2, "c": 3}}}, [".any.a.c"], [".any.a.b"], []),
]


@pytest.mark.parametrize(("old", "new", "added", "modified", "removed"), CASES)
def test_changes(old: Obj, new: Obj, added: list[str], modified: list[str], removed: list[str]) -> None:
    found = compare(old, new, SHAPE)
    shown = [[path_text(path) for path in paths(one)] for one in (found.added, found.modified, found.removed)]
    assert shown == [added, modified, removed]


def test_fields_are_left_out_with_what_is_below() -> None:
    found = compare({}, {"struct": {"text": "a"}, "text": "b"}, SHAPE).without(of_paths([("f:struct",)]))
    assert found.added == of_paths([("f:text",)]) and found.changed == found.added


def test_true_is_not_one() -> None:
    assert same({"a": [1, {"b": True}]}, {"a": [1, {"b": True}]})
    assert not same({"a": 1}, {"a": True}) and not same([1], [1, 2]) and not same({"a": 1}, {"b": 1})
