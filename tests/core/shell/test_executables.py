"""Files of programs."""

from __future__ import annotations

from cluster_core.shell.executables import ELF, executable


def test_a_program_is_named_by_its_file() -> None:
    assert executable("ls").removeprefix(ELF) == b"ls\n"
