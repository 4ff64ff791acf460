"""Parts of times and durations in CEL: getFullYear() and the like. Upstream: cel-go `common/types/{timestamp,duration}.go`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cluster_core.api.cel.function import function
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import EPOCH, SECOND, Duration, Timestamp


def _zone(name: str) -> tzinfo:
    sign, body = (-1 if name[:1] == "-" else 1), name.lstrip("+-")
    hours, colon, minutes = body.partition(":")
    try:
        if colon:
            return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))
        return UTC if name in ("", "UTC") else ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise EvalError(f"unknown time zone {name}") from error


def _calendar(value: Timestamp, zone: tuple[str, ...]) -> datetime:
    try:
        return (EPOCH + timedelta(seconds=value.ns // SECOND)).astimezone(_zone(zone[0]) if zone else UTC)
    except OverflowError as error:
        raise EvalError("timestamp overflow") from error


PARTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDate": lambda at: at.day,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
    "getMilliseconds": lambda at: 0,
}
OF_DURATION = {"getHours": 3600 * SECOND, "getMinutes": 60 * SECOND, "getSeconds": SECOND, "getMilliseconds": 10**6}


def _part(name: str, value: Any, zone: tuple[str, ...]) -> int:
    if isinstance(value, Duration):
        unit = OF_DURATION[name]
        return abs(value.ns) // unit * (1 if value.ns >= 0 else -1)
    if name == "getMilliseconds":
        return int(value.ns % SECOND // 10**6)
    return int(PARTS[name](_calendar(value, zone)))


def _declare_parts() -> None:
    for name in PARTS:

        def part(value: Any, *zone: str, name: str = name) -> int:
            return _part(name, value, zone)

        also = ("duration -> int",) if name in OF_DURATION else ()
        function(name, members=("timestamp -> int", "timestamp, string -> int", *also))(part)


_declare_parts()
