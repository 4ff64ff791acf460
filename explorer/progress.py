"""How far a long piece of work is: a history that is run again after a restart, for a reader's copy, a far seek or a fork.

Those who wait for it are told over their streams, at most four times a second and not at all when it is quick.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from explorer.protocol import Progress

EVERY_S = 0.25

Told = Callable[[Progress], None]


class Report:
    """One piece of work with somebody who waits for it. `of` is 0 where nobody knows how much there is to do."""

    def __init__(self, what: str, told: Told | None) -> None:
        self._what = what
        self._told = told
        self._next = time.monotonic() + EVERY_S

    def at(self, done: int, of: int = 0) -> None:
        """It is this far; whoever waits hears of it if it is time."""
        wall = time.monotonic()
        if self._told is not None and wall >= self._next:
            self._next = wall + EVERY_S
            self._told(Progress(self._what, done, of))
