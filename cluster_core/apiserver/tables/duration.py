"""Times as kubectl's AGE column tells them: two or three significant figures. Upstream: apimachinery `util/duration/duration.go`."""

from __future__ import annotations

from cluster_core.api.timestamp import parse

UNKNOWN = "<unknown>"
INVALID = "<invalid>"
SECOND, MINUTE, HOUR, DAY, YEAR = 1, 60, 3600, 86400, 365 * 86400


def human(us: int) -> str:
    """A span in µs: "59s", "4m30s", "7h5m", "3d4h", "2y10d"; "<invalid>" for more than a second in the future."""
    seconds = abs(us) // 1_000_000 * (1 if us >= 0 else -1)
    if seconds < -1:
        return INVALID
    if seconds < 2 * MINUTE:
        return f"{max(seconds, 0)}s"
    if seconds < 3 * HOUR:
        return _two(seconds, (MINUTE, "m"), (SECOND, "s"), fine=seconds < 10 * MINUTE)
    if seconds < 2 * DAY:
        return _two(seconds, (HOUR, "h"), (MINUTE, "m"), fine=seconds < 8 * HOUR)
    if seconds < 2 * YEAR:
        return _two(seconds, (DAY, "d"), (HOUR, "h"), fine=seconds < 8 * DAY)
    return _two(seconds, (YEAR, "y"), (DAY, "d"), fine=seconds < 8 * YEAR)


def _two(seconds: int, large: tuple[int, str], small: tuple[int, str], fine: bool) -> str:
    rest = seconds % large[0] // small[0]
    text = f"{seconds // large[0]}{large[1]}"
    return f"{text}{rest}{small[1]}" if fine and rest else text


def since(stamp: str | None, now: int) -> str:
    """How long ago an RFC 3339 time was at `now` (µs); "<unknown>" for an unset one."""
    return human(now - parse(stamp)) if stamp else UNKNOWN
