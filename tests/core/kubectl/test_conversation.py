"""One run of kubectl: what it prints and whom it touches."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.conversation import LINES_MAX, Answer, Call, KubectlError, Terminal, ask
from cluster_core.kubectl.resources import Resources


def test_lines_are_kept_with_their_stream() -> None:
    terminal = Terminal(Resources([]))
    terminal.out("a\nb")
    terminal.err("c")
    assert [(line.text, line.error) for line in terminal.lines] == [("a", False), ("b", False), ("c", True)]


def test_too_many_lines_are_counted() -> None:
    terminal = Terminal(Resources([]))
    terminal.out("\n".join("x" for _ in range(LINES_MAX + 5)))
    assert len(terminal.lines) == LINES_MAX and terminal.left_out == 5


def test_an_error_goes_to_stderr_and_sets_the_code() -> None:
    terminal = Terminal(Resources([]))
    terminal.fail(KubectlError("no", 3))
    assert terminal.code == 3 and terminal.lines[0].error


def test_objects_are_touched_once() -> None:
    terminal = Terminal(Resources([]))
    for _ in range(2):
        terminal.touch("Pod", "default", "a")
    terminal.touch("node", "", "n")
    assert terminal.touched == ["pod/default/a", "node/n"]


def test_warnings_of_the_server_are_printed() -> None:
    terminal = Terminal(Resources([]))
    talk = ask(terminal, Call("GET", "/version", {"a": "b c"}))
    assert next(talk).url == "/version?a=b+c"
    with pytest.raises(StopIteration):
        talk.send(Answer(200, {}, ("careful",)))
    assert terminal.lines[0].text == "Warning: careful"
