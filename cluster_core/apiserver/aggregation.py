"""The aggregation layer: groups that an extension API server answers. Upstream: kube-aggregator `pkg/apiserver/handler_proxy.go`.

Real Kubernetes proxies such a request to the Service that the APIService names, and the program behind it asks for the user's rights a
second time; here the program is asked in the same moment, and only whether one of its pods is within reach decides.
"""

from __future__ import annotations

from typing import Protocol

from cluster_core.api.conversion import Form
from cluster_core.api.errors import unavailable
from cluster_core.api.kinds.metric_values import AGGREGATED
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.served_kinds import ServedKinds
from cluster_core.apiserver.watch_cache import Change, WatchCache

API_SERVICES = "apiservices.apiregistration.k8s.io"
UNAVAILABLE = "the server is currently unable to handle the request"


class Extension(Protocol):
    """A program that serves an API group."""

    def is_available(self) -> bool:
        """Whether a request would find it."""

    def answer(self, form: Form, request: Request) -> Obj:
        """What it says to a get or a list. Raises ApiError."""


class Extensions:
    """The extension API servers of a cluster, by group."""

    def __init__(self) -> None:
        self.groups: dict[str, Extension] = {}

    def answer(self, form: Form, request: Request) -> Obj:
        """What the extension of the group says. Raises 503 when nobody is there."""
        extension = self.groups.get(form.kind.group)
        if extension is None or not extension.is_available():
            raise unavailable(UNAVAILABLE)
        return extension.answer(form, request)


def follow(kinds: ServedKinds, cache: WatchCache, changes: list[Change] | None = None) -> None:
    """Serve the kinds of groups for which there is an APIService, when one of the `changes` may matter (None: something has). Those of
    metrics.k8s.io are always served, or 503."""
    if changes is not None and not any(change.resource == API_SERVICES for change in changes):
        return
    services = cache.of(API_SERVICES)
    wanted = {kind.resource: kind for kind in AGGREGATED if f"{kind.version}.{kind.group}" in services}
    if wanted.keys() != kinds.aggregated.keys():
        kinds.aggregated = wanted
        kinds.generation += 1


def is_aggregated(form: Form) -> bool:
    """Whether an extension answers for a kind."""
    return form.kind.group.endswith("metrics.k8s.io")
