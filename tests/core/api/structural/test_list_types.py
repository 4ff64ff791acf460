"""Lists that are sets or maps."""

from __future__ import annotations

from cluster_core.api.structural.list_types import duplicates, map_key

SET = {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}
MAP = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a", "b"], "items": {"properties": {"in": SET}}}


def texts(value: object, schema: dict[str, object]) -> list[str]:
    return [cause.text() for cause in duplicates(value, schema)]


def test_sets() -> None:
    schema = {"properties": {"l": SET}}
    assert texts({"l": ["a", "b", "a", "a"]}, schema) == ['l[2]: Duplicate value: "a"']
    assert texts({"l": [{"x": 1}, {"x": 1}]}, schema) == ['l[1]: Duplicate value: {"x":1}']
    assert texts({"l": ["a", "b"]}, schema) == []


def test_maps() -> None:
    schema = {"additionalProperties": MAP}
    items = [{"a": 1, "b": 2, "v": 1}, {"a": 1, "b": 2, "in": ["x", "x"]}]
    assert texts({"k": items}, schema) == [
        '[k][1]: Duplicate value: {"a":1,"b":2}',
        '[k][1].in[1]: Duplicate value: "x"',
    ]
    assert texts({"k": [1]}, schema) == ["[k][0]: Invalid value: 1: must be an object for an array of list-type map"]
    assert map_key({"a": 1, "c": 2}, ["a", "b"]) == {"a": 1}
