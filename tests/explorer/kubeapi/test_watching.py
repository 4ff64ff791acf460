"""Watches: events as they happen, their forms, how they end, and that nothing waits in memory for who does not read."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from django.conf import settings

from explorer import runs
from explorer.flow import FLOW
from explorer.kubeapi import watching
from tests.explorer.conftest import WEB, Api
from tests.explorer.kubeapi.client import PATIENCE_S, Kube, Line, kube

pytestmark = pytest.mark.asyncio
MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


async def revision(client: Kube) -> str:
    """Where a watch of config maps may begin."""
    found: str = (await client.get(MAPS)).json["metadata"]["resourceVersion"]
    return found


async def test_a_watch_sees_what_others_write(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={await revision(client)}") as line:
        await client.ask("POST", MAPS, config_map("a", x="1"))
        await client.ask("PATCH", f"{MAPS}/a", {"data": {"x": "2"}}, content_type="application/merge-patch+json")
        await client.ask("DELETE", f"{MAPS}/a")
        events = [await line.event() for _ in range(3)]
        assert [event["type"] for event in events] == ["ADDED", "MODIFIED", "DELETED"]
        assert events[1]["object"]["data"] == {"x": "2"}


async def test_a_watch_of_a_playing_run_sees_what_controllers_do(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    async with client.watch(f"{PODS}?watch=1") as line:
        await api.post(f"runs/{run['id']}/commands/", {"kind": "apply", "manifest": WEB})
        await api.post(f"runs/{run['id']}/clock/", {"action": "play"})
        while (await line.event())["object"].get("status", {}).get("phase") != "Running":
            pass


async def test_a_watch_of_one_object_by_the_old_path(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    async with client.watch("/api/v1/watch/namespaces/default/configmaps/a") as line:
        await client.ask("POST", MAPS, config_map("b"))
        await client.ask("POST", MAPS, config_map("a"))
        assert (await line.event())["object"]["metadata"]["name"] == "a"


async def test_tables_tell_their_columns_once(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={await revision(client)}", accept=TABLE) as line:
        for name in ("a", "b"):
            await client.ask("POST", MAPS, config_map(name))
        first, second = await line.event(), await line.event()
    assert first["object"]["kind"] == "Table"
    assert first["object"]["columnDefinitions"][0]["name"] == "Name"
    assert second["object"]["rows"][0]["cells"][0] == "b"
    assert not second["object"].get("columnDefinitions")


async def test_it_begins_with_what_there_is_and_says_where_that_ends(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    await client.ask("POST", MAPS, config_map("a"))
    query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    async with client.watch(f"{MAPS}?{query}") as line:
        events = [await line.event()]
        while events[-1]["type"] == "ADDED":
            events.append(await line.event())
    assert "a" in [event["object"]["metadata"]["name"] for event in events[:-1]]
    assert events[-1]["type"] == "BOOKMARK"
    assert events[-1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_it_ends_when_its_time_is_over_with_a_bookmark(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    at = await revision(client)
    query = f"watch=true&resourceVersion={at}&allowWatchBookmarks=true&timeoutSeconds=1"
    async with client.watch(f"{MAPS}?{query}") as line:
        event = await line.event()
        assert (event["type"], event["object"]["metadata"]["resourceVersion"]) == ("BOOKMARK", at)
        assert await line.event() is None


async def test_a_seek_ends_it_with_410(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    await client.ask("POST", MAPS, config_map("a"))
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={await revision(client)}") as line:
        await api.post(f"runs/{run['id']}/clock/", {"action": "seek", "event": 0})
        event = await line.event()
        assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 410, "Expired")
        assert await line.event() is None


async def test_a_fork_ends_it_with_410(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={await revision(client)}") as line:
        await api.post(f"runs/{run['id']}/forks/", {})
        assert (await line.event())["object"]["code"] == 410


async def test_a_crash_of_the_api_server_breaks_it_off(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={await revision(client)}") as line:
        await api.post(f"runs/{run['id']}/commands/", {"kind": "fault", "fault": "apiserver-down"})
        await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "100ms"})
        assert await line.event() is None


async def test_revoking_the_kubeconfigs_ends_it(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={await revision(client)}") as line:
        await api.client.delete(f"/api/v1/runs/{run['id']}/kubeconfig/")
        assert await line.event() is None


async def test_watches_have_places_and_give_them_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    live = await runs.find(run["id"])
    monkeypatch.setattr(settings, "WATCHES_PER_RUN", 1)
    at = await revision(client)
    async with client.watch(f"{MAPS}?watch=true&resourceVersion={at}"):
        assert live.clients.watches == 1
        assert live.attended
        answer = await client.get(f"{MAPS}?watch=true&resourceVersion={at}")
        assert answer.code == 429
        assert answer.headers["retry-after"]
        # Reads are not kept out by watches.
        assert (await client.get(MAPS)).code == 200
    assert live.clients.watches == 0
    assert not await runs.forget(live) or not live.attended


class Stuck:
    """The sending side of a client that has stopped reading."""

    def __init__(self) -> None:
        self.open = True
        self.aborted = False
        self.asked = 0

    def begin(self) -> None: ...

    def end(self) -> None: ...

    def abort(self) -> None:
        self.aborted = True

    async def ready(self, patience_s: float) -> bool:
        self.asked += 1
        return self.open


async def test_who_does_not_read_is_hung_up_on_and_costs_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PIECE_BYTES", 100)
    client = await kube(api, (await api.run())["id"])
    stuck = Stuck()
    scope = client.scope("GET", f"{PODS.replace('/namespaces/default', '')}?watch=true", {})
    stuck.open = False
    line = Line({**scope, FLOW: stuck})
    assert (await line.next())["status"] == 200
    await asyncio.wait_for(line.task, PATIENCE_S)
    assert stuck.aborted
    # Its head, an empty piece, and one piece of events: no more was made for it.
    assert line.outgoing.qsize() == 2


@pytest.mark.parametrize("accept", ["application/json", TABLE])
async def test_watchers_share_one_encoding(api: Api, monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    client = await kube(api, (await api.run())["id"])
    made: list[Any] = []
    encode = watching.answers.msgspec.json.encode
    monkeypatch.setattr(watching.answers.msgspec.json, "encode", lambda given: made.append(given) or encode(given))
    at = await revision(client)
    lines = [Line(client.scope("GET", f"{MAPS}?watch=true&resourceVersion={at}", {"accept": accept})) for _ in range(5)]
    for line in lines:
        assert (await line.next())["status"] == 200
    await client.ask("POST", MAPS, config_map("a"), accept=TABLE)
    events = [await line.event() for line in lines]
    assert {json.dumps(event) for event in events} == {json.dumps(events[0])}
    told = [
        given for given in made if isinstance(given, dict) and ("type" in given or given.get("kind") == "ConfigMap")
    ]
    assert len(told) == 1
    for line in lines:
        await line.hang_up()


@pytest.mark.parametrize("protocol", [None, "base64.binary.k8s.io", "binary.k8s.io"])
async def test_a_watch_over_a_websocket(api: Api, protocol: str | None) -> None:
    client = await kube(api, (await api.run())["id"])
    scope = client.scope("GET", f"{MAPS}?watch=1&resourceVersion={await revision(client)}", {}, "websocket")
    # Headlamp's server sends the Origin of its page: it is no matter here.
    scope["headers"].append((b"origin", b"http://elsewhere.example"))
    scope["subprotocols"] = [protocol] if protocol else ["v4.channel.k8s.io"]
    line = Line(scope)
    assert await line.next() == {"type": "websocket.accept", "subprotocol": protocol}
    await client.ask("POST", MAPS, config_map("a"))
    message = await line.next()
    text = message["bytes"].decode() if protocol == "binary.k8s.io" else message["text"]
    event = json.loads(base64.b64decode(text) if protocol == "base64.binary.k8s.io" else text)
    assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "a")
    await line.hang_up("websocket.disconnect")


@pytest.mark.parametrize(
    ("path", "code"),
    [("/apis", 404), (MAPS, 400), (f"{MAPS}/a/nothing", 404), (f"{MAPS}?watch=1&resourceVersion=x", 400)],
)
async def test_websockets_that_are_refused(api: Api, path: str, code: int) -> None:
    client = await kube(api, (await api.run())["id"])
    line = Line(client.scope("GET", path, {}, "websocket"))
    assert await line.next() == {"type": "websocket.close", "code": 4000 + code}
    scope = {**client.scope("GET", path, {}, "websocket"), "extensions": {"websocket.http.response": {}}}
    line = Line(scope)
    head, body = await line.next(), await line.next()
    assert (head["status"], json.loads(body["body"])["kind"]) == (code, "Status")


async def test_watches_that_cannot_be(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    assert (await client.get(f"{MAPS}?watch=true&resourceVersion=x")).code == 400
    assert (await client.get(f"{MAPS}?watch=true&timeoutSeconds=x")).code == 400
    assert (await client.get(f"{MAPS}?watch=true&labelSelector=%2C%2C")).code == 400
    assert (await client.get(f"{MAPS}?watch=true", accept="text/html")).code == 406
