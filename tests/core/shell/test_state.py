"""The memory of a shell."""

from __future__ import annotations

import pytest

from cluster_core.shell.state import Memory, ShellError


def test_a_subshell_has_a_copy() -> None:
    memory = Memory(variables={"a": "1"}, traps={"TERM": "x", "INT": ""})
    memory.arrays["l"] = ["x"]
    copy = memory.copy()
    copy.set("a", "2")
    copy.arrays["l"].append("y")
    assert (memory.get("a"), memory.arrays["l"], copy.traps) == ("1", ["x"], {"INT": ""})


def test_arrays_and_what_is_read_only() -> None:
    memory = Memory(readonly={"r": None})
    memory.set("x[2]", "c")
    assert (memory.arrays["x"], memory.get("x")) == (["", "", "c"], "")
    with pytest.raises(ShellError):
        memory.set("r", "1")
    with pytest.raises(ShellError):
        memory.set("x[99999]", "1")
    memory.exported["e"] = None
    memory.set("e", "5")
    assert memory.environment() == {"e": "5"}
