"""What becomes of an Event before it is written: repeats counted, similar ones combined, floods about one object cut off.

Upstream: client-go `tools/record/events_cache.go`, with its defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.sim.kernel import US_PER_SECOND

CACHE_MAX = 4096
SIMILAR_MAX = 10
SIMILAR_US = 600 * US_PER_SECOND
SPAM_BURST = 25
SPAM_REFILL_US = 300 * US_PER_SECOND
COMBINED = "(combined from similar events): "

Key = tuple[str, ...]


@dataclass(slots=True)
class Observed:
    """An Event that was written: the name it has, when it was first seen, how often."""

    name: str
    first: int
    count: int = 1


@dataclass(slots=True)
class _Similar:
    """The messages of one reason about one object lately."""

    at: int
    messages: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Bucket:
    """The tokens of one object: a burst, then one every five minutes."""

    at: int
    tokens: float = SPAM_BURST


class EventCorrelator:
    """Memory of the Events of one component, by object (`about`) and by what they say."""

    def __init__(self) -> None:
        self.observed: dict[Key, Observed] = {}
        self._similar: dict[Key, _Similar] = {}
        self._buckets: dict[str, _Bucket] = {}

    def combine(self, about: str, kind: str, reason: str, message: str, now: int) -> tuple[Key, str]:
        """The key and the message under which an Event is counted: from the tenth different message on, one for all of them."""
        group = (about, kind, reason)
        similar = self._similar.pop(group, None)
        if similar is None or now - similar.at > SIMILAR_US:
            similar = _Similar(now)
        similar.messages[message] = None
        similar.at = now
        _remember(self._similar, group, similar)
        if len(similar.messages) < SIMILAR_MAX:
            return (*group, message), message
        del similar.messages[next(iter(similar.messages))]
        return group, COMBINED + message

    def observe(self, key: Key, name: str, now: int) -> Observed:
        """Count an Event: the one that was written under the key, or a new one called `name`."""
        known = self.observed.pop(key, None)
        if known is None:
            known = Observed(name, now)
        else:
            known.count += 1
        _remember(self.observed, key, known)
        return known

    def is_spam(self, about: str, now: int) -> bool:
        """Whether there have been too many Events about an object."""
        bucket = self._buckets.pop(about, None) or _Bucket(now)
        _remember(self._buckets, about, bucket)
        bucket.tokens = min(SPAM_BURST, bucket.tokens + (now - bucket.at) / SPAM_REFILL_US)
        bucket.at = now
        if bucket.tokens < 1:
            return True
        bucket.tokens -= 1
        return False

    def forget(self, key: Key) -> None:
        """The Event of a key is gone: the next one is new."""
        self.observed.pop(key, None)


def _remember(cache: dict[Any, Any], key: Any, value: Any) -> None:
    cache[key] = value
    if len(cache) > CACHE_MAX:
        del cache[next(iter(cache))]
