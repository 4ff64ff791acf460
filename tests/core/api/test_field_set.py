"""Sets of fields: the algebra, the form on the wire, what strangers send."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.field_set import (
    FieldSet,
    difference,
    has,
    intersection,
    key_element,
    of_paths,
    ordered,
    parsed,
    path_text,
    paths,
    recursive_difference,
    under,
    union,
    value_element,
)

WEB = key_element({"name": "web"})
ALL = of_paths([("f:a",), ("f:a", "f:b"), ("f:c", "f:d"), ("f:c", WEB), ("f:c", WEB, "f:image")])


def texts(fields: FieldSet) -> list[str]:
    return [path_text(path) for path in paths(fields)]


def test_the_form_on_the_wire() -> None:
    assert ALL == {"f:a": {".": {}, "f:b": {}}, "f:c": {"f:d": {}, WEB: {".": {}, "f:image": {}}}}
    assert texts(ALL) == [".a", ".a.b", ".c.d", '.c[name="web"]', '.c[name="web"].image']


def test_paths_come_in_any_order() -> None:
    assert of_paths([("f:a", "f:b"), ("f:a",), ("f:a", "f:b", "f:c"), ("f:a", "f:b")]) == {
        "f:a": {".": {}, "f:b": {".": {}, "f:c": {}}}
    }


def test_members() -> None:
    assert has(ALL, ("f:a",)) and has(ALL, ("f:c", WEB)) and has(ALL, ("f:c", WEB, "f:image"))
    assert not has(ALL, ("f:c",)) and not has(ALL, ()) and not has(ALL, ("f:a", "f:b", "f:x"))
    assert under(ALL, "f:a") == {"f:b": {}} and under(ALL, "f:x") == {}


ALGEBRA: list[tuple[Any, list[tuple[str, ...]], list[tuple[str, ...]], list[tuple[str, ...]]]] = [
    (union, [("f:a",)], [("f:a", "f:b")], [("f:a",), ("f:a", "f:b")]),
    (union, [("f:a", "f:b")], [("f:a", "f:c")], [("f:a", "f:b"), ("f:a", "f:c")]),
    (intersection, [("f:a",), ("f:b",)], [("f:b",), ("f:c",)], [("f:b",)]),
    (intersection, [("f:a",), ("f:a", "f:b")], [("f:a", "f:b")], [("f:a", "f:b")]),
    (intersection, [("f:a",)], [("f:a", "f:b")], []),
    (difference, [("f:a",), ("f:a", "f:b")], [("f:a",)], [("f:a", "f:b")]),
    (difference, [("f:a",), ("f:a", "f:b")], [("f:a", "f:b")], [("f:a",)]),
    (difference, [("f:a", "f:b")], [("f:a",)], [("f:a", "f:b")]),
    (recursive_difference, [("f:a",), ("f:a", "f:b"), ("f:c",)], [("f:a",)], [("f:c",)]),
    (recursive_difference, [("f:a", "f:b"), ("f:a", "f:c")], [("f:a", "f:b")], [("f:a", "f:c")]),
]


@pytest.mark.parametrize(("operation", "one", "other", "wanted"), ALGEBRA)
def test_algebra(operation: Any, one: Any, other: Any, wanted: Any) -> None:
    assert operation(of_paths(one), of_paths(other)) == of_paths(wanted)


def test_elements_are_in_upstream_s_order() -> None:
    elements = ["v:true", 'v:"a"', "v:2", "v:10", "i:3", key_element({"port": 80}), "f:z", "f:a"]
    wanted = ["f:a", "f:z", 'k:{"port":80}', "v:2", "v:10", 'v:"a"', "v:true", "i:3"]
    assert list(ordered({element: {} for element in elements})) == wanted


def test_keys_are_sorted_and_signs_escaped_as_go_does() -> None:
    assert key_element({"protocol": "TCP", "containerPort": 80}) == 'k:{"containerPort":80,"protocol":"TCP"}'
    assert value_element("<é&>") == 'v:"\\u003cé\\u0026\\u003e"'


def test_what_a_client_sends_is_made_our_own() -> None:
    given = {"f:a": {}, 'k:{"b": 1, "a": "x"}': {".": {}, "f:a": {}}, "x:new": {"f:q": {}}, "f:only": {".": {}}}
    assert parsed(given) == {"f:a": {}, 'k:{"a":"x","b":1}': {".": {}, "f:a": {}}, "f:only": {}}


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"f:a": 1},
        {"a": {}},
        {"ab": {}},
        {"k:[]": {}},
        {"k:{": {}},
        {"v:": {}},
        {"v:NaN": {}},
        {"i:x": {}},
        {'v:"\\ud800"': {}},
        {"f:\ud800": {}},
        {"v:" + "[" * 30_000: {}},
        {"f:" + "x" * 70_000: {}},
    ],
)
def test_what_is_no_set_is_refused(given: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the words are Python's: nobody sees them)
        parsed(given)
