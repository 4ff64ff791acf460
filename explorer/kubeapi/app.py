"""The Kubernetes API of every run, as an ASGI application in front of Django.

    /k8s/<run>/…          with a bearer token, over HTTPS
    /k8s-open/<secret>/…  the address is the secret: for plain HTTP
    /api/…, /apis/… etc.  with a kubeconfig's token, which says the run: `kubectl get --raw` leaves out the path of the server's address

Nothing here redirects, looks at cookies or at Origin, or answers with HTML: a kubeconfig's secret is the only way in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings

from cluster_core.api.errors import ApiError, method_not_allowed, unknown_resource
from cluster_core.api.place import place_of, segments_of
from explorer.kubeapi import documents, resources, watching
from explorer.kubeapi.credentials import PATH, TOKEN, run_of
from explorer.kubeapi.door import Visitor, enter
from explorer.kubeapi.exchange import ADDRESS_MAX, Exchange, Gone
from explorer.kubeapi.refusals import deny, refused
from explorer.kubeapi.streams import streaming
from explorer.kubeapi.visit import Visit
from explorer.owner import bearer
from explorer.security import KUBERNETES

RETRY_S = 1
VERSION = ["version"]
VARIANTS = {"k8s": TOKEN, "k8s-open": PATH}
AT_THE_ROOT = (b"/api", b"/openapi/", b"/healthz", b"/livez", b"/readyz", b"/metrics", b"/version")


class KubernetesApi:
    """ASGI middleware: what is addressed to a run's Kubernetes API never reaches Django."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Look at the path."""
        raw = raw_path(scope) if scope["type"] in ("http", "websocket") else b""
        if raw.startswith(KUBERNETES):
            _, prefix, key, *rest = [*raw.decode("latin-1").split("/", 3), "", ""][:4]
            await _serve(Exchange(scope, receive, send, "/" + rest[0]), VARIANTS[prefix], key)
        elif raw.startswith(AT_THE_ROOT) and (run_id := await _run_of(scope)) is not None:
            await _serve(Exchange(scope, receive, send, raw.decode("latin-1")), TOKEN, run_id)
        else:
            await self.app(scope, receive, send)


async def _serve(exchange: Exchange, variant: str, key: str) -> None:
    visit = Visit(exchange)
    serve = serve_http if exchange.scope["type"] == "http" else serve_websocket
    try:
        await serve(exchange, visit, variant, key)
    finally:
        visit.tell()


async def _run_of(scope: dict[str, Any]) -> str | None:
    """The run of a request that carries a kubeconfig's token."""
    for name, value in scope.get("headers", ()):
        if name.lower() == b"authorization":
            return await run_of(bearer(value.decode("latin-1")))
    return None


def raw_path(scope: dict[str, Any]) -> bytes:
    """The path as it was sent, percent signs and all."""
    raw: bytes = scope.get("raw_path") or quote(scope.get("path", "")).encode()
    return raw.partition(b"?")[0]


async def serve_http(exchange: Exchange, visit: Visit, variant: str, key: str) -> None:
    """A request: every failure is answered with a Status."""
    try:
        await _served(exchange, visit, variant, key)
    except Gone:
        return
    except Exception as error:
        if exchange.code:
            # The head of the answer is out: it can only break off.
            raise
        await exchange.fail(refused(error))


async def serve_websocket(exchange: Exchange, visit: Visit, variant: str, key: str) -> None:
    """A handshake: the protocol that the path has, or a refusal with a Status."""
    await exchange.receive()
    try:
        segments = _segments(exchange)
        visitor = visit.visitor = await enter(exchange, variant, key)
        with room(visitor):
            place = place_of(segments)
            if place is None:
                raise unknown_resource()
            asked = visit.asked = resources.asked_of(exchange, visitor, place)
            if streaming.is_stream(place):
                documents.check_up(visitor)
                streaming.authorize(visitor, asked.verb, place)
                watch = None
            elif asked.verb != "watch":
                raise ApiError(400, "BadRequest", "only watches and streams of pods are served over WebSockets here")
            else:
                watch = resources.opened_watch(exchange, visitor, asked)
        visit.tell(101 if watch is None else 200)
        if watch is None:
            await streaming.serve_websocket(exchange, visitor, place)
        else:
            await watching.serve_frames(exchange, watch)
    except Exception as error:
        if exchange.code:
            raise
        await deny(exchange, refused(error))


async def _served(exchange: Exchange, visit: Visit, variant: str, key: str) -> None:
    segments = _segments(exchange)
    if segments == VERSION:
        # Everybody may read it, as system:public-info-viewer lets them.
        await documents.serve_version(exchange)
        return
    await serve_visitor(exchange, visit, await enter(exchange, variant, key), segments)


async def serve_visitor(exchange: Exchange, visit: Visit, visitor: Visitor, segments: list[str]) -> None:
    """Answer somebody who has been let in."""
    visit.visitor = visitor
    with room(visitor):
        place = place_of(segments)
        if place is None:
            await _document(exchange, visitor, segments)
            return
        asked = visit.asked = resources.asked_of(exchange, visitor, place)
        if streaming.is_stream(place):
            documents.check_up(visitor)
            streaming.authorize(visitor, asked.verb, place)
            watch = None
        elif asked.verb != "watch":
            await resources.serve(exchange, visitor, asked)
            return
        else:
            watch = resources.opened_watch(exchange, visitor, asked)
    # A watch has a place among the watches, a stream among the streams; they are no requests under way.
    if watch is None:
        await streaming.serve_http(exchange, visitor, place, visit.tell)
        return
    visit.tell(200)
    await watching.serve_lines(exchange, watch)


async def _document(exchange: Exchange, visitor: Visitor, segments: list[str]) -> None:
    if exchange.method not in ("GET", "HEAD"):
        raise method_not_allowed()
    if segments and segments[0] in documents.HEALTH:
        await documents.serve_health(exchange, segments[0], documents.is_up(visitor))
        return
    documents.check_up(visitor)
    if segments == VERSION:
        await documents.serve_version(exchange)
        return
    server = visitor.live.cluster.world.apiserver
    server.authorize_path(visitor.request("get", ""), "/" + "/".join(segments))
    await documents.serve(exchange, visitor, segments)


def _segments(exchange: Exchange) -> list[str]:
    if len(exchange.path) > ADDRESS_MAX:
        raise ApiError(414, "RequestURITooLong", f"the path is longer than {ADDRESS_MAX} bytes")
    exchange.read_query()
    return segments_of(exchange.path)


@contextlib.contextmanager
def room(visitor: Visitor) -> Iterator[None]:
    """A place among the run's requests under way. Raises 429."""
    live = visitor.live
    wait = live.clients.bucket.take()
    if wait or live.clients.under_way >= settings.CLIENT_REQUESTS_PER_RUN:
        words = "Too many requests, please try again later."
        raise ApiError(429, "TooManyRequests", words, {"retryAfterSeconds": max(RETRY_S, round(wait))})
    live.clients.under_way += 1
    live.users += 1
    try:
        yield
    finally:
        live.users -= 1
        live.clients.under_way -= 1
