"""Wall time to virtual time: the only place that maps one to the other. Slices of about 5 ms keep the server answering.

One slice runs per turn of the event loop, whatever it is for (a clock, an advance, a replay, a boot), and those who want
one take turns: the loop is never held for longer than a slice, and no run starves another.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError

from cluster_core.cluster.cluster import Cluster, Moment
from cluster_core.cluster.conditions import Condition
from cluster_core.sim.limits import LimitExceeded
from explorer import metrics
from explorer.live import LiveRun
from explorer.progress import Report, Told
from explorer.protocol import Notice
from explorer.saving import save_head

FRAME_S = 0.1
SLICE_S = 0.005
SLICE_EVENTS = 25
SAVE_S = 1.0
LAG_MAX_S = 0.5
MEASURE_S = 1.0
SLEEP_MAX_S = 0.25
# A control plane that is down never answers.
ANSWER_US = 5_000_000
# "As fast as possible" goes at once to what happens soon; over a time in which nothing happens it goes at this speed.
SOON_US = 1_000_000
IDLE_SPEED = 1000.0

logger = logging.getLogger(__name__)
_clocks: dict[str, asyncio.Task[None]] = {}
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def play(live: LiveRun) -> None:
    """Let the run move at its speed (0 = as fast as possible)."""
    live.playing, live.interrupted, live.notice = True, False, None
    clock = _clocks.get(live.id)
    if clock is None or clock.done():
        # Its own context: the clock outlives the request that started it.
        task = asyncio.get_running_loop().create_task(_play(live), context=contextvars.Context())
        _clocks[live.id] = task
        task.add_done_callback(lambda done: _clocks.pop(live.id, None) if _clocks.get(live.id) is done else None)


def pause(live: LiveRun) -> None:
    """Stop the run's clock, and an `advance` that is under way."""
    live.playing, live.interrupted = False, True


def is_running(live: LiveRun) -> bool:
    """Whether the run has a clock that moves or is about to save where it stopped."""
    return live.id in _clocks


async def stop(live: LiveRun) -> None:
    """Pause, and wait until the clock has stood still and saved where it is."""
    pause(live)
    clock = _clocks.get(live.id)
    if clock is not None:
        await asyncio.wait([clock])


async def in_slices(work: Callable[[int], bool]) -> None:
    """Do work in slices: `work(budget)` runs at most `budget` events and says whether it is finished."""
    finished = False
    while not finished:
        async with _turn():
            deadline = time.monotonic() + SLICE_S
            while not finished and time.monotonic() < deadline:
                finished = work(SLICE_EVENTS)
            await asyncio.sleep(0)


async def approach(cluster: Cluster, moment: Moment, what: str, told: Told | None) -> None:
    """Run to a recorded moment in slices, and say how far it is; raises `NotYetError` if the log ends before it."""
    first, report = cluster.number, Report(what, told)

    def work(budget: int) -> bool:
        reached = cluster.approach(moment, budget)
        report.at(min(cluster.number, moment.number) - first, moment.number - first)
        return reached

    await in_slices(work)


async def advance(live: LiveRun, until: int, events_max: int) -> bool:
    """Run as fast as possible to a virtual time; False if it was interrupted or `events_max` events were not enough."""
    cluster, progress = live.cluster, _Progress(live, events_max)

    def work(budget: int) -> bool:
        if cluster.advance(until, budget) == budget:
            return progress.over()
        progress.reached = True
        return True

    await in_slices(work)
    return progress.reached


async def advance_until(live: LiveRun, condition: Condition, limit: int, events_max: int) -> bool:
    """Run as fast as possible until a condition holds, at most to virtual time `limit`; whether it held."""
    cluster, progress = live.cluster, _Progress(live, events_max)

    def work(budget: int) -> bool:
        number = cluster.number
        progress.reached = cluster.run_until(condition, limit, budget)
        return progress.reached or cluster.now >= limit or cluster.number == number or progress.over()

    await in_slices(work)
    return progress.reached


async def until_answered(cluster: Cluster, index: int) -> bool:
    """Let time move until a command has its answer: milliseconds of a healthy control plane; whether it has one within 5 s."""
    limit = cluster.now + ANSWER_US

    def work(budget: int) -> bool:
        for _ in range(budget):
            due = cluster.next_at()
            if cluster.answer(index) is not None or due is None or due > limit:
                return True
            cluster.step()
        return False

    if not cluster.in_past:
        await in_slices(work)
    return cluster.answer(index) is not None


def _turn() -> asyncio.Lock:
    loop = asyncio.get_running_loop()
    if loop not in _turns:
        _turns[loop] = asyncio.Lock()
    return _turns[loop]


