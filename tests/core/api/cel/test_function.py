"""Declared functions."""

from __future__ import annotations

from cluster_core.api.cel.celtype import INT, list_of, optional_of
from cluster_core.api.cel.function import FUNCTIONS, has_type, size_of, traversal
from cluster_core.api.cel.values import NONE, Optional


def test_overloads_are_read_from_text() -> None:
    slices = FUNCTIONS["slice"].overloads[0]
    assert slices.member
    assert [str(one) for one in slices.params] == ["list(A)", "int", "int"]
    assert str(slices.result) == "list(A)"


def test_what_fits() -> None:
    assert FUNCTIONS["startsWith"].fits(True, ("a", "b"))
    assert not FUNCTIONS["startsWith"].fits(True, ("a", 1))
    assert not FUNCTIONS["startsWith"].fits(False, ("a", "b"))
    assert has_type(NONE, optional_of(INT))
    assert not has_type(Optional(True, "a"), optional_of(INT))
    assert has_type([1], list_of(INT))
    assert not has_type(True, INT)


def test_sizes() -> None:
    assert [traversal(one) for one in (0, 1, 10, 11)] == [0, 1, 1, 2]
    assert [size_of(one) for one in ("abc", [1, 2], 7, Optional(True, "ab"))] == [3, 2, 1, 2]
