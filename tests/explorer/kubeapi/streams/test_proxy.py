"""The proxy to pods, services and nodes, in process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.explorer.conftest import Api
from tests.explorer.kubeapi.streams.pods import PODS, World, pod, world

pytestmark = pytest.mark.asyncio
WEB = pod("web", image="nginx", ports=[{"name": "http", "containerPort": 80}])
WEB["metadata"]["labels"] = {"app": "web"}
ECHO = pod("echo", image="example/echo", ports=[{"containerPort": 8080}])
SERVICES = "/api/v1/namespaces/default/services"


def service(name: str, *ports: dict[str, Any], app: str = "web") -> dict[str, Any]:
    spec = {"selector": {"app": app}, "ports": list(ports)}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


async def served(api: Api) -> World:
    at = await world(api, WEB, ECHO)
    for one in (
        service("web", {"name": "a", "port": 8000, "targetPort": 80}),
        service("two", {"name": "a", "port": 80}, {"name": "b", "port": 81}),
        service("none", {"port": 80}, app="nobody"),
    ):
        assert (await at.client.ask("POST", SERVICES, one)).code == 201
    await at.clock(action="advance", by="2s")
    return at


async def test_pods_and_services(api: Api) -> None:
    at = await served(api)
    for path in (
        f"{PODS}/web/proxy/",
        f"{PODS}/web/proxy",
        f"{PODS}/web:80/proxy/",
        f"{PODS}/http:web:http/proxy/",
        f"{SERVICES}/web/proxy/",
        f"{SERVICES}/web:8000/proxy/",
        f"{SERVICES}/web:a/proxy/index.html",
        f"{SERVICES}/http:web:a/proxy/?x=1",
        f"{SERVICES}/two:a/proxy/",
    ):
        answer = await at.client.get(path)
        assert (answer.code, b"Welcome to nginx!" in answer.body) == (200, True), path
        assert answer.headers["server"] == "nginx/1.29.1"
        # A page of a stranger's pod may do nothing on this server's address.
        assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert (await at.client.get(f"{PODS}/web/proxy/none")).code == 404


async def test_the_path_arrives_as_it_was_sent(api: Api) -> None:
    at = await served(api)
    answer = await at.client.ask("POST", f"{PODS}/echo/proxy/a%2Fb//c:d?e=%26&f", b"body")
    told = json.loads(answer.body)
    assert (told["method"], told["path"]) == ("POST", "/a%2Fb//c:d?e=%26&f")
    assert told["from"] == "192.168.66.10"
    assert at.live.cluster.commands[-1].kind == "forward"


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        (f"{PODS}/none/proxy/", 404, 'pods "none" not found'),
        (f"{PODS}/a:b:c:d/proxy/", 400, 'invalid pod request "a:b:c:d"'),
        (f"{PODS}/ftp:web:80/proxy/", 400, 'invalid pod request "ftp:web:80"'),
        (f"{PODS}/web:99/proxy/", 503, ":99: connect: connection refused"),
        (f"{PODS}/https:web:80/proxy/", 503, "http: server gave HTTP response to HTTPS client"),
        (f"{SERVICES}/none/proxy/", 503, 'no endpoints available for service "none"'),
        (f"{SERVICES}/web:99/proxy/", 503, 'no service port 99 found for service "web"'),
        (f"{SERVICES}/two/proxy/", 503, 'no endpoints available for service "two"'),
        (f"{SERVICES}/two:b/proxy/", 503, "connection refused"),
        ("/api/v1/nodes/nowhere/proxy/", 404, 'nodes "nowhere" not found'),
    ],
)
async def test_who_cannot_be_reached(api: Api, path: str, code: int, words: str) -> None:
    at = await served(api)
    answer = await at.client.get(path)
    assert (answer.code, answer.json["kind"]) == (code, "Status")
    assert words in answer.json["message"]


async def test_a_node(api: Api) -> None:
    at = await served(api)
    node = at.live.cluster.world.objects("pods")["default/web"]["spec"]["nodeName"]
    base = f"/api/v1/nodes/{node}/proxy"
    assert (await at.client.get(f"{base}/healthz")).body == b"ok"
    assert "web" in [one["metadata"]["name"] for one in (await at.client.get(f"{base}/pods")).json["items"]]
    assert b"start worker processes" in (await at.client.get(f"{base}/containerLogs/default/web/c")).body
    assert (await at.client.get(f"{base}/containerLogs/default/none/c")).code == 404
    assert (await at.client.get(f"{base}/run")).code == 404
    assert (await at.client.get(f"/api/v1/nodes/{node}:10256/proxy/healthz")).body == b"ok"
    assert (await at.client.get(f"{base}/pods", impersonate_user="eve")).code == 403
    stop = await at.api.post(f"runs/{at.live.id}/commands/", {"kind": "fault", "fault": "node-down", "target": node})
    assert stop.status_code < 300, stop.content
    await at.clock(action="advance", by="1s")
    answer = await at.client.get(f"{base}/healthz")
    assert (answer.code, "connection refused" in answer.json["message"]) == (503, True)
