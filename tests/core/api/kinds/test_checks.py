"""Checks of single fields."""

from __future__ import annotations

from cluster_core.api.errors import OMITTED, Cause
from cluster_core.api.kinds import checks


def texts(causes: list[Cause]) -> list[str]:
    return [cause.text() for cause in causes]


def test_required_fields_may_not_be_empty() -> None:
    assert texts(checks.required({"a": "", "b": 1}, "spec", "a", "b", "c")) == [
        "spec.a: Required value",
        "spec.c: Required value",
    ]


def test_choices() -> None:
    assert checks.choice(None, ("a",), "f") == []
    assert texts(checks.choice("", ("a", "b"), "f")) == ['f: Unsupported value: "": supported values: "a", "b"']
    assert texts(checks.must_choose("", ("a",), "f")) == ["f: Required value"]


def test_whole_numbers_and_percentages() -> None:
    assert checks.int_or_percent("25%", "f") == checks.int_or_percent(0, "f") == []
    assert "a valid percent string" in texts(checks.int_or_percent("a", "f"))[0]
    assert "a valid percent string" in texts(checks.int_or_percent("9" * 5000 + "%", "f"))[0]
    assert texts(checks.int_or_percent(-1, "f")) == ["f: Invalid value: -1: must be greater than or equal to 0"]
    assert texts(checks.not_over_100_percent("101%", "f")) == [
        'f: Invalid value: "101%": must not be greater than 100%'
    ]
    assert (checks.share("25%"), checks.share("x"), checks.share(3), checks.share(None)) == (25, 0, 3, 0)


def test_an_empty_list_is_as_good_as_none() -> None:
    assert checks.same({"a": 1, "b": []}, {"a": 1, "c": {}})
    assert not checks.same({"a": 0}, {})
    assert texts(checks.immutable(2, 1, "f")) == ["f: Invalid value: 2: field is immutable"]


def test_too_many_and_duplicates() -> None:
    assert texts(checks.too_many([1, 2], 1, "f")) == ["f: Too many: 2: must have at most 1 items"]
    assert texts(checks.duplicates(["a", "b", "a"], "f", ".name")) == ['f[2].name: Duplicate value: "a"']


def test_a_value_that_is_not_shown() -> None:
    assert Cause("f", "Invalid", "why", OMITTED).text() == "f: Invalid value: why"


def test_amounts() -> None:
    assert texts(checks.quantity_above_zero("0", "f")) == ['f: Invalid value: "0": must be greater than zero']
    assert texts(checks.not_a_quantity_below_zero("-1", "f")) == [
        'f: Invalid value: "-1": must be greater than or equal to 0'
    ]
    assert checks.user_id(None, "f") == []
    assert texts(checks.user_id(-1, "f")) == ["f: Invalid value: -1: must be between 0 and 2147483647, inclusive"]
