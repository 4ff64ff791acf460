"""What becomes of an Event before it is written: repeats counted, similar ones combined, floods about one object cut off.

Upstream: client-go `tools/record/events_cache.go`, with its defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.shelf import Shelf

CACHE_MAX = 4096
SIMILAR_MAX = 10
SIMILAR_US = 600 * US_PER_SECOND
SPAM_BURST = 25
SPAM_REFILL_US = 300 * US_PER_SECOND
COMBINED = "(combined from similar events): "

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """An Event that was written: the name it has, when it was first seen, how often."""

    name: str
    first: int
    count: int = 1


# When one reason about one object was last met, and its messages lately, the newest last.
_Similar = tuple[int, tuple[str, ...]]
# When the tokens of one object were last counted, and how many there were: a burst, then one every five minutes.
_Bucket = tuple[int, float]


class EventCorrelator:
    """Memory of the Events of one component, by object (`about`) and by what they say."""

    def __init__(self) -> None:
        self.observed: Shelf[Key, Observed] = Shelf()
        self._similar: Shelf[Key, _Similar] = Shelf()
        self._buckets: Shelf[str, _Bucket] = Shelf()

    def combine(self, about: str, kind: str, reason: str, message: str, now: int) -> tuple[Key, str]:
        """The key and the message under which an Event is counted: from the tenth different message on, one for all of them."""
        group = (about, kind, reason)
        at, messages = self._similar.pop(group, (now, ()))
        if now - at > SIMILAR_US:
            messages = ()
        if message not in messages:
            messages = (*messages, message)
        many = len(messages) >= SIMILAR_MAX
        _remember(self._similar, group, (now, messages[1:] if many else messages))
        return (group, COMBINED + message) if many else ((*group, message), message)

    def observe(self, key: Key, name: str, now: int) -> Observed:
        """Count an Event: the one that was written under the key, or a new one called `name`."""
        known = self.observed.pop(key, None)
        known = Observed(name, now) if known is None else Observed(known.name, known.first, known.count + 1)
        _remember(self.observed, key, known)
        return known

    def is_spam(self, about: str, now: int) -> bool:
        """Whether there have been too many Events about an object."""
        at, tokens = self._buckets.pop(about, (now, SPAM_BURST))
        tokens = min(SPAM_BURST, tokens + (now - at) / SPAM_REFILL_US)
        spam = tokens < 1
        _remember(self._buckets, about, (now, tokens if spam else tokens - 1))
        return spam

    def forget(self, key: Key) -> None:
        """The Event of a key is gone: the next one is new."""
        self.observed.pop(key, None)


def _remember(cache: dict[Any, Any], key: Any, value: Any) -> None:
    cache[key] = value
    if len(cache) > CACHE_MAX:
        del cache[next(iter(cache))]
