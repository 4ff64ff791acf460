"""What the API server says about itself, as real clients ask for it."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import kube

pytestmark = pytest.mark.asyncio
KUBECTL = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)


@pytest.mark.parametrize(
    ("accept", "kind", "told"),
    [
        (KUBECTL, "APIGroupDiscoveryList", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
        (
            KUBECTL.partition(",")[2],
            "APIGroupDiscoveryList",
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        ),
        ("application/json", "APIGroupList", "application/json"),
        ("", "APIGroupList", "application/json"),
        (
            "application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,*/*",
            "APIGroupList",
            "application/json",
        ),
    ],
)
async def test_discovery_is_negotiated(api: Api, accept: str, kind: str, told: str) -> None:
    client = await kube(api, (await api.run())["id"])
    answer = await client.get("/apis", accept=accept)
    assert (answer.json["kind"], answer.headers["content-type"]) == (kind, told)


async def test_discovery_in_the_old_form(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    assert (await client.get("/api")).json["versions"] == ["v1"]
    assert (await client.get("/apis/apps")).json["preferredVersion"]["version"] == "v1"
    resources = (await client.get("/apis/apps/v1")).json["resources"]
    assert {"deployments", "deployments/scale"} <= {entry["name"] for entry in resources}
    assert (await client.get("/apis", accept="text/html")).code == 406
    assert "/apis/apps/v1" in (await client.get("/")).json["paths"]


async def test_openapi_is_kept_by_clients(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    address = (await client.get("/openapi/v3")).json["paths"]["apis/apps/v1"]["serverRelativeURL"]
    answer = await client.get(address, accept_encoding="gzip")
    assert answer.headers["cache-control"] == "public, immutable"
    assert {"etag", "expires", "last-modified"} <= set(answer.headers)
    document = json.loads(gzip.decompress(answer.body))
    assert "/apis/apps/v1/namespaces/{namespace}/deployments/{name}" in document["paths"]
    assert (await client.get(address)).json == document
    again = await client.get(address, if_none_match=answer.headers["etag"])
    assert (again.code, again.body) == (304, b"")
    assert (await client.get("/openapi/v3/apis/apps/v1")).headers["cache-control"] == "no-cache, private"


async def test_openapi_v2_speaks_protobuf_or_nothing(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    answer = await client.get("/openapi/v2", accept="application/com.github.proto-openapi.spec.v2@v1.0+protobuf")
    assert answer.code == 200
    assert answer.headers["content-type"] == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    assert answer.body.startswith(b"\x0a\x032.0")
    assert (await client.get("/openapi/v2", accept="application/json")).code == 404


async def test_health(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    assert (await client.get("/livez")).body == b"ok"
    verbose = await client.get("/readyz?verbose")
    assert verbose.headers["content-type"].startswith("text/plain")
    assert b"[+]etcd ok\n" in verbose.body and verbose.body.endswith(b"readyz check passed\n")
    head = await client.ask("HEAD", "/healthz")
    assert (head.code, head.body) == (200, b"")
