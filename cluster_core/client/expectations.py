"""Expectations: what a controller has asked for and not yet seen in its cache. Upstream: `pkg/controller/controller_utils.go`."""

from __future__ import annotations

from dataclasses import dataclass, field

TIMEOUT_US = 300_000_000


@dataclass(slots=True)
class _Awaited:
    since: int
    creations: int = 0
    deletions: dict[str, None] = field(default_factory=dict)


class Expectations:
    """Awaited creations and deletions by key; after five minutes a controller acts all the same."""

    def __init__(self) -> None:
        self._awaited: dict[str, _Awaited] = {}

    def satisfied(self, key: str, now: int) -> bool:
        """Whether nothing is awaited (any more)."""
        awaited = self._awaited.get(key)
        if awaited is None:
            return True
        return (awaited.creations <= 0 and not awaited.deletions) or now - awaited.since > TIMEOUT_US

    def expect_creations(self, key: str, count: int, now: int) -> None:
        """`count` objects were asked for."""
        self._awaited[key] = _Awaited(now, creations=count)

    def expect_deletions(self, key: str, uids: list[str], now: int) -> None:
        """These objects were asked to go."""
        self._awaited[key] = _Awaited(now, deletions=dict.fromkeys(uids))

    def expect(self, key: str, creations: int, uids: list[str], now: int) -> None:
        """Objects were asked for, and others were asked to go."""
        self._awaited[key] = _Awaited(now, creations, dict.fromkeys(uids))

    def created(self, key: str) -> None:
        """One was seen, or will not come."""
        if key in self._awaited:
            self._awaited[key].creations -= 1

    def deleted(self, key: str, uid: str) -> None:
        """One was seen to go, or will not go."""
        if key in self._awaited:
            self._awaited[key].deletions.pop(uid, None)

    def forget(self, key: str) -> None:
        """The owner is gone."""
        self._awaited.pop(key, None)
