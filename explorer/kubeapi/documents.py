"""What the API server says about itself: version, health, discovery, OpenAPI.

Upstream: apiserver `server/{routes,healthz}`, kube-openapi `pkg/handler3`. The version that is told is one that installations know a kubectl
for; the behaviour is that of the version that the model is made after.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec

from cluster_core.api import discovery, openapi
from cluster_core.api.errors import ApiError, unknown_resource
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import JSON, Exchange
from explorer.kubeapi.representation import accepted, not_acceptable

VERSION = {
    "major": "1",
    "minor": "33",
    "emulationMajor": "1",
    "emulationMinor": "33",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "32",
    "gitVersion": "v1.33.9",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "go1.24.9",
    "compiler": "gc",
    "platform": "linux/amd64",
}
HEALTH = ("healthz", "livez", "readyz")
CHECKS = ("ping", "log", "etcd", "poststarthook/start-apiextensions-informers", "poststarthook/rbac/bootstrap-roles")
OPENAPI_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
DISCOVERY_GROUP = "apidiscovery.k8s.io"
DISCOVERY_VERSIONS = ("v2", "v2beta1")
OPENAPI_FOREVER_S = 365 * 24 * 3600
TEXT = "text/plain; charset=utf-8"
_publisher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="openapi")


def is_open(segments: list[str]) -> bool:
    """What everybody may read, known or not: `system:public-info-viewer`."""
    return segments == ["version"] or segments[:1] in ([name] for name in HEALTH)


async def serve_version(exchange: Exchange) -> None:
    """GET /version."""
    await exchange.answer(200, msgspec.json.encode(VERSION))


async def serve_health(exchange: Exchange, name: str, is_up: bool) -> None:
    """GET /healthz, /livez, /readyz, with every check if `verbose`."""
    marks = [f"[{'+' if is_up else '-'}]{check} {'ok' if is_up else 'failed: reason withheld'}" for check in CHECKS]
    if is_up and "verbose" not in exchange.query:
        await exchange.answer(200, b"ok", TEXT)
        return
    last = f"{name} check {'passed' if is_up else 'failed'}"
    await exchange.answer(200 if is_up else 500, "\n".join([*marks, last, ""]).encode(), TEXT)


async def serve(exchange: Exchange, visitor: Visitor, segments: list[str]) -> None:
    """Any other path that is none of a resource. Raises 404."""
    kinds = list(visitor.live.cluster.world.apiserver.kinds)
    match segments:
        case []:
            await _json(exchange, {"paths": _root_paths(kinds)})
        case ["api"]:
            await _discovery(exchange, kinds, core=True)
        case ["apis"]:
            await _discovery(exchange, kinds, core=False)
        case ["api", version]:
            await _json(exchange, discovery.resource_list(kinds, "", version))
        case ["apis", group]:
            await _json(exchange, discovery.group(kinds, group))
        case ["apis", group, version]:
            await _json(exchange, discovery.resource_list(kinds, group, version))
        case ["openapi", "v2"]:
            # As JSON it is asked for by nobody, and old clients take whatever comes for protobuf.
            wanted = OPENAPI_V2 in exchange.header("accept").replace("@", ".")
            await _openapi(exchange, await _made(openapi.published_v2, kinds) if wanted else None, OPENAPI_V2)
        case ["openapi", "v3"]:
            await _json(exchange, openapi.index(kinds))
        case ["openapi", "v3", *rest]:
            await _openapi(exchange, await _made(openapi.published, kinds, "/".join(rest)))
        case _:
            raise unknown_resource()


async def _made(publish: Callable[..., openapi.Published | None], *of: Any) -> openapi.Published | None:
    """A document, made in a thread of its own: that takes up to 100 ms the first time, and one is made at a time."""
    return await asyncio.get_running_loop().run_in_executor(_publisher, partial(publish, *of))


async def _json(exchange: Exchange, document: Any) -> None:
    if document is None:
        raise unknown_resource()
    await exchange.answer(200, msgspec.json.encode(document))


async def _discovery(exchange: Exchange, kinds: list[Any], core: bool) -> None:
    """Aggregated in the version that the client names first, else in the old form."""
    headers = {"Vary": "Accept"}
    for media in accepted(exchange.header("accept")):
        version = media.param("v")
        if media.kind not in (JSON, "application/*", "*/*"):
            continue
        if media.param("as") == "APIGroupDiscoveryList":
            if media.param("g") == DISCOVERY_GROUP and version in DISCOVERY_VERSIONS:
                body = msgspec.json.encode(discovery.aggregated(kinds, version, core))
                told = f"{JSON};g={DISCOVERY_GROUP};v={version};as=APIGroupDiscoveryList"
                await exchange.answer(200, body, told, headers)
                return
            continue
        legacy = discovery.api_versions() if core else discovery.group_list(kinds)
        await exchange.answer(200, msgspec.json.encode(legacy), headers=headers)
        return
    raise not_acceptable()


async def _openapi(exchange: Exchange, found: openapi.Published | None, content_type: str = JSON) -> None:
    """A document: for ever with its hash in the address, else with an ETag."""
    if found is None:
        raise unknown_resource()
    tag = f'"{found.hash}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding,Accept", "Last-Modified": STARTED}
    if exchange.text("hash").upper() == found.hash:
        expires = email.utils.formatdate(time.time() + OPENAPI_FOREVER_S, usegmt=True)
        headers |= {"Cache-Control": "public, immutable", "Expires": expires}
    if exchange.header("if-none-match") == tag:
        await exchange.answer(304, b"", headers=headers)
    elif "gzip" in exchange.header("accept-encoding"):
        await exchange.answer(200, found.gzipped, content_type, {**headers, "Content-Encoding": "gzip"})
    else:
        await exchange.answer(200, found.body, content_type, headers)


STARTED = email.utils.formatdate(time.time(), usegmt=True)


def _root_paths(kinds: list[Any]) -> list[str]:
    groups = discovery.group_versions(kinds)
    paths = {f"/apis/{group}" for group, _ in groups if group} | {
        f"/apis/{group}/{version}" for group, version in groups if group
    }
    fixed = {"/api", "/api/v1", "/apis", "/openapi/v2", "/openapi/v3", "/version", *(f"/{name}" for name in HEALTH)}
    return sorted(paths | fixed)


def check_up(visitor: Visitor) -> None:
    """Raises 503 while the simulated API server is down: it answers nothing at all then."""
    if not is_up(visitor):
        raise ApiError(503, "ServiceUnavailable", "the API server of this simulated cluster is down")


def is_up(visitor: Visitor) -> bool:
    """Whether the simulated API server runs and has read what etcd has."""
    server = visitor.live.cluster.world.apiserver
    return server.ready and not server.down
