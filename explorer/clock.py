"""What can be done to a run's clock: play, pause, step, seek, speed, advance."""

from __future__ import annotations

import re
from typing import Any

from cluster_core.cluster.conditions import ConditionError, parse_condition
from explorer import pacing, runs
from explorer.live import LiveRun

SPEED_MIN, SPEED_MAX = 0.001, 1000.0
ADVANCE_MAX_US = 24 * 3600 * 1_000_000
ADVANCE_EVENTS_MAX = 2_000_000
STEP_MAX = 1_000

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
    """Do one clock call; returns {held} for `advance` with a condition, else {}."""
    action = call.get("action")
    steps = {"play": _play, "pause": _pause, "step": _step, "seek": _seek, "speed": _speed, "advance": _advance}
    if action not in steps:
        raise ClockError(f"unknown action {action!r}: expected one of {', '.join(steps)}")
    return await steps[action](live, call)


async def _play(live: LiveRun, _call: dict[str, Any]) -> dict[str, Any]:
    pacing.play(live)
    return {}


async def _pause(live: LiveRun, _call: dict[str, Any]) -> dict[str, Any]:
    pacing.pause(live)
    await runs.save_head(live)
    return {}


async def _step(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    count, unit = call.get("count", 1), call.get("unit", "event")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= abs(count) <= STEP_MAX:
        raise ClockError(f"count must be a whole number from 1 to {STEP_MAX}, or negative to step back")
    if unit not in ("event", "step"):
        raise ClockError(f"unknown unit {unit!r}: expected event or step")
    pacing.pause(live)
    if unit == "event":
        live.cluster.step(count)
    else:
        for _ in range(abs(count)):
            live.cluster.step_told(1 if count > 0 else -1)
    if count < 0:
        live.new_epoch()
    await runs.save_head(live)
    return {}


async def _seek(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    at, event = call.get("at"), call.get("event")
    if (at is None) == (event is None) or not all(_whole(value) for value in (at, event) if value is not None):
        raise ClockError("seek needs either at (µs) or event, a whole number")
    pacing.pause(live)
    if at is not None:
        live.cluster.seek(at=at)
    else:
        live.cluster.seek(number=event)
    live.new_epoch()
    await runs.save_head(live)
    return {}


async def _speed(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    factor = call.get("factor")
    if (
        not isinstance(factor, int | float)
        or isinstance(factor, bool)
        or not (factor == 0 or SPEED_MIN <= factor <= SPEED_MAX)
    ):
        raise ClockError("factor must be 0 (as fast as possible) or a number from 0.001 to 1000")
    live.speed = float(factor)
    return {}


async def _advance(live: LiveRun, call: dict[str, Any]) -> dict[str, Any]:
    pacing.pause(live)
    limit = live.cluster.now + duration(call.get("by") or call.get("limit") or "10m")
    try:
        condition = parse_condition(call["until"]) if call.get("until") else None
    except (ConditionError, TypeError) as error:
        raise ClockError(f"until: {error}") from error
    if condition is None:
        await pacing.advance(live, limit, ADVANCE_EVENTS_MAX)
        held = None
    else:
        held = await pacing.advance_until(live, condition, limit, ADVANCE_EVENTS_MAX)
    await runs.save_head(live)
    return {} if held is None else {"held": held}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
