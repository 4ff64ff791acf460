"""Requests that the server makes to a run's Kubernetes API itself, for the terminal in the browser: the same way in, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from django.conf import settings

from cluster_core.api.errors import ApiError
from cluster_core.api.place import place_of, segments_of
from explorer.kubeapi import resources
from explorer.kubeapi.app import serve_visitor
from explorer.kubeapi.door import ADMIN, ADMIN_GROUPS, Visitor, impersonated
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.refusals import refused
from explorer.kubeapi.visit import Visit
from explorer.live import LiveRun

AGENT = "kubectl/v1.33.1 (terminal)"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
ACCEPTS = {"json": "application/json", "table": TABLE, "text": "*/*"}
VIEW_ONLY = "this run is somebody else's: you may look, and open a share link for your own copy"
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Inside:
    """Somebody in the browser who speaks to the Kubernetes API of a run as its administrator; a viewer may only look.

    `impersonate`: the headers that kubectl sends for `--as`.
    """

    def __init__(self, live: LiveRun, may_change: bool) -> None:
        self.live = live
        # The address that the kubeconfigs of a real kubectl would have, but for their host.
        self.server = f"{settings.PUBLIC_URL or 'https://localhost'}/k8s/{live.id}"
        self.impersonate: list[tuple[str, str]] = []
        self.may_change = may_change

    async def call(
        self, method: str, url: str, accept: str, body: bytes = b"", content_type: str = ""
    ) -> tuple[int, bytes, tuple[str, ...]]:
        """One request: code, body and warnings of its answer."""
        answer = _Answer()
        exchange = self._exchange(method, url, accept, content_type, body, answer)
        visit = Visit(exchange)
        try:
            exchange.read_query()
            if method != "GET" and not self.may_change:
                raise ApiError(403, "Forbidden", VIEW_ONLY)
            await serve_visitor(exchange, visit, self.visitor(exchange), segments_of(exchange.path))
        except Exception as error:
            if exchange.code:
                raise
            await exchange.fail(refused(error))
        finally:
            visit.tell()
        return answer.code, b"".join(answer.parts), exchange.warnings

    async def watch(self, url: str, accept: str, gone: asyncio.Future[Any]) -> AsyncIterator[list[tuple[str, Any]]]:
        """The events of a watch, as they come, until it ends or nobody wants them any more. Raises ApiError."""
        exchange = self._exchange("GET", url, accept, "", b"", _Answer())
        exchange.read_query()
        place = place_of(segments_of(exchange.path))
        assert place is not None, "kubectl watches resources only"
        visitor = self.visitor(exchange)
        asked = resources.asked_of(exchange, visitor, place)
        async for piece in resources.opened_watch(exchange, visitor, asked).pieces(gone):
            events = [msgspec.json.decode(line) for line in piece]
            yield [(event["type"], event["object"]) for event in events]

    def exchange(self, url: str) -> Exchange:
        """A GET whose answer nobody reads, for what is a stream. Its query is read."""
        found = self._exchange("GET", url, ACCEPTS["text"], "", b"", _Answer())
        found.read_query()
        return found

    def visitor(self, exchange: Exchange) -> Visitor:
        """Who asks: the administrator, or whom `--as` names."""
        return Visitor(self.live, ADMIN, ADMIN_GROUPS, impersonated(exchange))

    def _exchange(
        self, method: str, url: str, accept: str, content_type: str, body: bytes, answer: _Answer
    ) -> Exchange:
        parts = urlsplit(url)
        headers = [(b"accept", accept.encode()), (b"user-agent", AGENT.encode())]
        headers += [(name.lower().encode(), value.encode()) for name, value in self.impersonate]
        if content_type:
            headers.append((b"content-type", content_type.encode()))

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        scope = {"type": "http", "method": method, "query_string": parts.query.encode(), "headers": headers}
        return Exchange(scope, receive, answer.take, quote(parts.path, safe="/%:"))


class _Answer:
    """What is sent: its code and the parts of its body."""

    def __init__(self) -> None:
        self.code = 0
        self.parts: list[bytes] = []

    async def take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.code = message["status"]
        else:
            self.parts.append(message.get("body", b""))
