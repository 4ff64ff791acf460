"""The shell, against what a real busybox printed; checkpoints at every event; scripts that never end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.core.shell.container import Container, run

RECORDED: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "recorded.yaml").read_text(encoding="utf-8"))
KILLED = "the shell tells of a child that a signal has killed"


@pytest.mark.parametrize("row", RECORDED, ids=range(len(RECORDED)))
def test_as_busybox(row: dict[str, Any]) -> None:
    ran = run("mkdir -p /tmp/orrery; cd /tmp/orrery\n" + row["script"])
    assert (ran.out, ran.status) == (row["out"], row["status"])
    assert bool(ran.err) == row["complains"]


@pytest.mark.parametrize("row", RECORDED[::4], ids=range(0, len(RECORDED), 4))
def test_a_checkpoint_at_every_event_changes_nothing(row: dict[str, Any]) -> None:
    script = "mkdir -p /tmp/orrery; cd /tmp/orrery\n" + row["script"].replace("echo", "sleep 0.05; echo", 2)
    straight, thawed = run(script), run(script, pickles=True)
    assert (straight.out, straight.err, straight.status) == (thawed.out, thawed.err, thawed.status)


def test_a_busy_loop_costs_few_events() -> None:
    ran = run("while [ 1 ]; do i=$((i+1)); done", seconds=30)
    assert ran.status is None
    assert ran.events < 60


def test_a_loop_that_only_sleeps_costs_none() -> None:
    ran = run("while true; do sleep 1; done", seconds=3600)
    assert (ran.status, ran.events) == (None, 1)


def test_a_trap_runs_when_the_command_in_the_foreground_has_ended() -> None:
    container = Container()
    container.start(["sh", "-c", "trap 'echo bye; exit 3' TERM; while true; do sleep 10; done"])
    container.run(seconds=3)
    container.land.kill(1, 15, container.now)
    container.run(seconds=20)
    assert (container.written.out, container.status) == (b"bye\n", 3)
    assert container.now >= 10_000_000


def test_the_first_process_ignores_what_it_has_no_trap_for() -> None:
    container = Container()
    container.start(["sh", "-c", "sleep 100; echo done"])
    container.run(seconds=1)
    container.land.kill(1, 15, container.now)
    container.run(seconds=200)
    assert container.status == 0


@pytest.mark.parametrize(
    "script", [":(){ :|:& };:", "f() { f; }; f", "x=x; while true; do x=$x$x; done", "eval 'f() { f | f; }; f'"]
)
def test_bombs_are_bounded(script: str) -> None:
    ran = run(script, seconds=5)
    assert len(ran.land.tasks) <= 70
    assert ran.events < 1_000
