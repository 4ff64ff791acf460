"""Tasks: the numbers of signals."""

from __future__ import annotations

from cluster_core.shell.task import SIGNALS, TOLD, Task


def test_signals() -> None:
    assert (SIGNALS["KILL"], SIGNALS["TERM"], SIGNALS["USR1"]) == (9, 15, 10)
    assert all(number in SIGNALS.values() for number in TOLD)


def test_a_task_lives_until_it_has_a_status() -> None:
    task = Task(1, 0, ["x"], None, {})  # type: ignore[arg-type]
    assert task.alive
    task.status = 0
    assert not task.alive
