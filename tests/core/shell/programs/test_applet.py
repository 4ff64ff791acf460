"""The frame of programs: options, input that comes in pieces."""

from __future__ import annotations

import pytest

from cluster_core.shell.programs.applet import Usage, options
from tests.core.shell.container import Container


def test_options() -> None:
    assert options(["-ab", "-n", "3", "file", "-n4", "--", "-x"], "ab", "n") == (
        {"a": "", "b": "", "n": "4"},
        ["file", "-x"],
    )
    with pytest.raises(Usage):
        options(["-z"], "a")
    with pytest.raises(Usage):
        options(["-n"], "", "n")


def test_a_program_waits_for_its_input() -> None:
    container = Container()
    container.start(["sh", "-c", "wc -l; cat"])
    container.stdin.feed(b"one\ntwo", 0)
    container.run(seconds=10)
    assert (container.written.out, container.status) == (b"", None)
    container.stdin.feed(b"\n", container.now, ended=True)
    container.run(seconds=10)
    assert (container.written.out, container.status) == (b"2\n", 0)
