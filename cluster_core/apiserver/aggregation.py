"""The aggregation layer: groups that an extension API server answers. Upstream: kube-aggregator `pkg/apiserver/handler_proxy.go`.

Real Kubernetes proxies such a request to the Service that the APIService names, and the program behind it asks for the user's rights a
second time; here the program is asked in the same moment, and only whether one of its pods is within reach decides.
"""

from __future__ import annotations

from typing import Protocol

from cluster_core.api.conversion import Form
from cluster_core.api.errors import unavailable
from cluster_core.api.request import Obj, Request

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


def is_aggregated(form: Form) -> bool:
    """Whether an extension answers for a kind."""
    return form.kind.group.endswith("metrics.k8s.io")
