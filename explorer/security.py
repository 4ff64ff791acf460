"""Headers of every answer, and the limit on request bodies."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

BODY_MAX = 3 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
# Swagger UI writes style attributes into its page; no script of ours runs there, and no other page gets this policy.
DOCS_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
KUBERNETES = (b"/k8s/", b"/k8s-open/")
PRIVATE = ("/runs/", "/s/", "/api/")


class SecurityHeaders:
    """Adds the content security policy, and keeps runs and shared moments out of search engines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        response = self.get_response(request)
        policy = DOCS_POLICY if request.path == "/api/docs/" else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.path.startswith(PRIVATE):
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


def client_address(headers: dict[str, str], peer: str) -> str:
    """The visitor's address: the peer, or what the last trusted proxy in front of us saw."""
    if not settings.PROXIES:
        return peer
    seen = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    return seen[-min(settings.PROXIES, len(seen))] if seen else peer


class BodyLimit:
    """ASGI middleware: a body over the limit is refused while it arrives, before anything spools it."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Count the bytes of the body."""
        messages, total, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            total += len(message.get("body", b""))
            more = message.get("more_body", False)
            if total > BODY_MAX:
                await _refuse(send, scope.get("raw_path") or b"")
                return
            messages.append(message)
        replay = iter(messages)

        async def again() -> Any:
            found = next(replay, None)
            return found if found is not None else await receive()

        await self.app(scope, again, send)


def too_large(path: bytes) -> bytes:
    """What a body over the limit is answered with: clients of a run's Kubernetes API expect a Status."""
    if not path.startswith(KUBERNETES):
        return json.dumps({"error": f"the request is larger than {BODY_MAX:,} bytes"}).encode()
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    message = f"Request entity too large: limit is {BODY_MAX}"
    return json.dumps({**status, "message": message, "reason": "RequestEntityTooLarge", "code": 413}).encode()


async def _refuse(send: Any, path: bytes) -> None:
    words = too_large(path)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": words})