class _Progress:
    """A long advance: viewers see it move, and whoever may change the run can interrupt it."""

    def __init__(self, live: LiveRun, events_max: int) -> None:
        self.reached = False
        self._live = live
        self._first = self._counted = live.cluster.number
        self._events_max = events_max
        self._next_frame = time.monotonic() + FRAME_S

    def over(self) -> bool:
        live, wall = self._live, time.monotonic()
        metrics.EVENTS.inc(live.cluster.number - self._counted)
        self._counted = live.cluster.number
        if wall >= self._next_frame:
            self._next_frame = wall + FRAME_S
            live.publish()
        return live.interrupted or live.cluster.number - self._first >= self._events_max


class _Pace:
    """Where virtual time should be: counted from an anchor that moves when the speed changes or the server cannot keep up."""

    def __init__(self, live: LiveRun) -> None:
        self.live = live
        self._measured = (time.monotonic(), live.cluster.now)
        self._anchor()

    def target(self, wall: float) -> int:
        live = self.live
        if live.speed != self._speed or live.cluster is not self._cluster or live.cluster.now < self._now:
            self._anchor()
            self._measured = (wall, live.cluster.now)
        if self._soon():
            self._anchor()
            return live.cluster.now + SOON_US
        return self._now + int((wall - self._wall) * self._rate * 1e6)

    def slice(self) -> int:
        """Run for at most one slice towards the target; returns the µs that are still missing."""
        cluster, number = self.live.cluster, self.live.cluster.number
        begun = time.monotonic()
        target = self.target(begun)
        while time.monotonic() < begun + SLICE_S:
            if cluster.advance(target, SLICE_EVENTS) < SLICE_EVENTS:
                if not self._soon():
                    break
                target = self.target(time.monotonic())
        metrics.EVENTS.inc(cluster.number - number)
        missing = max(0, target - cluster.now)
        if missing / 1e6 > LAG_MAX_S * self._rate:
            self._anchor()
        return missing

    def measure(self, wall: float) -> None:
        """How fast virtual time really went over the last second."""
        before, now = self._measured
        if wall - before >= MEASURE_S:
            self.live.achieved = max(0, self.live.cluster.now - now) / 1e6 / (wall - before)
            self._measured = (wall, self.live.cluster.now)

    def rest(self) -> float:
        """How long nothing will happen, in seconds of wall time."""
        due = self.live.cluster.next_at()
        if due is None:
            return SLEEP_MAX_S
        return (due - self.target(time.monotonic())) / 1e6 / self._rate

    def _soon(self) -> bool:
        """Whether the run goes as fast as possible and something happens soon."""
        due = self.live.cluster.next_at() if self.live.speed == 0 else None
        return due is not None and due <= self.live.cluster.now + SOON_US

    def _anchor(self) -> None:
        self._cluster, self._speed = self.live.cluster, self.live.speed
        self._rate = self._speed or IDLE_SPEED
        self._wall, self._now = time.monotonic(), self.live.cluster.now


async def _play(live: LiveRun) -> None:
    """The clock of one run. Whoever presses play while it saves where it stopped finds it going on."""
    while live.playing:
        try:
            await _keep_time(live)
        except LimitExceeded as error:
            _give_up(live, Notice("notice.limit", {"what": error.what, "limit": error.limit}))
        except DatabaseError:
            logger.exception("run %s could not be saved", live.id)
            _give_up(live, Notice("notice.not-saved", {}))
        except Exception:
            # The event that failed left the model half-way: it must not go on, and everybody who watches is told.
            logger.exception("run %s stopped at event %s", live.id, live.cluster.number)
            _give_up(live, Notice("notice.engine-error", {"number": live.cluster.number}))
        await _stand_still(live)


def _give_up(live: LiveRun, notice: Notice) -> None:
    live.playing = False
    live.tell(notice)


async def _stand_still(live: LiveRun) -> None:
    live.achieved = 0.0
    try:
        async with live.lock:
            await save_head(live)
    except DatabaseError:
        # The log has every command; only the place where it stopped is the one of a second ago.
        logger.exception("run %s could not be saved", live.id)
    live.publish()


async def _keep_time(live: LiveRun) -> None:
    pace = _Pace(live)
    next_frame = next_save = time.monotonic()
    while live.playing:
        async with live.lock, _turn():
            missing = pace.slice() if live.playing else 0
            live.moved()
            await asyncio.sleep(0)
        wall = time.monotonic()
        if wall >= next_frame:
            pace.measure(wall)
            live.publish()
            next_frame = wall + FRAME_S
        if wall >= next_save:
            async with live.lock:
                await save_head(live)
            next_save = wall + SAVE_S
        if _forgotten(live):
            pause(live)
            live.tell(Notice("notice.idle-stopped", {"minutes": settings.IDLE_STOP_S // 60}))
        if not missing:
            until_frame = next_frame - time.monotonic() if live.hub.viewers else SLEEP_MAX_S
            await asyncio.sleep(min(max(min(until_frame, pace.rest()), 0.002), SLEEP_MAX_S))


def _forgotten(live: LiveRun) -> bool:
    """Nobody watches and nobody has asked for minutes: a forgotten run must not use the machine."""
    return not live.attended and time.monotonic() - live.used > settings.IDLE_STOP_S
