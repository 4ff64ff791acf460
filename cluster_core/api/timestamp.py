"""Virtual time (µs since the start of the run) as RFC 3339 and back. Runs start at 2025-01-01T00:00:00Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
_EPOCH_NS = int(EPOCH.timestamp()) * 1_000_000_000


def rfc3339(us: int) -> str:
    """Seconds resolution, as metadata.creationTimestamp."""
    return (EPOCH + timedelta(seconds=us // 1_000_000)).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro(us: int) -> str:
    """Microseconds, as MicroTime in a Lease."""
    return (EPOCH + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> int:
    """µs since the start of the run; ValueError if it is not RFC 3339."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def unix_nanoseconds(us: int) -> int:
    """Nanoseconds since 1970."""
    return _EPOCH_NS + us * 1000
