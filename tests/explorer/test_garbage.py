"""Full collections come when nothing plays."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from explorer import garbage


class Thing:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _taken_over() -> Iterator[None]:
    before = gc.get_threshold()
    garbage.take_over()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def aged() -> weakref.ref[Thing]:
    """Garbage that only a full collection finds."""
    thing = Thing()
    gc.collect(1)
    gc.collect(1)
    return weakref.ref(thing)


def test_idle_moments_are_used() -> None:
    found = aged()
    for _ in range(garbage.WORTH_IT):
        gc.collect(1)
    assert not garbage.tidy(idle=False)
    assert found() is not None
    assert garbage.tidy(idle=True)
    assert found() is None
    assert not garbage.tidy(idle=True), "there is nothing new"


def test_it_does_not_wait_for_ever() -> None:
    found = aged()
    for _ in range(garbage.OVERDUE):
        gc.collect(1)
    assert garbage.tidy(idle=False)
    assert found() is None
