"""Schedules: what they name, in which zone, and upstream's words for what is none."""

from __future__ import annotations

import pytest

from cluster_core.api.cron import CronError, next_after, parse, rfc3339_in, zone_of
from cluster_core.api.timestamp import parse as at
from cluster_core.api.timestamp import rfc3339

NEXT = [
    ("*/5 * * * *", "", "2025-01-01T00:03:10Z", "2025-01-01T00:05:00Z"),
    ("*/5 * * * *", "", "2025-01-01T00:05:00Z", "2025-01-01T00:10:00Z"),
    ("0 0 29 2 *", "", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
    ("0 0 13 * fri", "", "2025-01-01T00:00:00Z", "2025-01-03T00:00:00Z"),
    ("0 0 13 * *", "", "2025-01-01T00:00:00Z", "2025-01-13T00:00:00Z"),
    ("15,45 8-10/2 * jan,jul *", "", "2025-01-01T08:20:00Z", "2025-01-01T08:45:00Z"),
    ("15,45 8-10/2 * jan,jul *", "", "2025-01-31T10:50:00Z", "2025-07-01T08:15:00Z"),
    ("0 9 * * mon-fri", "Asia/Shanghai", "2025-01-03T12:00:00Z", "2025-01-06T01:00:00Z"),
    ("TZ=Asia/Tokyo 0 0 * * *", "", "2025-01-01T00:00:00Z", "2025-01-01T15:00:00Z"),
    ("@weekly", "", "2025-01-01T00:00:00Z", "2025-01-05T00:00:00Z"),
    ("@every 90s", "", "2025-01-01T00:00:01Z", "2025-01-01T00:01:31Z"),
    ("@every 10ms", "", "2025-01-01T00:00:01Z", "2025-01-01T00:00:02Z"),
    # Clocks go forward at 2:00 and back at 3:00: half past two does not exist, or comes twice.
    ("30 2 * * *", "Europe/Berlin", "2025-03-29T12:00:00Z", "2025-03-31T00:30:00Z"),
    ("30 2 * * *", "Europe/Berlin", "2025-10-25T12:00:00Z", "2025-10-26T00:30:00Z"),
    ("30 2 * * *", "Europe/Berlin", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z"),
    # Midnight did not exist.
    ("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-05T02:00:00Z"),
    ("0 3 4 11 *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-04T05:00:00Z"),
]
WRONG = [
    ("", "empty spec string"),
    ("* * *", "expected exactly 5 fields, found 3: [* * *]"),
    ("60 * * * *", "end of range (60) above maximum (59): 60"),
    ("0 0 0 * *", "beginning of range (0) below minimum (1): 0"),
    ("* * * * 7", "end of range (7) above maximum (6): 7"),
    ("5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"),
    ("*/0 * * * *", "step of range should be a positive number: */0"),
    ("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
    ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
    ("1/2/3 * * * *", "too many slashes: 1/2/3"),
    ("@often", "unrecognized descriptor: @often"),
    ("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'),
    ("TZ=Nowhere * * * * *", "provided bad location Nowhere: unknown time zone Nowhere"),
    ("TZ=UTC", "invalid schedule format: runtime error: slice bounds out of range [:-1]"),
    ("9" * 300 + " * * * *", "value out of range"),
]


@pytest.mark.parametrize(("text", "zone", "after", "expected"), NEXT)
def test_next_times(text: str, zone: str, after: str, expected: str) -> None:
    found = next_after(text, zone, at(after))
    assert found is not None and rfc3339(found) == expected


def test_a_day_that_never_comes() -> None:
    assert next_after("0 0 31 2 *", "", 0) is None


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_what_is_no_schedule(text: str, words: str) -> None:
    with pytest.raises(CronError) as failure:
        parse(text)
    assert words in str(failure.value)


@pytest.mark.parametrize("name", ["Nowhere", "../etc/passwd", "Europe", "tzdata.zi", "", "Europe//Berlin"])
def test_time_zones_come_from_the_database_only(name: str) -> None:
    if not name:
        assert zone_of(name).key == "UTC"
        return
    with pytest.raises(CronError, match="unknown time zone"):
        zone_of(name)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("", "2025-01-01T00:01:00Z"),
        ("Europe/London", "2025-01-01T00:01:00Z"),
        ("Asia/Kolkata", "2025-01-01T05:31:00+05:30"),
    ],
)
def test_a_time_as_a_clock_in_a_zone_shows_it(zone: str, text: str) -> None:
    assert rfc3339_in(zone, 60_000_000) == text
