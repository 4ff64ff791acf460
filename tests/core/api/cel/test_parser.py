"""Trees of CEL, and the words for what is none."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.parser import DEPTH_MAX, SOURCE_MAX, parse
from cluster_core.api.cel.problem import CompileError
from cluster_core.api.cel.tree import Call, Fold, Literal, Select
from tests.core.api.cel.evaluating import value


def test_precedence() -> None:
    assert value("1 + 2 * 3 - 4") == 3
    assert value("2 - 1 - 1") == 0
    assert value("true || false && false") is True
    assert value("1 < 2 == true") is True
    assert value("false ? 1 : true ? 2 : 3") == 2
    assert value("-(1 + 2)") == -3
    assert value("!!true") is True


def test_chains_of_and_are_one_call() -> None:
    tree = parse("a && b && c")
    assert isinstance(tree, Call)
    assert len(tree.args) == 3


def test_places_are_upstreams() -> None:
    tree = parse("self.x.all(i, i)")
    assert isinstance(tree, Fold)
    assert tree.at == 10
    assert isinstance(tree.over, Select)
    assert tree.over.at == 4


def test_the_smallest_number() -> None:
    tree = parse("-9223372036854775808")
    assert isinstance(tree, Literal)
    assert tree.value == -(2**63)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a b", "1:3: Syntax error: extraneous input 'b' expecting <EOF>"),
        ("(1", "1:3: Syntax error: mismatched input '<EOF>' expecting ')'"),
        ("self.", "1:6: Syntax error: no viable alternative at input '<EOF>'"),
        ("for", "1:1: reserved identifier: for"),
        ("has(x)", "1:4: invalid argument to has() macro"),
        ("9223372036854775808", "1:1: invalid int literal"),
        ("x.map(1, 2)", "1:7: argument must be a simple name"),
        ("", "1:1: Syntax error: mismatched input '<EOF>' expecting"),
    ],
)
def test_words(source: str, words: str) -> None:
    with pytest.raises(CompileError) as caught:
        parse(source)
    assert str(caught.value).startswith(f"ERROR: <input>:{words}")


def test_the_place_is_shown() -> None:
    with pytest.raises(CompileError) as caught:
        parse("1 +\n a #")
    assert str(caught.value) == ("ERROR: <input>:2:4: Syntax error: token recognition error at: '#'\n |  a #\n | ...^")


@pytest.mark.parametrize(
    "source", ["(" * 2000 + "1" + ")" * 2000, "+".join("1" * 300), "a" + ".b" * 300, "!" * 300 + "(" * 300]
)
def test_depth_is_bounded(source: str) -> None:
    with pytest.raises(CompileError, match=r"recursion limit|Syntax error"):
        parse(source)


def test_nesting_in_arguments_counts() -> None:
    source = "x"
    for _ in range(DEPTH_MAX // 2):
        source = f"f({source}).a.b.c"
    with pytest.raises(CompileError, match="recursion limit"):
        parse(source)


def test_length_is_bounded() -> None:
    with pytest.raises(CompileError, match="expression code point size exceeds limit"):
        parse("1" * (SOURCE_MAX + 1))
