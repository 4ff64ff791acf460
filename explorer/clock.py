"""What can be done to a run's clock: play, pause, step, seek, speed, advance."""

from __future__ import annotations

import re
from typing import Any, TypeGuard

from cluster_core.cluster.conditions import Condition, ConditionError, parse_condition
from explorer import change, pacing
from explorer.live import LiveRun
from explorer.saving import save_head

SPEED_MIN, SPEED_MAX = 0.001, 1000.0
ADVANCE_MAX_US = 24 * 3600 * 1_000_000
ADVANCE_EVENTS_MAX = 2_000_000
ADVANCE_DEFAULT = "10m"
STEP_MAX = 1_000
STEP_TOLD_MAX_US = 3600 * 1_000_000

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")
_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


class ClockError(Exception):
    """A clock call that cannot be carried out; says what is accepted."""


def duration(text: Any) -> int:
    """ "90s", "1m30s", "250ms" as µs."""
    if not isinstance(text, str) or not re.fullmatch(rf"(?:{_DURATION.pattern})+", text):
        raise ClockError(f"{text!r} is not a duration: write for example 250ms, 60s or 1m30s")
    total = sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))
    if total > ADVANCE_MAX_US:
        raise ClockError("at most 24h at a time")
    return int(total)


async def carry_out(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    """Do one clock call, all of it checked before anything moves.

    Returns what `advance` has to say beyond the run: {reached} and, with a condition, {held}; else {}.
    """
    action = call.get("action")
    actions = {"play": _play, "pause": _pause, "step": _step, "seek": _seek, "speed": _speed, "advance": _advance}
    if action not in actions:
        raise ClockError(f"unknown action {action!r}: expected one of {', '.join(actions)}")
    return await actions[action](live, call)


async def _play(live: LiveRun, _call: dict[str, Any]) -> dict[str, Any]:
    pacing.play(live)
    return {}


async def _pause(live: LiveRun, _call: dict[str, Any]) -> dict[str, Any]:
    # Without waiting for its turn: this is also how an `advance` is interrupted.
    pacing.pause(live)
    await live.alone(lambda: save_head(live))
    return {}


async def _speed(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    factor = call.get("factor")
    if not _number(factor) or not (factor == 0 or SPEED_MIN <= factor <= SPEED_MAX):
        raise ClockError("factor must be 0 (as fast as possible) or a number from 0.001 to 1000")
    live.speed = float(factor)
    return {}


async def _step(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    count, unit = call.get("count", 1), call.get("unit", "event")
    if not _whole(count) or not 1 <= abs(count) <= STEP_MAX:
        raise ClockError(f"count must be a whole number from 1 to {STEP_MAX}, or negative to step back")
    if unit not in ("event", "step"):
        raise ClockError(f"unknown unit {unit!r}: expected event or step")
    pacing.pause(live)
    if count > 0:
        await live.alone(lambda: _forward(live, count, unit == "step"))
    else:
        await live.alone(lambda: _back(live, -count, unit == "step"))
    return {}


async def _seek(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    at, event = call.get("at"), call.get("event")
    if (at is None) == (event is None) or not all(_whole(value) for value in (at, event) if value is not None):
        raise ClockError("seek needs either at (µs) or event, a whole number")
    live.cluster.check_recorded(at, event)
    pacing.pause(live)
    await live.alone(lambda: _go(live, at, event))
    return {}


async def _advance(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    try:
        condition = parse_condition(call["until"]) if call.get("until") else None
    except (ConditionError, TypeError) as error:
        raise ClockError(f"until: {error}") from error
    by = duration(call.get("by") or call.get("limit") or ADVANCE_DEFAULT)
    pacing.pause(live)
    return await live.alone(lambda: _run_on(live, condition, by))


async def _run_on(live: LiveRun, condition: Condition | None, by: int) -> dict[str, Any]:
    live.interrupted = False
    limit = live.cluster.now + by
    if condition is None:
        answer = {"reached": await pacing.advance(live, limit, ADVANCE_EVENTS_MAX)}
    else:
        held = await pacing.advance_until(live, condition, limit, ADVANCE_EVENTS_MAX)
        answer = {"reached": held, "held": held}
    await save_head(live)
    return answer


async def _forward(live: LiveRun, count: int, told: bool) -> None:
    cluster, left = live.cluster, count

    def work(budget: int) -> bool:
        nonlocal left
        for _ in range(budget):
            before = cluster.trace.until(cluster.number)
            if cluster.next_at() is None:
                return True
            cluster.step()
            if not told or cluster.trace.until(cluster.number) > before:
                left -= 1
            if left == 0 or cluster.now > limit:
                return True
        return False

    # A quiet cluster tells nothing more: an hour of its time is far enough to look.
    limit = max(cluster.now, cluster.head_now) + STEP_TOLD_MAX_US
    await pacing.in_slices(work)
    await save_head(live)


async def _back(live: LiveRun, count: int, told: bool) -> None:
    number = live.cluster.number
    for _ in range(count):
        number = live.cluster.told_before(number) if told else max(0, number - 1)
    await _go(live, None, number)


async def _go(live: LiveRun, at: int | None, number: int | None) -> None:
    await change.seek(live, at, number)
    await save_head(live)


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
