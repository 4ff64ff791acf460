"""Values: equality, times, numbers as they are shown."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import (
    NONE,
    Duration,
    Optional,
    SetList,
    Timestamp,
    UInt,
    checked_time,
    equal,
    parse_duration,
    parse_timestamp,
    shown_double,
    shown_duration,
    shown_timestamp,
    type_name,
)


def test_equality() -> None:
    assert equal(1, 1.0)
    assert equal(UInt(1), 1)
    assert not equal(1, True)
    assert not equal(0, None)
    assert equal({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]})
    assert not equal([1], [1, 2])
    assert equal(Optional(True, 1), Optional(True, 1.0))
    assert not equal(NONE, Optional(True, None))
    assert equal(SetList([1, 2]), SetList([2, 1]))
    assert not equal(Timestamp(1), Duration(1))


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05.000000001Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
    ],
)
def test_times_come_back(text: str) -> None:
    assert shown_timestamp(parse_timestamp(text)) == text


@pytest.mark.parametrize(
    "text", ["2024-01-02", "x", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00", "9999-12-31T23:59:59-10:00"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(EvalError):
        parse_timestamp(text)


def test_durations() -> None:
    assert parse_duration("1h1m1.5s").ns == 3_661_500_000_000
    assert parse_duration("-2ms").ns == -2_000_000
    assert shown_duration(Duration(-1_500_000_000)) == "-1.5s"
    for text in ("", "1", "h", "1x", "99999999999h"):
        with pytest.raises(EvalError):
            parse_duration(text)
    with pytest.raises(EvalError, match="timestamp overflow"):
        checked_time(10**30)


def test_numbers() -> None:
    assert [shown_double(one) for one in (1.0, 1.5, 1e21, 1e-7, float("inf"))] == ["1", "1.5", "1e+21", "1e-07", "+Inf"]


def test_names_of_types() -> None:
    assert [type_name(one) for one in (None, True, UInt(1), SetList(), NONE)] == [
        "null_type",
        "bool",
        "uint",
        "list",
        "optional_type",
    ]
