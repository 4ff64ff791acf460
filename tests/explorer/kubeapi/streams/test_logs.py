"""Logs over HTTP, in process."""

from __future__ import annotations

import pytest

from explorer.kubeapi.streams import places
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import Line
from tests.explorer.kubeapi.streams.pods import PODS, World, pod, world

pytestmark = pytest.mark.asyncio
LOOP = "i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done"
BOX = pod("box", "sh", "-c", LOOP)
ONCE = pod("once", "sh", "-c", "echo a; echo b; sleep 6; printf c")
ONCE["spec"]["restartPolicy"] = "Never"
LOG = f"{PODS}/box/log"


def follow(at: World, path: str) -> Line:
    return Line(at.client.scope("GET", path, {}))


async def text(line: Line, length: int) -> str:
    """So much of an answer."""
    found = b""
    while len(found) < length:
        message = await line.next()
        assert message["type"] == "http.response.body", message
        found += message["body"]
        if not message.get("more_body"):
            break
    return found.decode()


async def test_what_there_is(api: Api) -> None:
    at = await world(api, BOX)
    count = len(at.live.cluster.commands)
    answer = await at.client.get(LOG)
    assert (answer.code, answer.headers["content-type"]) == (200, "text/plain")
    lines = answer.body.decode().splitlines()
    assert lines == [f"line {number}" for number in range(len(lines))]
    assert len(lines) >= 3
    assert (await at.client.get(f"{LOG}?tailLines=1")).body.decode() == f"{lines[-1]}\n"
    assert (await at.client.get(f"{LOG}?sinceSeconds=2")).body.decode().splitlines() == lines[-2:]
    stamped = (await at.client.get(f"{LOG}?timestamps=true&tailLines=1")).body.decode()
    assert stamped.startswith("2025-01-01T00:00:0") and stamped.endswith(f"000Z {lines[-1]}\n")
    assert (await at.client.get(f"{LOG}?limitBytes=8")).body == b"line 0\nl"
    # Nothing has changed by it.
    assert len(at.live.cluster.commands) == count


async def test_a_log_is_followed_to_its_end(api: Api) -> None:
    at = await world(api, ONCE)
    line = follow(at, f"{PODS}/once/log?follow=true")
    head = await line.next()
    assert head["status"] == 200
    assert await text(line, 4) == "a\nb\n"
    assert at.live.attended
    await at.clock(action="advance", by="10s")
    assert await text(line, 100) == "c"
    await line.hang_up()
    assert not at.live.attended
    assert (await at.client.get(f"{PODS}/once/log?follow=true")).body == b"a\nb\nc"


async def test_while_the_clock_stands_still_it_waits(api: Api) -> None:
    at = await world(api, BOX)
    line = follow(at, f"{LOG}?follow=true&tailLines=0")
    await line.next()
    await line.next()
    assert line.outgoing.empty()
    await at.clock(action="advance", by="1s")
    assert (await text(line, 1)).startswith("line ")
    await line.hang_up()
    assert at.live.clients.streams == 0


async def test_a_seek_and_a_pod_that_goes_end_it(api: Api) -> None:
    at = await world(api, BOX, ONCE)
    seeking = follow(at, f"{LOG}?follow=true")
    await seeking.next()
    await at.clock(action="seek", at=at.live.cluster.now - 1)
    while (await seeking.next())["more_body"]:
        pass
    await at.clock(action="seek", at=at.live.cluster.head_now)
    going = follow(at, f"{LOG}?follow=true")
    await going.next()
    assert (await at.client.ask("DELETE", f"{PODS}/box?gracePeriodSeconds=0")).code == 200
    await at.clock(action="advance", by="5s")
    while (await going.next())["more_body"]:
        pass


async def test_the_log_before_the_last_start(api: Api) -> None:
    crashing = pod("crash", "sh", "-c", "echo dies; sleep 2; exit 1")
    at = await world(api, crashing)
    refused = await at.client.get(f"{PODS}/crash/log?previous=true&container=c")
    first = (refused.code, refused.json["message"]) if refused.code != 200 else None
    assert first in (None, (400, 'previous terminated container "c" in pod "crash" not found'))
    await at.clock(action="advance", by="30s")
    assert (await at.client.get(f"{PODS}/crash/log?previous=true")).body == b"dies\n"


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        (f"{PODS}/none/log", 404, 'pods "none" not found'),
        (f"{LOG}?container=zz", 400, "container zz is not valid for pod box"),
        (f"{LOG}?tailLines=-1", 422, "must be greater than or equal to 0"),
    ],
)
async def test_what_cannot_be_read(api: Api, path: str, code: int, words: str) -> None:
    at = await world(api, BOX)
    answer = await at.client.get(path)
    assert (answer.code, answer.json["kind"]) == (code, "Status")
    assert words in answer.json["message"]
    assert (await at.client.ask("POST", LOG, {})).code == 405
    assert (await at.client.get(LOG, impersonate_user="eve")).code == 403


async def test_an_idle_one_ends(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await world(api, BOX)
    monkeypatch.setattr(places, "IDLE_S", 0.02)
    assert (await at.client.get(f"{LOG}?follow=true&tailLines=1")).code == 200
