"""The viewer's WebSocket: hello, snapshot, deltas, acknowledgements, commands, resync, close codes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from explorer import hub, progress, runs
from explorer.consumers import CLOSE_BAD_MESSAGE, CLOSE_TOO_MANY, CLOSE_UNKNOWN_RUN, MESSAGES_PER_MINUTE
from tests.explorer.conftest import WEB, Api, Stream, stream

pytestmark = pytest.mark.asyncio


class Picture:
    """What a browser has on screen: the last snapshot and the deltas after it."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.seen = (snapshot["epoch"], snapshot["seq"])
        self.clock = snapshot["clock"]
        self.maps: dict[str, dict[str, Any]] = {name: dict(cards) for name, cards in snapshot["keyframe"].items()}

    def apply(self, delta: dict[str, Any]) -> None:
        """Fails at a gap."""
        assert (delta["epoch"], delta["seq"]) == (self.seen[0], self.seen[1] + 1)
        self.seen, self.clock = (delta["epoch"], delta["seq"]), delta["clock"]
        for name, cards in delta["changed"].items():
            self.maps[name].update(cards)
        for name, keys in delta["removed"].items():
            for key in keys:
                del self.maps[name][key]


async def followed(viewer: Stream, number: int) -> Picture:
    """The picture after following a stream to an event."""
    picture = Picture(await viewer.until("snapshot"))
    while picture.clock["number"] < number:
        message = await viewer.next()
        if message["t"] == "delta":
            picture.apply(message)
        elif message["t"] == "snapshot":
            picture = Picture(message)
        await viewer.say(t="ack", epoch=picture.seen[0], seq=picture.seen[1])
    return picture


async def test_hello_then_a_snapshot(api: Api) -> None:
    run = await api.run(seed=7, title="mine")
    async with stream(run["id"], run["token"]) as viewer:
        hello = await viewer.next()
        assert hello["t"] == "hello"
        assert (hello["version"], hello["run"], hello["title"], hello["role"]) == (1, run["id"], "mine", "owner")
        snapshot = await viewer.next()
        assert snapshot["t"] == "snapshot"
        assert (snapshot["epoch"], snapshot["seq"]) == (hello["epoch"], 1)
        assert snapshot["clock"]["state_hash"] == run["state_hash"]
        assert len(snapshot["keyframe"]["nodes"]) == 4


async def test_deltas_add_up_to_what_a_newcomer_sees(api: Api) -> None:
    run = await api.run(scenario="rolling-update")
    call = f"runs/{run['id']}/clock/"
    async with stream(run["id"]) as first:
        await api.post(call, {"action": "speed", "factor": 20})
        await api.post(call, {"action": "play"})
        picture = await followed(first, 700)
        await api.post(call, {"action": "pause"})
        end = (await api.get(f"runs/{run['id']}/")).json()
        while picture.clock["number"] < end["event"] or picture.clock["playing"]:
            message = await first.next()
            if message["t"] == "delta":
                picture.apply(message)
        async with stream(run["id"]) as second:
            newcomer = Picture(await second.until("snapshot"))
    assert picture.maps == newcomer.maps
    assert picture.clock["state_hash"] == newcomer.clock["state_hash"] == end["state_hash"]


async def test_the_owner_commands_and_moves_the_clock(api: Api) -> None:
    run = await api.run(seed=7)
    async with stream(run["id"], run["token"]) as viewer:
        await viewer.say(t="command", client_id="a", kind="apply", manifest=WEB)
        done = await viewer.until("command-done", client_id="a")
        assert (done["ok"], done["results"][0]["message"]) == (True, "deployment.apps/web created")
        await viewer.say(t="command", client_id="a", kind="apply", manifest=WEB)
        again = await viewer.until("command-done", client_id="a")
        assert again["results"] == done["results"], "a retry is harmless"
        await viewer.say(t="command", client_id="b", kind="apply", manifest="a: [")
        refused = await viewer.until("command-done", client_id="b")
        assert (refused["ok"], refused["results"]) == (False, [])
        assert " line " in refused["error"]
        await viewer.say(t="clock", action="step", count=10)
        moved = await viewer.until("delta")
        await viewer.say(t="clock", action="seek", event=3)
        past = await viewer.until("snapshot")
        assert past["epoch"] > moved["epoch"]
        assert (past["clock"]["number"], past["clock"]["mode"]) == (3, "past")
        await viewer.say(t="clock", action="seek", event=10**9)
        notice = await viewer.until("notice")
        assert (notice["id"], notice["params"]["number"]) == ("notice.not-yet", past["clock"]["head_number"])


