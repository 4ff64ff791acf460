"""The container runtime: ends that are known, stops, power cuts, open ports."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.behaviour_files import Behaviour
from cluster_core.kubelet.runtime import ContainerRecord, Runtime, Sandbox

SECOND = 1_000_000


def started(runtime: Runtime, at: int = 0, attempt: int = 0, **behaviour: object) -> ContainerRecord:
    record = ContainerRecord("c", "id", "image", attempt, at, Behaviour(**behaviour))  # type: ignore[arg-type]
    runtime.start("uid", record)
    return record


def test_an_end_is_known_from_the_start() -> None:
    record = started(Runtime("boot"), exits_after=3 * SECOND, exit_code=2)
    assert (record.running(2 * SECOND), record.running(3 * SECOND)) == (True, False)
    assert (record.exit_code, record.exit_reason) == (2, "Error")


STOPS = [
    (150_000, 10 * SECOND, 1_150_000, 0),
    (None, 10 * SECOND, 10 * SECOND, 137),
    (20 * SECOND, 10 * SECOND, 10 * SECOND, 137),
]


@pytest.mark.parametrize(("term_after", "kill_at", "ends", "code"), STOPS)
def test_sigterm_then_sigkill(term_after: int | None, kill_at: int, ends: int, code: int) -> None:
    runtime = Runtime("boot")
    record = started(runtime, term_after=term_after)
    runtime.stop(record, SECOND, kill_at)
    assert (record.exits_at, record.exit_code) == (ends, code)


def test_a_container_that_ends_before_is_not_killed() -> None:
    runtime = Runtime("boot")
    record = started(runtime, exits_after=SECOND, exit_code=3, term_after=None)
    runtime.stop(record, 0, 5 * SECOND)
    assert (record.exits_at, record.exit_code) == (SECOND, 3)


def test_two_starts_are_remembered() -> None:
    runtime = Runtime("boot")
    for attempt in range(4):
        started(runtime, attempt * SECOND, attempt)
    latest, previous = runtime.latest("uid", "c"), runtime.previous("uid", "c")
    assert latest is not None
    assert previous is not None
    assert (latest.attempt, previous.attempt) == (3, 2)
    runtime.remove("uid")
    assert runtime.latest("uid", "c") is None


def test_after_a_power_cut_everything_is_found_dead() -> None:
    runtime = Runtime("boot-1")
    runtime.sandboxes["uid"] = Sandbox("s", "10.0.0.1", 0)
    record = started(runtime)
    runtime.power_off(5 * SECOND, "boot-2")
    assert (record.exits_at, record.exit_code, record.exit_reason) == (5 * SECOND, 255, "Unknown")
    assert runtime.sandbox("uid") is None
    assert runtime.boot_id == "boot-2"


def test_ports_are_open_once_the_program_serves() -> None:
    runtime = Runtime("boot")
    started(runtime, listens=(80, 443), ready_after=SECOND)
    assert runtime.listening("uid", SECOND - 1) == []
    assert runtime.listening("uid", SECOND) == [(80, "c"), (443, "c")]
