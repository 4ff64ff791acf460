"""The parser: what it refuses, and with which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.shell.parser import parse
from cluster_core.shell.syntax import ShellSyntaxError, UnexpectedEnd
from tests.core.shell.container import run


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("fi", "fi"),
        ("if true; fi", "fi"),
        ("echo )", ")"),
        ("; echo", ";"),
        ("a && && b", "&&"),
        ("for 1 in; do :; done", "1"),
        ("( )", ")"),
    ],
)
def test_refused(text: str, token: str) -> None:
    with pytest.raises(ShellSyntaxError) as refused:
        parse(text)
    assert refused.value.token == token


@pytest.mark.parametrize(
    "text",
    ["if true", "echo 'x", 'echo "x', "(echo", "while :; do", "cat <<E\nx", "a |", "f() {", "echo $(", "case x in"],
)
def test_unfinished(text: str) -> None:
    with pytest.raises(UnexpectedEnd):
        parse(text)


def test_complaints() -> None:
    assert run("echo a; fi").err == 'sh: syntax error: unexpected "fi"\n'
    assert run("fi", "debian").err == 'sh: 1: Syntax error: "fi" unexpected\n'
    assert run("fi", "debian", "bash").err == "bash: -c: line 1: syntax error near unexpected token `fi'\n"


@given(st.text(alphabet="abc $(){}[]|&;<>\"'`\\\n#*!=1-:/~", max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text)
    except ShellSyntaxError:
        return


def test_depth_is_bounded() -> None:
    for text in ("$(" * 500, "(" * 500, "{ " * 500, "if " * 500, "${x:-" * 500, "$((" * 500):
        with pytest.raises(ShellSyntaxError):
            parse(text)
