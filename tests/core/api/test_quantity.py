"""Quantities: values, units, the form that is stored."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cluster_core.api.quantity import FORMAT_ERROR, canonical, parse, parse_bytes, parse_cpu

VALUES = [
    ("1", 1),
    ("0.5", Fraction(1, 2)),
    ("500m", Fraction(1, 2)),
    ("1Ki", 1024),
    ("1k", 1000),
    ("1e3", 1000),
    ("1E3", 1000),
    ("2E", 2 * 10**18),
    (".5", Fraction(1, 2)),
    ("-1Gi", -(2**30)),
    ("1n", Fraction(1, 10**9)),
    (3, 3),
    (0.25, Fraction(1, 4)),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text: str | float, value: Fraction) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("text", ["", "a", "1 Gi", "1Zi", "--1", "1.2.3", "e3", "1e", "Mi", "1" * 70, "1e9999"])
def test_no_quantities(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match") as caught:
        parse(text)
    assert str(caught.value) == FORMAT_ERROR


def test_units_are_rounded_up() -> None:
    assert (parse_cpu("0.1"), parse_cpu("1n"), parse_cpu("2")) == (100, 1, 2000)
    assert (parse_bytes("1Ki"), parse_bytes("0.5"), parse_bytes("1500m")) == (1024, 1, 2)


FORMS = [
    ("0.5", "500m"),
    ("1000m", "1"),
    ("1024Mi", "1Gi"),
    ("0.5Gi", "512Mi"),
    ("1.5Gi", "1536Mi"),
    ("0.5Ki", "512"),
    ("2000", "2k"),
    ("1500", "1500"),
    ("1e3", "1e3"),
    ("12e2", "1200"),
    ("0Gi", "0"),
    ("-2Gi", "-2Gi"),
    (0.1, "100m"),
    ("0.1n", "1n"),
]


@pytest.mark.parametrize(("text", "stored"), FORMS)
def test_the_stored_form(text: str | float, stored: str) -> None:
    assert canonical(text) == stored
