"""The API server's proxy to pods, services and nodes: requests end at simulated servers. Upstream: `pkg/registry/core/pod/rest/subresources.go`.

What they answer is made by whoever wrote the manifests, and would be a page of this server for a browser: it is sent as a document
that may do nothing, without cookies or redirects.
"""

from __future__ import annotations

import re

from cluster_core.api.errors import ApiError
from cluster_core.api.place import Place
from cluster_core.cluster.command import INPUT_MAX, Command
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.streams import kubelet_pages, steps
from explorer.kubeapi.streams.proxied import KUBELET_PORT, Proxied, located

# How many segments come before what is asked of the server.
SEGMENTS = {True: 7, False: 5}
PASSED_ON = ("accept", "accept-language", "content-type", "range", "user-agent", "x-requested-with", "if-none-match")
ANSWERED = ("date", "server", "last-modified", "etag")
HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
_LINE = re.compile(r"HTTP/1\.[01] (\d{3})")


async def serve(exchange: Exchange, visitor: Visitor, where: Place) -> None:
    """Carry a request to a server and its answer back. Raises 503 in upstream's words when nobody can be reached."""
    live, target = visitor.live, located(visitor.live.cluster.world, where)
    path = _rest(exchange, where)
    data = await exchange.body()
    if target.node and target.port == KUBELET_PORT:
        code, kind, body = kubelet_pages.page(live.cluster.world, target.node, path.partition("?")[0])
        await exchange.answer(code, body, kind, HARMLESS)
        return
    request = _request(exchange, visitor, target, path, data)
    params = {"namespace": where.namespace or "default", "pod": target.name, "port": target.port}
    command = Command("forward", {**params, "address": target.address, "data": request.decode("latin-1")})
    step = await steps.take(live, command)
    if step.answer is None or step.answer["error"]:
        raise _unreachable(step.answer["message"] if step.answer is not None else steps.SLOW)
    if target.secure:
        raise _unreachable("http: server gave HTTP response to HTTPS client")
    code, headers, body = _parsed(step.answer["data"].encode("latin-1"))
    kept = {name.title(): headers[name] for name in ANSWERED if name in headers}
    await exchange.answer(code, body, headers.get("content-type", "text/plain"), {**kept, **HARMLESS})


def _rest(exchange: Exchange, where: Place) -> str:
    """What follows "proxy" in the path, as it was sent, with the query."""
    found = re.match(rf"(?:/+[^/]+){{{SEGMENTS[bool(where.namespace)]}}}(/.*)?$", exchange.path)
    query = exchange.scope.get("query_string", b"").decode("latin-1")
    return ((found[1] if found is not None else "") or "/") + (f"?{query}" if query else "")


def _request(exchange: Exchange, visitor: Visitor, target: Proxied, path: str, data: bytes) -> bytes:
    given = {name: exchange.header(name) for name in PASSED_ON if exchange.header(name)}
    headers = {"Host": f"{target.address}:{target.port}", **{name.title(): text for name, text in given.items()}}
    if data or exchange.method not in ("GET", "HEAD"):
        headers["Content-Length"] = str(len(data))
    lines = [f"{exchange.method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
    found = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + data
    if len(found) > INPUT_MAX:
        raise ApiError(413, "RequestEntityTooLarge", f"a server in a pod takes at most {INPUT_MAX >> 10} KiB at once")
    return found


def _parsed(data: bytes) -> tuple[int, dict[str, str], bytes]:
    """The answer of a server as status, headers and body."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    line = _LINE.match(first)
    if line is None:
        raise _unreachable(f"net/http: HTTP/1.x transport connection broken: malformed HTTP response {first[:100]!r}")
    headers = dict(one.split(": ", 1) for one in lines if ": " in one)
    return int(line[1]), {name.lower(): text for name, text in headers.items()}, body


def _unreachable(why: str) -> ApiError:
    return ApiError(503, "ServiceUnavailable", f"error trying to reach service: {why}")