async def test_a_viewer_may_only_watch(api: Api) -> None:
    run = await api.run(seed=7)
    for token in ("", "wrong"):
        async with stream(run["id"], token) as viewer:
            assert (await viewer.next())["role"] == "viewer"
            await viewer.say(t="clock", action="play")
            assert (await viewer.until("notice"))["id"] == "notice.view-only"
            await viewer.say(t="command", client_id="a", kind="apply", manifest=WEB)
            assert (await viewer.until("notice"))["id"] == "notice.view-only"
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == 0


async def test_the_browsers_cookie_makes_an_owner(api: Api) -> None:
    run = await api.run(seed=7)
    cookie = "; ".join(f"{name}={value.value}" for name, value in api.client.cookies.items())
    async with stream(run["id"], cookie=cookie) as viewer:
        assert (await viewer.next())["role"] == "owner"


async def test_a_gap_is_mended_by_a_snapshot(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    async with stream(run["id"]) as viewer:
        first = await viewer.until("snapshot")
        await api.post(f"runs/{run['id']}/clock/", {"action": "step", "count": 50})
        await viewer.say(t="resume", epoch=first["epoch"], seq=first["seq"])
        again = await viewer.until("snapshot")
        assert again["clock"]["number"] == 50


async def test_a_reconnect_after_a_restart_goes_on_at_the_same_state(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    await api.post(f"runs/{run['id']}/clock/", {"action": "step", "count": 321})
    async with stream(run["id"]) as viewer:
        before = await viewer.until("snapshot")
    runs.forget_all()
    async with stream(run["id"]) as viewer:
        hello = await viewer.until("hello")
        assert hello["epoch"] > before["epoch"]
        assert (await viewer.until("notice"))["id"] == "notice.restored"
        await viewer.say(t="resume", epoch=before["epoch"], seq=before["seq"])
        after = await viewer.until("snapshot")
    assert after["clock"] == before["clock"]
    assert after["keyframe"] == before["keyframe"]


async def test_who_never_acknowledges_is_not_sent_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run(scenario="first-deployment")
    call = f"runs/{run['id']}/clock/"
    async with stream(run["id"]) as stalled, stream(run["id"]) as other:
        picture = Picture(await other.until("snapshot"))
        for _ in range(hub.WINDOW_MAX + 20):
            await api.post(call, {"action": "step"})
            picture.apply(await other.until("delta"))
        live = await runs.find(run["id"])
        behind = [viewer for viewer in live.hub.viewers if viewer.behind]
        assert len(behind) == 1
        assert behind[0].waiting == 0
        received = []
        while not await stalled.socket.receive_nothing(0.05):
            received.append(await stalled.next())
        assert len(received) <= hub.WINDOW_MAX + 3
        last = received[-1]
        await stalled.say(t="ack", epoch=last["epoch"], seq=last["seq"])
        assert (await stalled.until("snapshot"))["clock"]["number"] == hub.WINDOW_MAX + 20
        monkeypatch.setattr(hub, "STALLED_S", -1.0)
        for _ in range(hub.WINDOW_MAX + 2):
            await api.post(call, {"action": "step"})
        live.hub.close_stalled()
        assert await stalled.close_code() == hub.CLOSE_STALLED


async def test_an_unknown_run_is_closed_with_a_code() -> None:
    async with stream("nothing") as viewer:
        assert await viewer.close_code() == CLOSE_UNKNOWN_RUN


@pytest.mark.parametrize(
    "garbage",
    [
        " ",
        "{",
        "null",
        "[]",
        '{"t":"nothing"}',
        '{"t":"clock"}',
        '{"t":"clock","action":7}',
        '{"t":"command","client_id":"a","kind":"scale","replicas":"many"}',
        '{"t":"ack","epoch":1e999,"seq":0}',
        "[" * 50_000,
        '{"t":' * 50_000,
        '{"t":"command","client_id":"\\ud800","kind":"apply"}',
        "\x00" * 100,
    ],
)
async def test_garbage_closes_the_stream_and_nothing_else(api: Api, garbage: str) -> None:
    run = await api.run(seed=7)
    async with stream(run["id"], run["token"]) as viewer, stream(run["id"]) as other:
        await viewer.socket.send_to(text_data=garbage)
        assert await viewer.close_code() == CLOSE_BAD_MESSAGE
        await other.until("snapshot")
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == 0


async def test_bytes_and_floods_close_the_stream(api: Api) -> None:
    run = await api.run(seed=7)
    async with stream(run["id"]) as viewer:
        await viewer.socket.send_to(bytes_data=b"\x00\x01")
        assert await viewer.close_code() == CLOSE_BAD_MESSAGE
    async with stream(run["id"]) as viewer:
        for _ in range(MESSAGES_PER_MINUTE + 1):
            await viewer.say(t="ack", epoch=0, seq=0)
        assert await viewer.close_code() == CLOSE_TOO_MANY


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"kind": "fly"}, "unknown command kind"),
        ({"kind": "scale", "resource": "deployments", "name": "web"}, "--replicas"),
        ({"kind": "scale", "resource": "deployments", "name": "web", "replicas": -1}, "greater than or equal to 0"),
        ({"kind": "fault", "fault": "earthquake", "target": "x"}, "unknown fault"),
        ({"kind": "apply", "manifest": "a" * 1_100_000}, "larger than"),
        ({"kind": "apply", "manifest": "[" * 50_000}, "nesting"),
    ],
)
async def test_commands_that_cannot_be_say_so(api: Api, call: dict[str, Any], says: str) -> None:
    run = await api.run(seed=7)
    async with stream(run["id"], run["token"]) as viewer:
        await viewer.say(t="command", client_id="x", **call)
        done = await viewer.until("command-done")
        assert done["ok"] is False
        assert says in done["error"]


