"""Where a request comes from: a page of another site may not use this browser's cookies (cross-site request forgery).

Browsers send Origin with every WebSocket handshake and every POST; programs do not, and have no cookies to abuse.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def is_own(origin: str, host: str, secure: bool) -> bool:
    """Whether an Origin is this server (scheme, name and port) or one of those that the settings name in full."""
    scheme = "https" if secure else "http"
    return origin == f"{scheme}://{host}" or origin in settings.ORIGINS


class OriginMiddleware:
    """HTTP: a change asked for by a page of another origin is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        origin = request.headers.get("Origin")
        if request.method in SAFE or origin is None or is_own(origin, request.get_host(), request.is_secure()):
            return self.get_response(request)
        return JsonResponse({"error": f"requests from {origin[:200]} are not accepted here"}, status=403)


class StreamOrigin:
    """ASGI middleware for WebSockets: a handshake by a page of another origin is refused before it is accepted (403)."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Look at the headers of the handshake."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
        if not self._accepted(scope, headers):
            await receive()
            await send({"type": "websocket.close", "code": 4403})
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _accepted(scope: dict[str, Any], headers: Mapping[bytes, str]) -> bool:
        origin = headers.get(b"origin")
        if origin is None:
            return True
        secure = scope.get("scheme") == "wss"
        if settings.PROXIES:
            secure = headers.get(b"x-forwarded-proto", "") == "https"
        return is_own(origin, headers.get(b"host", ""), secure)
