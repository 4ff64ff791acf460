"""A tap: the watch of a client outside of the simulation. It reads the history of the watch cache and leaves no trace there.

    tap = Tap(lambda: cluster.world.apiserver, request)     # raises ApiError: 400, 403, 404, 405, 422, 503
    while not tap.ended:
        for kind, obj in tap.poll(): …                      # ADDED, MODIFIED, DELETED, BOOKMARK or ERROR, and the object

`poll` gives what happened since the last one, oldest first, in the version that the client speaks; the same objects for every tap of
the stored version. The history is the buffer: a tap that is not read holds nothing, and one that comes too late gets the ERROR event of
a 410 and ends. So does one whose world has been replaced (a seek, a fork), and one that asks for a revision of the future: after a
seek, the client has seen a revision that has not happened. When the API server crashes, the tap ends without an event, as a connection
that breaks. `bookmark` may be sent about once a minute and before a timeout to a client that wants bookmarks.

Upstream: apiserver `storage/cacher/{cacher,cache_watcher}.go`, `endpoints/handlers/watch.go`. Real Kubernetes pushes events into a
channel per watch, closes the watch of a client that does not read, and lets a watch of a future revision wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster_core.api.errors import ApiError, expired, method_not_allowed
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.ownership import with_managed_fields
from cluster_core.apiserver.list_options import watch_options
from cluster_core.apiserver.reading import as_shown, filter_of
from cluster_core.apiserver.watch_cache import seen

if TYPE_CHECKING:
    from cluster_core.apiserver.server import ApiServer

INITIAL_EVENTS_END = "k8s.io/initial-events-end"
REPLACED = "The resourceVersion for the provided watch is too old: this run was moved to another moment."
Event = tuple[str, Obj]


class Tap:
    """One watch: its filter and the revision up to which it has been told. `bookmarks`: whether the client wants them."""

    __slots__ = (
        "_begins",
        "_cache",
        "_current",
        "_filter",
        "_form",
        "_generation",
        "_kind",
        "_server",
        "bookmarks",
        "ended",
        "revision",
    )

    def __init__(self, current: Callable[[], ApiServer], request: Request) -> None:
        """`current` gives the API server of the moment."""
        server = current()
        form, options = server.routed(request), watch_options(request.options)
        if "watch" not in form.kind.verbs:
            raise method_not_allowed()
        self._current, self._server, self._cache = current, server, server.cache
        self._form, self._filter = form, filter_of(form.kind, request)
        self._begins, self.bookmarks = options.initial_events, options.bookmarks
        self.revision = options.revision or server.cache.revision
        self._generation, self._kind = server.kinds.generation, server.kinds.find(form.kind.resource)
        self.ended = False

    @property
    def resource(self) -> str:
        """The resource whose changes it tells of, as the cache has it: who waits for them looks at `WatchCache.changed`."""
        return self._filter.resource

    def poll(self) -> list[Event]:
        """What happened since the last poll; an ERROR is the last event of a tap."""
        cache = self._cache
        if self.ended:
            return []
        if self._current() is not self._server:
            return self._end(expired(REPLACED))
        if self._server.cache is not cache:
            self.ended = True
            return []
        if self.revision > cache.revision:
            return self._end(expired(f"too old resource version: {self.revision} ({cache.revision})"))
        if self._generation != self._server.kinds.generation and not self._is_served():
            self.ended = True
            return []
        found = self._first() if self._begins else self._news()
        self.revision = cache.revision if not self.ended else self.revision
        return found

    def _is_served(self) -> bool:
        """Whether the kind is still what it was: a changed CustomResourceDefinition ends the watches of its objects."""
        kinds = self._server.kinds
        self._generation = kinds.generation
        return kinds.find(self._form.kind.resource) is self._kind

    def bookmark(self, initial_events_end: bool = False) -> Event:
        """How far the client has been told: it may begin its next watch there."""
        metadata: Obj = {"resourceVersion": str(self.revision), "creationTimestamp": None}
        if initial_events_end:
            metadata["annotations"] = {INITIAL_EVENTS_END: "true"}
        return "BOOKMARK", {"kind": self._form.kind.kind, "apiVersion": self._form.api_version, "metadata": metadata}

    def _first(self) -> list[Event]:
        """Everything that there is, as ADDED, and where that ends."""
        self._begins = False
        kind, now = self._form.kind, self._server.sim.now
        self.revision = self._cache.revision
        found = [
            ("ADDED", self._form.shown(as_shown(kind, with_managed_fields(obj, kind), now)))
            for obj in self._cache.select(self._filter)
        ]
        return [*found, self.bookmark(initial_events_end=True)] if self.bookmarks else found

    def _news(self) -> list[Event]:
        try:
            changes = self._cache.news(self._filter.resource, self.revision)
        except ApiError as error:
            return self._end(error)
        events = [event for change in changes for event in seen(self._filter, change)]
        owned = [(kind, with_managed_fields(obj, self._form.kind)) for kind, obj in events]
        return owned if self._form.stored else [(kind, self._form.shown(obj)) for kind, obj in owned]

    def _end(self, error: ApiError) -> list[Event]:
        self.ended = True
        return [("ERROR", error.status())]
