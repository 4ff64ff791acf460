"""Types and how they unify."""

from __future__ import annotations

from cluster_core.api.cel.celtype import (
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    CelType,
    Mapping,
    list_of,
    map_of,
    more_general,
    optional_of,
)


def test_names() -> None:
    assert str(map_of(STRING, list_of(INT))) == "map(string, list(int))"
    assert str(optional_of(NULL)) == "optional_type(null)"


def test_a_parameter_takes_one_type() -> None:
    mapping = Mapping()
    one = mapping.variable()
    assert mapping.all_assignable((INT, INT), (one, one))
    assert mapping.resolved(list_of(one)) == list_of(INT)
    assert not mapping.assignable(STRING, one)


def test_a_failed_attempt_leaves_no_trace() -> None:
    mapping = Mapping()
    one = mapping.variable()
    assert not mapping.all_assignable((INT, STRING), (one, one))
    assert mapping.resolved(one) == one
    assert mapping.resolved(one, to_dyn=True) == DYN


def test_no_type_contains_itself() -> None:
    mapping = Mapping()
    one = mapping.variable()
    assert not mapping.assignable(list_of(one), one)


def test_dyn_and_null() -> None:
    mapping = Mapping()
    assert mapping.assignable(DYN, INT)
    assert mapping.assignable(NULL, TIMESTAMP)
    assert not mapping.assignable(NULL, STRING)
    assert more_general(list_of(INT), list_of(DYN)) == list_of(DYN)
    assert more_general(INT, CelType("A", "param")).form == "param"
