"""Who is asking: the browser's owner cookie and the bearer token. Anonymous use is allowed; secrets are compared as hashes."""

from __future__ import annotations

import secrets
from http.cookies import SimpleCookie
from typing import Any

from django.http import HttpRequest, HttpResponse

COOKIE = "orrery_owner"
YEAR_S = 365 * 24 * 3600


def bearer(header: str) -> str:
    """The token of an Authorization header, or ""."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def owner_of_request(request: HttpRequest) -> tuple[str, str]:
    """(bearer token, owner cookie) of an HTTP request."""
    return bearer(request.headers.get("Authorization", "")), request.COOKIES.get(COOKIE, "")


def owner_of_scope(scope: dict[str, Any]) -> tuple[str, str]:
    """(bearer token, owner cookie) of a WebSocket handshake; a browser's script sends the token as a subprotocol-free cookie."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
    cookie: SimpleCookie = SimpleCookie()
    cookie.load(headers.get("cookie", ""))
    owner = cookie[COOKIE].value if COOKIE in cookie else ""
    return bearer(headers.get("authorization", "")), owner


def new_owner() -> str:
    """A secret for a browser that has none."""
    return secrets.token_urlsafe(24)


def remember(response: HttpResponse, owner: str, secure: bool) -> None:
    """Set the owner cookie."""
    response.set_cookie(COOKIE, owner, max_age=YEAR_S, httponly=True, samesite="Lax", secure=secure)
