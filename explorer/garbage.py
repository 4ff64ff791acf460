"""When Python looks for cyclic garbage.

A cluster is hundreds of thousands of long-lived objects; walking all of them (generation 2) holds the event loop for up to
half a second, and with Python's defaults takes a third of the time of a busy run. Here it is done while no run plays, or when it must be.
"""

from __future__ import annotations

import gc

YOUNG = 5_000
YOUNG_TO_MIDDLE = 5
NEVER = 1_000_000_000
# Collections of the middle generation since the last full one: worth an idle moment; too many to wait for one.
WORTH_IT = 10
OVERDUE = 1_000


def take_over() -> None:
    """From now on a full collection comes from `tidy` only; what was loaded so far stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, YOUNG_TO_MIDDLE, NEVER)


def tidy(idle: bool) -> bool:
    """Collect everything if it is time; whether it was."""
    pending = gc.get_count()[2]
    due = pending >= (WORTH_IT if idle else OVERDUE)
    if due:
        gc.collect()
    return due
