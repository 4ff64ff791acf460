"""Whatever a stranger with a kubeconfig sends to a run's Kubernetes API: a Status below 500, never a page, and the run goes on."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest

from explorer import runs
from explorer.kubeapi.bodies import PATCH_TYPES, PROTOBUF
from tests.explorer.conftest import Api
from tests.explorer.conftest import _database as _database
from tests.explorer.conftest import api as api
from tests.explorer.conftest import booted as booted
from tests.explorer.kubeapi.client import Answer, Kube, Line, kube

pytestmark = pytest.mark.asyncio
REQUESTS = 400
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "")
SEGMENTS = (
    *(
        "api",
        "apis",
        "v1",
        "v2",
        "apps",
        "batch",
        "autoscaling",
        "watch",
        "namespaces",
        "default",
        "kube-system",
        "pods",
    ),
    *(
        "deployments",
        "services",
        "nodes",
        "events",
        "secrets",
        "web",
        "status",
        "scale",
        "log",
        "exec",
        "eviction",
        "binding",
    ),
    *(
        "proxy",
        "token",
        "finalize",
        "openapi",
        "v3",
        "version",
        "readyz",
        "apiextensions.k8s.io",
        "customresourcedefinitions",
    ),
    *(
        "authorization.k8s.io",
        "selfsubjectaccessreviews",
        "%2F",
        "%00",
        "%ff",
        "..",
        ".",
        "",
        "\u00e9",
        "a" * 300,
        "*",
        "\x7f",
    ),
)
REAL = (
    *(
        "/api/v1/namespaces/default/configmaps",
        "/api/v1/namespaces/default/configmaps/a",
        "/api/v1/namespaces/default/pods",
    ),
    *("/apis/apps/v1/namespaces/default/deployments/web/scale", "/apis/apps/v1/deployments", "/api/v1/nodes", "/apis"),
    *(
        "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/a",
        "/openapi/v3",
        "/api/v1/namespaces/default",
    ),
)
QUERIES = (
    *(
        "watch",
        "limit",
        "continue",
        "labelSelector",
        "fieldSelector",
        "resourceVersion",
        "resourceVersionMatch",
        "dryRun",
    ),
    *(
        "fieldManager",
        "fieldValidation",
        "force",
        "timeoutSeconds",
        "allowWatchBookmarks",
        "sendInitialEvents",
        "pretty",
    ),
    *("gracePeriodSeconds", "propagationPolicy", "orphanDependents", "includeObject", "verbose", "hash", "a%ff", ""),
)
VALUES = (
    *(
        "",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "99999999999999999999",
        "x",
        "a=b",
        "a in (b",
        "metadata.name=web",
        "!",
        "%00",
        "%ff",
    ),
    *(
        "All",
        "Strict",
        "Warn",
        "Exact",
        "NotOlderThan",
        "eyJ2IjoibWV0YSJ9",
        "Foreground",
        "Object",
        "\u00e9",
        "=" * 500,
    ),
)
ACCEPTS = (
    *(
        "*/*",
        "application/json",
        "application/yaml",
        "text/html",
        PROTOBUF,
        "",
        ";;;",
        "application/json;as=Table;g=meta.k8s.io;v=v1",
    ),
    *(
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
        "application/json;as=APIGroupDiscoveryList;g=apidiscovery.k8s.io;v=v2",
    ),
)
TYPES = (
    *PATCH_TYPES,
    "application/json",
    "application/yaml",
    PROTOBUF,
    "",
    "text/plain",
    "application/json; charset=x",
)
SCALARS: tuple[Any, ...] = (None, True, 0, -1, 2**63, 2**70, 1e300, "", "a", "\u0000", "a" * 5_000, [], {})
FIELDS = (
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "spec",
    "status",
    "replicas",
    "items",
    "op",
    "path",
    "value",
    "$patch",
    "a/b",
)


def value(draws: random.Random, depth: int = 0) -> Any:
    """Any value, not too deep."""
    kind = draws.randrange(4) if depth < 4 else 0
    if kind == 1:
        return [value(draws, depth + 1) for _ in range(draws.randrange(4))]
    if kind >= 2:
        return {draws.choice(FIELDS): value(draws, depth + 1) for _ in range(draws.randrange(5))}
    return draws.choice(SCALARS)


def body(draws: random.Random) -> bytes:
    """A body: often JSON, now and then none."""
    kind = draws.randrange(6)
    if kind == 0:
        return b""
    if kind == 1:
        return draws.randbytes(draws.randrange(60))
    if kind == 2:
        return b"k8s\x00" + draws.randbytes(draws.randrange(200))
    text = json.dumps(value(draws)).encode()
    return text[: draws.randrange(len(text) + 1)] if kind == 3 else text


def path(draws: random.Random) -> str:
    """A path, often one that leads somewhere."""
    known = ("/api/v1/namespaces/default/", "/apis/apps/v1/namespaces/default/", "/api/v1/", "/apis/", "/")
    found = draws.choice(known) + "/".join(draws.choice(SEGMENTS) for _ in range(draws.randrange(5)))
    if draws.random() < 0.5:
        found = draws.choice(REAL)
    if draws.random() < 0.6:
        found += "?" + "&".join(f"{draws.choice(QUERIES)}={draws.choice(VALUES)}" for _ in range(draws.randrange(4)))
    return found


async def ask(client: Kube, draws: random.Random) -> Answer:
    """One request; one that turns out to be a watch is left after its head."""
    headers = {"accept": draws.choice(ACCEPTS), "content-type": draws.choice(TYPES)}
    if draws.random() < 0.1:
        headers[
            draws.choice(("impersonate-user", "impersonate-group", "impersonate-extra-%ff", "if-none-match", "range"))
        ] = "x"
    line = Line(client.scope(draws.choice(METHODS), path(draws) + "&timeoutSeconds=0", headers), body(draws))
    head = await line.next()
    if head["status"] == 200 and b"Content-Length" not in dict(head["headers"]):
        await line.hang_up()
        return Answer(200, {}, b"")
    data = (await line.next())["body"]
    await asyncio.wait_for(line.task, 30)
    return Answer(head["status"], {name.decode().lower(): text.decode() for name, text in head["headers"]}, data)


@pytest.mark.parametrize("seed", range(3))
async def test_anything_is_answered_with_a_status_below_500(api: Api, seed: int) -> None:
    client = await kube(api, (await api.run())["id"])
    draws = random.Random(seed)
    live = next(iter(runs.live_runs()))
    codes: dict[int, int] = {}
    for number in range(REQUESTS):
        live.clients.bucket._left = 100
        state = draws.getstate()
        answer = await ask(client, draws)
        codes[answer.code] = codes.get(answer.code, 0) + 1
        assert answer.code < 500 or answer.code == 504, (seed, number, state[1][-1], answer.body)
        assert b"<html" not in answer.body.lower()
        if answer.code >= 400 and answer.body:
            status = json.loads(answer.body)
            assert (status["kind"], status["code"], status["status"]) == ("Status", answer.code, "Failure")
            assert status["message"]
    assert {200, 400, 404, 405, 406, 415} <= set(codes)
    assert (await client.get("/api/v1/namespaces/default/pods")).code == 200
