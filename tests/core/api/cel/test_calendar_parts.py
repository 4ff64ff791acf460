"""Parts of times."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value

AT = "timestamp('2024-03-05T23:30:07.250Z')"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{AT}.getFullYear()", 2024),
        (f"{AT}.getMonth()", 2),
        (f"{AT}.getDate()", 5),
        (f"{AT}.getDayOfMonth()", 4),
        (f"{AT}.getDayOfWeek()", 2),
        (f"{AT}.getDayOfYear()", 64),
        (f"{AT}.getHours()", 23),
        (f"{AT}.getHours('+02:00')", 1),
        (f"{AT}.getDate('Asia/Shanghai')", 6),
        (f"{AT}.getMinutes()", 30),
        (f"{AT}.getSeconds()", 7),
        (f"{AT}.getMilliseconds()", 250),
        ("duration('1h30m5s').getMinutes()", 90),
        ("duration('-90s').getMinutes()", -1),
    ],
)
def test_parts(source: str, expected: int) -> None:
    assert value(source) == expected


def test_an_unknown_zone() -> None:
    assert failure(f"{AT}.getHours('Mars/Base')") == "unknown time zone Mars/Base"
    assert failure(f"{AT}.getHours('../etc')") == "unknown time zone ../etc"
