"""Schedules of CronJobs: `*/5 0-6 * jan-mar mon`, `@daily`, `@every 90s`, in a time zone.

Upstream: github.com/robfig/cron v3 `ParseStandard`, `SpecSchedule.Next`; the words of the errors are theirs. Times are µs since the
start of the run. Days on which clocks are moved go as there: an hour that does not exist is skipped, one that comes twice counts twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from cluster_core.api.timestamp import EPOCH

SECOND = 1_000_000
STAR = 1 << 63
YEARS = 5
KEPT_MAX = 256
MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
DAYS = {name: at for at, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
DURATION = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+")
ZONE_PART = re.compile(r"[A-Za-z._0-9+-]{1,30}")


class CronError(ValueError):
    """A schedule or a time zone that is none; the text is upstream's."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a field of a schedule may hold."""

    low: int
    high: int
    names: dict[str, int]


FIELDS = (
    Bounds(0, 59, {}),
    Bounds(0, 23, {}),
    Bounds(1, 31, {}),
    Bounds(1, 12, MONTHS),
    Bounds(0, 6, DAYS),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to run: a bit for each minute, hour, day of the month, month and weekday; or every so many seconds.

    `zone` is the one in the text (`TZ=…`), "" if it has none.
    """

    minutes: int = 0
    hours: int = 0
    days: int = 0
    months: int = 0
    weekdays: int = 0
    every: int = 0
    zone: str = ""

    def day_matches(self, at: datetime) -> bool:
        """Day of the month and weekday: either will do when both are restricted."""
        day, weekday = bool(self.days >> at.day & 1), bool(self.weekdays >> (at.isoweekday() % 7) & 1)
        both = self.days & STAR or self.weekdays & STAR
        return (day and weekday) if both else (day or weekday)


def parse(text: str) -> Schedule:
    """The schedule of a text; raises CronError."""
    return _known(text) if len(text) <= KEPT_MAX else _parsed(text)


def _parsed(text: str) -> Schedule:
    if not text:
        raise CronError("empty spec string")
    text, zone = _without_zone(text)
    if text.startswith("@"):
        return _descriptor(text, zone)
    fields = text.split()
    if len(fields) != 5:
        raise CronError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    return _of_fields(fields, zone)


def _of_fields(fields: list[str], zone: str) -> Schedule:
    minutes, hours, days, months, weekdays = (_field(text, known) for text, known in zip(fields, FIELDS, strict=True))
    return Schedule(minutes, hours, days, months, weekdays, zone=zone)


_known = lru_cache(maxsize=512)(_parsed)


@lru_cache(maxsize=128)
def zone_of(name: str) -> ZoneInfo:
    """A time zone of the IANA database that the package tzdata ships: the same on every machine. Raises CronError."""
    if name in ("", "UTC"):
        name = "UTC"
    parts = name.split("/")
    if any(part in (".", "..") or not ZONE_PART.fullmatch(part) for part in parts):
        raise CronError(f"unknown time zone {name}")
    place = files("tzdata").joinpath("zoneinfo", *parts)
    try:
        with place.open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ValueError) as error:
        raise CronError(f"unknown time zone {name}") from error


def next_after(text: str, zone: str, at: int) -> int | None:
    """The first time after `at` that a schedule names, in a zone ("" is UTC), or None if it never comes within five years."""
    schedule = parse(text)
    if schedule.every:
        return (at // SECOND + schedule.every) * SECOND
    found = _next(schedule, zone_of(schedule.zone or zone), _unix(at))
    return None if found is None else (found - _unix(0)) * SECOND


def rfc3339_in(zone: str, at: int) -> str:
    """A time (µs) as a clock in a zone shows it: RFC 3339 with the zone's offset, "Z" where that is 0."""
    there = _local(_unix(at), zone_of(zone))
    text = there.isoformat(timespec="seconds")
    return text if there.utcoffset() else text[:-6] + "Z"


def _unix(at: int) -> int:
    return int(EPOCH.timestamp()) + at // SECOND


def _without_zone(text: str) -> tuple[str, str]:
    if not text.startswith(("TZ=", "CRON_TZ=")):
        return text, ""
    end, start = text.find(" "), text.index("=") + 1
    if end < 0:
        raise CronError("invalid schedule format: runtime error: slice bounds out of range [:-1]")
    zone = text[start:end]
    try:
        zone_of(zone)
    except CronError as error:
        raise CronError(f"provided bad location {zone}: {error}") from error
    return text[end:].strip(), zone


def _descriptor(text: str, zone: str) -> Schedule:
    if text in DESCRIPTORS:
        return _of_fields(DESCRIPTORS[text].split(), zone)
    if text.startswith("@every "):
        return Schedule(every=_seconds(text), zone=zone)
    raise CronError(f"unrecognized descriptor: {text}")


def _seconds(text: str) -> int:
    """Whole seconds, at least one, of "@every 1h30m"."""
    duration = text.removeprefix("@every ")
    if not DURATION.fullmatch(duration):
        raise CronError(f'failed to parse duration {text}: time: invalid duration "{duration}"')
    parts = re.findall(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", duration)
    total = sum(float(number) * UNITS[unit] for number, unit in parts)
    if total > 2**63 / 1e9:
        raise CronError(f'failed to parse duration {text}: time: invalid duration "{duration}"')
    return max(1, int(-total if duration.startswith("-") else total))


def _field(text: str, bounds: Bounds) -> int:
    bits = 0
    for part in filter(None, text.split(",")):
        bits |= _range(part, bounds)
    return bits


def _range(text: str, bounds: Bounds) -> int:
    """number | number "-" number [ "/" number ], "*" and "?" for all."""
    span, *steps = text.split("/")
    ends = span.split("-")
    star = 0
    if ends[0] in ("*", "?"):
        low, high, star = bounds.low, bounds.high, STAR
    else:
        low = high = _number(ends[0], bounds)
        if len(ends) == 2:
            high = _number(ends[1], bounds)
        elif len(ends) > 2:
            raise CronError(f"too many hyphens: {text}")
    if len(steps) > 1:
        raise CronError(f"too many slashes: {text}")
    step = _integer(steps[0]) if steps else 1
    if steps and len(ends) == 1:
        high = bounds.high
    _check(low, high, step, text, bounds)
    return sum(1 << at for at in range(low, high + 1, step)) | (0 if step > 1 else star)


def _check(low: int, high: int, step: int, text: str, bounds: Bounds) -> None:
    if low < bounds.low:
        raise CronError(f"beginning of range ({low}) below minimum ({bounds.low}): {text}")
    if high > bounds.high:
        raise CronError(f"end of range ({high}) above maximum ({bounds.high}): {text}")
    if low > high:
        raise CronError(f"beginning of range ({low}) beyond end of range ({high}): {text}")
    if step == 0:
        raise CronError(f"step of range should be a positive number: {text}")


def _number(text: str, bounds: Bounds) -> int:
    found = bounds.names.get(text.lower())
    return _integer(text) if found is None else found


def _integer(text: str) -> int:
    if not re.fullmatch(r"[-+]?[0-9]{1,18}", text):
        why = "value out of range" if re.fullmatch(r"[-+]?[0-9]+", text) else "invalid syntax"
        raise CronError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": {why}')
    if int(text) < 0:
        raise CronError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


def _next(schedule: Schedule, zone: ZoneInfo, after: int) -> int | None:
    """Unix seconds. Each field is moved on until it fits; when one wraps around, those before it are looked at again."""
    at, limit = after + 1, _local(after + 1, zone).year + YEARS
    moved = False
    while (now := _local(at, zone)).year <= limit:
        if not schedule.months >> now.month & 1:
            at, moved = _instant(datetime(now.year + now.month // 12, now.month % 12 + 1, 1), zone), True
        elif not schedule.day_matches(now):
            at, moved = _next_midnight(now, zone), True
        elif not schedule.hours >> now.hour & 1:
            start = at if moved else _instant(datetime(now.year, now.month, now.day, now.hour), zone)
            at, moved = start + 3600, True
        elif not schedule.minutes >> now.minute & 1 or at % 60:
            at, moved = at - at % 60 + 60, True
        else:
            return at
    return None


def _next_midnight(now: datetime, zone: ZoneInfo) -> int:
    """The start of the next day; where midnight does not exist, the hour after it."""
    at = _instant(datetime(now.year, now.month, now.day) + timedelta(days=1), zone)
    hour = _local(at, zone).hour
    return at if hour == 0 else at + (24 - hour) * 3600 if hour > 12 else at - hour * 3600


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(zone)


def _offset(at: int, zone: ZoneInfo) -> int:
    found = _local(at, zone).utcoffset()
    return 0 if found is None else int(found.total_seconds())


def _instant(wall: datetime, zone: ZoneInfo) -> int:
    """The Unix time of a reading of the clock, chosen as Go's `time.Date` does."""
    unix = int(wall.replace(tzinfo=UTC).timestamp())
    return unix - _offset(unix - _offset(unix, zone), zone)
