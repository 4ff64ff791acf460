"""Content security policy, and the limit on request bodies."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

BODY_MAX = 3 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; img-src 'self' data:; "
    "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


class ContentSecurityPolicy:
    """Adds the policy to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class BodyLimit:
    """ASGI middleware: a body over the limit is refused while it arrives, before anything spools it."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Count the bytes of the body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        messages, total, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            total += len(message.get("body", b""))
            more = message.get("more_body", False)
            if total > BODY_MAX:
                await _refuse(send)
                return
            messages.append(message)
        replay = iter(messages)

        async def again() -> Any:
            found = next(replay, None)
            return found if found is not None else await receive()

        await self.app(scope, again, send)


async def _refuse(send: Any) -> None:
    body = json.dumps({"error": f"the request is larger than {BODY_MAX:,} bytes"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