async def test_acknowledgements_do_not_wait_behind_a_long_advance(api: Api) -> None:
    run = await api.run(seed=7, config={"nodes": 10})
    async with stream(run["id"], run["token"]) as viewer:
        many = WEB.replace("replicas: 2", "replicas: 300")
        await viewer.say(t="command", client_id="a", kind="apply", manifest=many)
        await viewer.until("command-done")
        await viewer.say(t="clock", action="advance")
        await viewer.until("delta")
        await viewer.say(t="clock", action="pause")
        while (await viewer.until("delta"))["clock"]["playing"]:
            pass
        live = await runs.find(run["id"])
        while live.users:
            await asyncio.sleep(0.01)
        assert live.cluster.now < 600_000_000


async def test_every_message_is_json_with_a_type(api: Api) -> None:
    run = await api.run(scenario="first-deployment", play=True)
    async with stream(run["id"]) as viewer:
        for _ in range(5):
            text = await viewer.socket.receive_from(timeout=30)
            assert json.loads(text)["t"] in ("hello", "snapshot", "delta", "notice")


async def test_who_waits_for_a_rebuilt_run_is_told_how_far_it_is(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    run = await api.run(scenario="rolling-update")
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "30s"})
    head = (await api.get(f"runs/{run['id']}/")).json()["event"]
    runs.forget_all()
    async with stream(run["id"]) as first, stream(run["id"]) as second:
        for viewer in (first, second):
            steps = []
            while (message := await viewer.next())["t"] == "progress":
                steps.append(message)
            assert message["t"] == "hello", "what it is about comes after the work"
            rebuilt = [step["done"] for step in steps if step["what"] == "rebuild"]
            assert rebuilt == sorted(rebuilt) and rebuilt[-1] == head
            assert {step["of"] for step in steps if step["what"] == "rebuild"} == {head}
            assert (await viewer.until("snapshot"))["clock"]["number"] == head


async def test_a_seek_tells_how_far_it_is(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    run = await api.run(scenario="rolling-update")
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "30s"})
    async with stream(run["id"], run["token"]) as viewer:
        await viewer.until("snapshot")
        await viewer.say(t="clock", action="seek", event=600)
        steps = [await viewer.until("progress", what="seek")]
        while (message := await viewer.next())["t"] == "progress":
            steps.append(message)
        assert (steps[-1]["done"], steps[-1]["of"]) == (600, 600)
        assert (message["t"], message["clock"]["number"]) == ("snapshot", 600)
