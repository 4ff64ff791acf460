"""Those who wait are told how far the work is: not too often, and not at all when it is quick."""

from __future__ import annotations

import pytest

from explorer import progress
from explorer.progress import Report
from explorer.protocol import Progress


class Wall:
    """A wall clock that is set by hand."""

    now = 50.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    found = Wall()
    monkeypatch.setattr(progress, "time", found)
    return found


def test_at_most_four_times_a_second(wall: Wall) -> None:
    told: list[Progress] = []
    report = Report("rebuild", told.append)
    for done in range(1, 1001):
        wall.now += 0.002
        report.at(done, 1000)
    assert 7 <= len(told) <= 8
    assert [message.done for message in told] == sorted({message.done for message in told})
    assert {(message.what, message.of) for message in told} == {("rebuild", 1000)}


def test_quick_work_tells_nothing(wall: Wall) -> None:
    told: list[Progress] = []
    report = Report("seek", told.append)
    report.at(10, 20)
    wall.now += 0.2
    report.at(20, 20)
    assert told == []


def test_work_that_nobody_waits_for(wall: Wall) -> None:
    report = Report("seek", None)
    wall.now += 1
    report.at(1, 2)
