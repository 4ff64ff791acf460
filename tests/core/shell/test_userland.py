"""The running programs of a container: turns, signals, ends."""

from __future__ import annotations

from tests.core.shell.container import Container, run


def test_background_tasks_die_with_the_first() -> None:
    ran = run("(sleep 100; echo late) & echo now")
    assert (ran.out, ran.status) == ("now\n", 0)


def test_times_are_those_of_the_programs() -> None:
    container = Container()
    container.start(["sh", "-c", "echo a; sleep 1.5; echo b"])
    container.run()
    (first, *_), (second, *_) = container.written.pieces
    assert 1_500_000 <= second - first < 1_510_000


def test_who_waits_for_nothing_has_no_alarm() -> None:
    container = Container()
    container.start(["sleep", "infinity"])
    assert container.land.run(0) is None
    assert container.land.idle(1)


def test_a_killed_group_leaves_the_others() -> None:
    container = Container()
    container.start(["sleep", "100"])
    container.land.run(0)
    container.land.end_group(1, 5)
    assert container.status == 137


def test_input_through_pipes_is_bounded() -> None:
    ran = run("yes | sleep 3; echo $?")
    assert (ran.out, ran.events < 20) == ("0\n", True)
