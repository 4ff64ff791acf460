"""Dates from virtual time."""

from __future__ import annotations

import pytest

from cluster_core.shell.dates import formatted, ls_time

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("at", "template", "expected"),
    [(0, "%F %T", "2025-01-01 00:00:00"), (59 * DAY, "%a %b %e %j", "Sat Mar  1 060"), (13 * 3_600_000_000, "%I %p %k", "01 PM 13"),
     (1_500_000, "%s.%N", "1735689601.500000000"), (0, "%-d %% %q", "1 % %q"), (4 * DAY, "%u %w %A", "7 0 Sunday")],
)  # fmt: skip
def test_formats(at: int, template: str, expected: str) -> None:
    assert formatted(at, template) == expected


def test_old_files_show_their_year() -> None:
    assert (ls_time(0, DAY), ls_time(0, 300 * DAY)) == ("Jan  1 00:00", "Jan  1  2025")
