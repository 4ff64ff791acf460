"""What a live run knows of the clients of its Kubernetes API: what they asked, how much they may, who waits for news."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings

from explorer.kubeapi.bucket import Bucket
from explorer.protocol import ClientSeen

RECENT_MAX = 200
TOLD_PER_SECOND = 20
ENCODED_MAX = 2048
ENCODED_BYTES_MAX = 4 * 1024 * 1024


class Encoded:
    """Watch events as rows and as metadata, so that watchers who ask for the same form share one encoding. The oldest go.

    An entry keeps the object that it is of: so long the object's identity, which is in the key, is nobody else's.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[Any, tuple[Any, bytes]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Any, obj: Any) -> bytes | None:
        """An event that somebody was sent before."""
        found = self._found.get(key)
        return found[1] if found is not None and found[0] is obj else None

    def put(self, key: Any, obj: Any, data: bytes) -> None:
        """Keep an event for the others."""
        if key in self._found or len(data) > ENCODED_BYTES_MAX // 8:
            return
        self._found[key] = obj, data
        self._bytes += len(data)
        while self._bytes > ENCODED_BYTES_MAX or len(self._found) > ENCODED_MAX:
            self._bytes -= len(self._found.popitem(last=False)[1][1])


class Clients:
    """The clients of one run. Only the event loop's thread touches it."""

    def __init__(self) -> None:
        self.count = 0
        self.watches = 0
        self.streams = 0
        # Sessions of exec and attach that somebody is connected to.
        self.sessions: set[str] = set()
        self.under_way = 0
        self.bucket = Bucket(settings.CLIENT_QPS, settings.CLIENT_BURST)
        self.encoded = Encoded()
        # Counts up when kubeconfigs are revoked: who came in before has to go.
        self.generation = 0
        self._recent: deque[ClientSeen] = deque(maxlen=RECENT_MAX)
        self._told: deque[float] = deque(maxlen=TOLD_PER_SECOND)
        self._skipped = 0
        self._mark: Any = None
        self._news: dict[str, tuple[asyncio.Future[None], int]] = {}
        self._changed: Mapping[str, int] = {}
        self._pulse: asyncio.Future[None] | None = None

    def recent(self) -> list[dict[str, Any]]:
        """The last requests, oldest first."""
        return [
            {name: value for name, value in msgspec.structs.asdict(seen).items() if name != "skipped"}
            for seen in self._recent
        ]

    def remember(self, seen: ClientSeen) -> str | None:
        """A request is answered: keep it, and say what viewers are told of it (None: too many in this second, counted instead)."""
        self.count += 1
        seen.number = self.count
        self._recent.append(seen)
        now = time.monotonic()
        if len(self._told) == TOLD_PER_SECOND and now - self._told[0] < 1:
            self._skipped += 1
            return None
        self._told.append(now)
        seen.skipped, self._skipped = self._skipped, 0
        return msgspec.json.encode(seen).decode()

    def moved(self, mark: Any, changed: Mapping[str, int]) -> None:
        """The run may have moved: wake those that wait for a resource that has changed, all if its place is another one.

        `mark` is what its history is; `changed` has the revision of the last change of each resource.
        """
        self._changed = changed
        self._beat()
        if mark != self._mark:
            self._mark = mark
            self.wake()
            return
        for resource, (news, at) in list(self._news.items()):
            if changed.get(resource, 0) != at:
                del self._news[resource]
                _ring(news)

    def hang_up(self) -> None:
        """End what is open: the kubeconfigs that let it in do not hold any more."""
        self.generation += 1
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self._beat()
        waiting, self._news = self._news, {}
        for news, _ in waiting.values():
            _ring(news)

    def pulse(self) -> asyncio.Future[None]:
        """Done when the run may have moved; to be asked for before looking."""
        if self._pulse is None:
            self._pulse = asyncio.get_running_loop().create_future()
        return self._pulse

    def _beat(self) -> None:
        pulse, self._pulse = self._pulse, None
        if pulse is not None:
            _ring(pulse)

    def news(self, resource: str) -> asyncio.Future[None]:
        """Done when the resource has changed; to be asked for before looking."""
        if resource not in self._news:
            at = self._changed.get(resource, 0)
            self._news[resource] = asyncio.get_running_loop().create_future(), at
        return self._news[resource][0]


def _ring(news: asyncio.Future[None]) -> None:
    if not news.done():
        news.set_result(None)
