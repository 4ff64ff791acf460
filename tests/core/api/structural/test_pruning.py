"""Pruning."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.pruning import pruned, pruned_value

SPEC: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}}
PRESERVE: dict[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


@pytest.mark.parametrize(
    ("schema", "given", "kept", "unknown"),
    [
        ({"properties": {"spec": SPEC}}, {"spec": {"a": 1, "b": 2}, "c": 3}, {"spec": {"a": 1}}, ["c", "spec.b"]),
        ({"properties": {"spec": PRESERVE}}, {"spec": {"b": {"c": 2}}}, {"spec": {"b": {"c": 2}}}, []),
        (
            {"properties": {"spec": {**PRESERVE, "properties": {"in": SPEC}}}},
            {"spec": {"in": {"x": 1}, "y": 2}},
            {"spec": {"in": {}, "y": 2}},
            ["spec.in.x"],
        ),
        ({"properties": {"m": {"additionalProperties": SPEC}}}, {"m": {"k": {"b": 1}}}, {"m": {"k": {}}}, ["m.k.b"]),
        ({"properties": {"m": {"additionalProperties": True}}}, {"m": {"k": 1}}, {"m": {"k": 1}}, []),
        ({"properties": {"l": {"items": SPEC}}}, {"l": [{"a": 1}, {"b": 2}]}, {"l": [{"a": 1}, {}]}, ["l[1].b"]),
        (
            {"properties": {"e": {"x-kubernetes-embedded-resource": True}}},
            {"e": {"kind": "X", "y": 1}},
            {"e": {"kind": "X"}},
            ["e.y"],
        ),
    ],
)
def test_pruned(schema: Any, given: Any, kept: Any, unknown: list[str]) -> None:
    head = {"apiVersion": "a/v1", "kind": "K", "metadata": {"name": "n", "odd": 1}}
    assert pruned({**head, **given}, schema) == ({**head, **kept}, unknown)
    assert pruned(*[{**head, **kept}, schema]) == ({**head, **kept}, [])


def test_what_did_not_change_is_shared() -> None:
    obj = {"kind": "K", "spec": {"a": 1}}
    assert pruned(obj, {"properties": {"spec": SPEC}})[0] is obj


def test_below_the_root_kind_is_a_field_like_others() -> None:
    assert pruned_value({"kind": "K", "a": 1}, SPEC) == {"a": 1}
