"""Transcripts of shell commands: how they are read and compared."""

from __future__ import annotations

import pytest

from tests.clients.transcript import FOLDER, Step, difference, read

TEXT = """\
## one
$ kubectl get pods
NAME   AGE
a      …

## two
~ pending: not there yet
$ false
[1]
$ echo a; echo

"""


def test_rows_and_steps() -> None:
    one, two = read(TEXT)
    assert (one.name, one.pending, one.steps) == (
        "one",
        "",
        [Step("kubectl get pods", ["NAME   AGE", "a      …"])],
    )
    assert (two.name, two.pending, [step.line for step in two.steps]) == (
        "two",
        "not there yet",
        ["false", "echo a; echo"],
    )
    assert [(step.code, step.printed) for step in two.steps] == [(1, []), (0, [])]


@pytest.mark.parametrize(
    ("wanted", "printed"),
    [
        (["a  b"], "a b\n"),
        (["…"], ""),
        (["…", "c"], "a\nb\nc\n"),
        (["a", "…", "c", "…"], "a\nb\nc\nb\nc\n"),
        (["a …d"], "a b c d\n"),
        (["‹\\d+›x (.*)"], "12x (.*)\n\n"),
        (["  a"], "   a"),
        ([], "\n"),
    ],
)
def test_what_matches(wanted: list[str], printed: str) -> None:
    assert difference(Step("x", wanted), printed, 0) == ""


@pytest.mark.parametrize(
    ("wanted", "printed"),
    [(["a"], "b"), (["a"], ""), ([], "a"), (["a"], "a\nb"), (["…", "c"], "c\nb"), (["a.c"], "abc"), (["‹\\d›"], "12")],
)
def test_what_does_not(wanted: list[str], printed: str) -> None:
    assert "wanted" in difference(Step("x", wanted), printed, 0)


def test_exit_codes_count() -> None:
    assert "exit code 2 instead of 0" in difference(Step("x", ["a"]), "a", 2)


def test_transcripts_have_names_once_and_steps() -> None:
    for path in FOLDER.glob("*.txt"):
        names = [row.name for row in read(path.read_text(encoding="utf-8"))]
        assert len(names) == len(set(names)), path.name
        assert all(row.steps for row in read(path.read_text(encoding="utf-8"))), path.name
