"""Arithmetic of the shell."""

from __future__ import annotations

import pytest

from cluster_core.shell.arithmetic import ArithmeticFault, Expression


def value(text: str, **variables: str) -> int:
    return Expression(text, lambda name: variables.get(name, ""), variables.__setitem__).value()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1+2*3", 7), ("(1+2)*3", 9), ("-7/2", -3), ("-7%3", -1), ("1<<4|1", 17), ("0x10+010", 24), ("5>3?1:2", 1), ("!0&&~0", 1),
     ("2**10", 1024), ("x=4,x*2", 8), ("", 0), ("9223372036854775807+1", -(2**63)), ("1||y/0", 1)],
)  # fmt: skip
def test_values(text: str, expected: int) -> None:
    assert value(text) == expected


def test_variables_change() -> None:
    variables = {"i": "3", "j": "i+1"}
    assert Expression("i++ + ++i, j", lambda name: variables.get(name, ""), variables.__setitem__).value() == 6
    assert variables["i"] == "5"


@pytest.mark.parametrize("text", ["1+", "1/0", "1 2", "(1", "08", "1=2", "x" + "(" * 500, "2**-1"])
def test_faults(text: str) -> None:
    with pytest.raises(ArithmeticFault):
        value(text)


def test_a_variable_that_means_itself() -> None:
    with pytest.raises(ArithmeticFault):
        value("x", x="x+1")
