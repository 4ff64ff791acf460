"""How problems are shown."""

from __future__ import annotations

from cluster_core.api.cel.problem import CompileError, Problem, shown


def test_with_its_line() -> None:
    text = shown("self.foo", Problem(4, "undefined field 'foo'"))
    assert text == "ERROR: <input>:1:5: undefined field 'foo'\n | self.foo\n | ....^"


def test_wide_letters_and_lines() -> None:
    assert shown("a\né + é", Problem(6, "x")).endswith("\n | é + é\n | ．...＾")
    assert shown("", Problem(-1, "x")) == "ERROR: <input>:-1:0: x"


def test_in_order() -> None:
    error = CompileError("ab", [Problem(1, "second"), Problem(0, "first")])
    assert [problem.message for problem in error.problems] == ["first", "second"]
