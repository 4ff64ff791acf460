"""Loops."""

from __future__ import annotations

from cluster_core.api.cel.celtype import INT, Structs, list_of
from cluster_core.api.cel.expression import compiled
from cluster_core.api.cel.program import Meter
from cluster_core.api.cel.values import MapList, SetList
from tests.core.api.cel.evaluating import cost, failure, value


def test_every_round_costs() -> None:
    assert cost("lists.range(100).all(x, true)") >= 200


def test_over_what_is_no_list() -> None:
    assert failure("object.name.all(x, true)") == "no such overload"
    assert failure("object.tags.filter(x, x)") == "no such overload"


def test_entries_meet() -> None:
    assert failure("['a', 'a'].transformMapEntry(i, v, {v: i})") == "insert failed: key a already exists"


def test_filters_keep_the_kind_of_list() -> None:
    kept = compiled("x.filter(i, i > 1)", {"x": list_of(INT)}, Structs())
    assert isinstance(kept.evaluate({"x": SetList([1, 2])}, Meter(1000)), SetList)
    items = MapList([3])
    items.keys = ("k",)
    assert kept.evaluate({"x": items}, Meter(1000)).keys == ("k",)


def test_nested_loops_have_their_own_variables() -> None:
    assert value("[1, 2].map(x, [10].map(y, x + y))") == [[11], [12]]
    assert value("[1, 2].map(x, [10].map(x, x).size() + x)") == [2, 3]
