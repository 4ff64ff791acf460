"""Answers of the API server as the bytes of HTTP, as programs in containers get them. Upstream: apiserver `endpoints/handlers/responsewriters`."""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.timestamp import http_date

REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
# What Go's encoder writes otherwise than others do.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def answer(code: int, body: Any, now: int, pretty: bool = False) -> bytes:
    """An answer at `now` (µs): an object, or a text. `pretty` as for curl and wget, whose users read it.

    Real API servers speak HTTP/2 to those who can.
    """
    if isinstance(body, str):
        data, kind = body.encode(), "text/plain; charset=utf-8"
    else:
        data, kind = encoded(body, pretty), "application/json"
    head = (
        f"HTTP/1.1 {code} {REASONS.get(code, '')}\r\nCache-Control: no-cache, private\r\nContent-Type: {kind}\r\n"
        f"Date: {http_date(now)}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def encoded(body: Any, pretty: bool) -> bytes:
    """JSON as Go's encoder writes it, the kind first; indented it has no line break at its end."""
    body = {name: body[name] for name in ("kind", "apiVersion") if name in body} | body
    text = json.dumps(body, ensure_ascii=False, indent=2 if pretty else None, separators=None if pretty else (",", ":"))
    for sign, escape in ESCAPES.items():
        text = text.replace(sign, escape)
    return (text if pretty else text + "\n").encode("utf-8", "surrogateescape")


def is_read_by_people(agent: str) -> bool:
    """Whether answers to a client are indented."""
    return agent.startswith(("curl", "Wget", "Mozilla/5.0"))
