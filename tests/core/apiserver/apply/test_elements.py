"""Items of lists, and the fields that a configuration names."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.field_set import path_text, paths
from cluster_core.apiserver.apply.elements import ElementError, element_of, field_set, items_by_element
from tests.core.apiserver.apply.shapes import SHAPE

NAMED: list[tuple[dict[str, Any], list[str]]] = [
    ({"text": "a", "number": 1}, [".number", ".text"]),
    ({"struct": {}}, [".struct"]),
    ({"struct": {"text": "a"}}, [".struct.text"]),
    ({"struct": None}, [".struct"]),
    ({"labels": {"a": "1"}}, [".labels.a"]),
    ({"labels": {}}, [".labels"]),
    ({"maps": {"a": {"b": "1"}}}, [".maps.a", ".maps.a.b"]),
    ({"whole": {"a": "1"}}, [".whole"]),
    ({"atomic": ["b", "a"]}, [".atomic"]),
    ({"atomic": []}, [".atomic"]),
    ({"set": ["b", "a"]}, ['.set[="a"]', '.set[="b"]']),
    ({"set": []}, []),
    ({"items": [{"name": "a", "value": 1}]}, ['.items[name="a"]', '.items[name="a"].name', '.items[name="a"].value']),
    ({"ports": [{"port": 80}]}, ['.ports[port=80,protocol="TCP"]', '.ports[port=80,protocol="TCP"].port']),
    ({"any": {"a": {"b": [1]}, "c": 1}}, [".any.a", ".any.c", ".any.a.b"]),
]


@pytest.mark.parametrize(("config", "wanted"), NAMED)
def test_what_a_configuration_names(config: dict[str, Any], wanted: list[str]) -> None:
    assert [path_text(path) for path in paths(field_set(config, SHAPE))] == wanted


def test_duplicates_are_one_item_without_fields() -> None:
    items = [{"name": "a", "value": 1}, {"name": "b"}, {"name": "a", "value": 2}]
    found = [path_text(path) for path in paths(field_set({"items": items}, SHAPE))]
    assert found == ['.items[name="a"]', '.items[name="b"]', '.items[name="b"].name']
    assert [len(several) for several in items_by_element(items, SHAPE.fields["items"]).values()] == [2, 1]


@pytest.mark.parametrize(
    ("name", "item", "words"),
    [
        ("items", None, "associative list with keys may not have a null element"),
        ("items", "a", "associative list with keys may not have non-map elements"),
        (
            "items",
            {"value": 1},
            'associative list with keys has an element that omits all key fields ["name"]'
            " (and doesn't have default values for any key fields)",
        ),
        ("set", {}, "associative list without keys has an element that's a map type"),
        ("set", [], "not supported: associative list with lists as elements"),
        ("set", None, "associative list without keys has an element that's an explicit null"),
    ],
)
def test_items_that_cannot_be_told_apart(name: str, item: Any, words: str) -> None:
    with pytest.raises(ElementError) as error:
        element_of(item, SHAPE.fields[name])
    assert str(error.value) == words
