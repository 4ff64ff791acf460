"""Virtual time (µs since the start of the run) as RFC 3339 and back. Runs start at 2025-01-01T00:00:00Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
_EPOCH_NS = int(EPOCH.timestamp()) * 1_000_000_000


def rfc3339(us: int) -> str:
    """Seconds resolution, as metadata.creationTimestamp."""
    return _seconds(us // 1_000_000)


@lru_cache(maxsize=4096)
def _seconds(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro(us: int) -> str:
    """Microseconds, as MicroTime in a Lease."""
    return (EPOCH + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=4096)
def parse(text: str) -> int:
    """µs since the start of the run; ValueError if it is not RFC 3339."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def rfc1123z(us: int) -> str:
    """ "Wed, 01 Jan 2025 00:00:03 +0000", as kubectl describe prints it."""
    return (EPOCH + timedelta(microseconds=us)).strftime("%a, %d %b %Y %H:%M:%S +0000")


def http_date(us: int) -> str:
    """ "Wed, 01 Jan 2025 00:00:03 GMT", as in the headers of HTTP."""
    return (EPOCH + timedelta(microseconds=us)).strftime("%a, %d %b %Y %H:%M:%S GMT")


def unix_nanoseconds(us: int) -> int:
    """Nanoseconds since 1970."""
    return _EPOCH_NS + us * 1000
