"""The steps of a stream as commands of the run's log: opened, fed, closed. Virtual time moves until its programs wait for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.cluster.command import Command
from explorer import change
from explorer.live import LiveRun

MOVED = "the run was moved to another moment of its history"
SLOW = "the simulated cluster did not answer within 5 s of its time"


class Moved(Exception):
    """The history that a stream belongs to is not the one that is shown any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command that was carried out; `epoch` is the history that it became a part of, `answer` None if there is none yet."""

    index: int
    epoch: int
    answer: dict[str, Any] | None


async def take(live: LiveRun, command: Command, epoch: int | None = None) -> Step:
    """Carry out a command of a stream; with `epoch` only if that is still the history that is shown. Raises `Moved`.

    Like any write it forks the run if the playhead is in the past, but what goes on in a stream never does.
    """

    async def carried_out() -> Step:
        if epoch is not None and (live.epoch != epoch or live.cluster.in_past):
            raise Moved
        answer = await change.command(live, command, "fork", wait=True)
        return Step(command.index, live.epoch, answer[0] if answer else None)

    step = await live.alone(carried_out)
    live.publish()
    return step
