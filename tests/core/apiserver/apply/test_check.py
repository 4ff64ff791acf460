"""Configurations that are not of their type, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.apiserver.apply.check import go_value, problems
from tests.core.apiserver.apply.shapes import SHAPE

WRONG: list[tuple[Any, str]] = [
    ({"nmae": 1}, ".nmae: field not declared in schema"),
    ({"struct": {"x": 1}}, ".struct.x: field not declared in schema"),
    ({"number": "1"}, ".number: expected numeric (int or float), got string"),
    ({"number": True}, ".number: expected numeric (int or float), got bool"),
    ({"text": 5}, ".text: expected string, got &value.valueUnstructured{Value:5}"),
    ({"flag": "yes"}, ".flag: expected boolean, got &{yes}"),
    ({"struct": [1]}, ".struct: expected map, got &{[1]}"),
    ({"set": {"b": 1, "a": None}}, ".set: expected list, got &{map[a:<nil> b:1]}"),
    ({"set": ["a", "a"]}, '.set: duplicate entries for key [="a"]'),
    ({"items": [{"name": "a"}, {"name": "a"}]}, '.items: duplicate entries for key [name="a"]'),
    ({"items": [{"name": "a", "value": "x"}]}, '.items[name="a"].value: expected numeric (int or float), got string'),
    ({"atomic": ["a", 1]}, ".atomic[1]: expected string, got &value.valueUnstructured{Value:1}"),
    ({"items": ["x"]}, ".items: element 0: associative list with keys may not have non-map elements"),
    ({"text": 1, "flag": 2}, "errors:\n  .text: expected string, got &value.valueUnstructured{Value:1}\n  .flag: expected boolean, got &{2}"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "words"), WRONG)
def test_words(config: Any, words: str) -> None:
    assert problems(config, SHAPE) == words


def test_nulls_and_what_is_not_typed_pass() -> None:
    assert (
        problems({"text": None, "items": None, "any": {"a": [1, {"b": None}]}, "maps": {"a": {"b": "c"}}}, SHAPE) == ""
    )


def test_go_s_print() -> None:
    assert go_value({"b": [1, "x", None], "a": True}) == "map[a:true b:[1 x <nil>]]"
