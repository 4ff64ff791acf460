"""The clock over REST: step, seek, advance, speed, play and pause."""

from __future__ import annotations

import asyncio

import pytest

from explorer import clock
from explorer.clock import ClockError, duration
from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("text", "us"), [("250ms", 250_000), ("60s", 60_000_000), ("1m30s", 90_000_000), ("1.5s", 1_500_000), ("7us", 7)]
)
async def test_durations(text: str, us: int) -> None:
    assert duration(text) == us


@pytest.mark.parametrize("text", ["", "60", "s", "-1s", "1d", "25h", None, 60, "9" * 400 + "s"])
async def test_durations_that_are_none(text: object) -> None:
    with pytest.raises(ClockError):
        duration(text)


async def test_steps_by_event_and_by_meaningful_step(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    call = f"runs/{run['id']}/clock/"
    assert (await api.post(call, {"action": "step"})).json()["event"] == 1
    assert (await api.post(call, {"action": "step", "count": 120})).json()["event"] == 121
    hashes = {(await api.post(call, {"action": "step", "count": -1})).json()["event"] for _ in range(2)}
    assert hashes == {120, 119}
    told = (await api.get(f"runs/{run['id']}/events/?since=119&limit=1")).json()
    following = (await api.post(call, {"action": "step", "unit": "step"})).json()["event"]
    entries = (await api.get(f"runs/{run['id']}/events/?since=119&limit=500")).json()["items"]
    assert following == min(entry["number"] for entry in entries)
    assert told["event"] == 119
    back = (await api.post(call, {"action": "step", "unit": "step", "count": -1})).json()["event"]
    before = (await api.get(f"runs/{run['id']}/events/?limit=500")).json()["items"]
    assert back == max(entry["number"] for entry in before if entry["number"] < following)


async def test_seeking_there_and_back_gives_the_same_state(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    call = f"runs/{run['id']}/clock/"
    seen = {}
    for _ in range(4):
        here = (await api.post(call, {"action": "step", "count": 150})).json()
        seen[here["event"]] = here["state_hash"]
    for event in (300, 150, 600, 450):
        there = (await api.post(call, {"action": "seek", "event": event})).json()
        assert (there["event"], there["state_hash"]) == (event, seen[event])
        assert there["mode"] == ("paused" if event == 600 else "past")
    by_time = (await api.post(call, {"action": "seek", "at": 0})).json()
    assert (by_time["event"], by_time["now"]) == (0, 0)


async def test_beyond_the_end_is_refused_with_where_the_head_is(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    call = f"runs/{run['id']}/clock/"
    head = (await api.post(call, {"action": "step", "count": 10})).json()
    for there in ({"event": 11}, {"at": head["now"] + 1}):
        answer = await api.post(call, {"action": "seek", **there})
        assert answer.status_code == 400
        assert "has not happened yet: the head is" in answer.json()["error"]
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == 10


async def test_advance_until_a_condition(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    call = f"runs/{run['id']}/clock/"
    await api.post(call, {"action": "advance", "by": "2s"})
    done = (
        await api.post(call, {"action": "advance", "until": "deployment('web').status.availableReplicas >= 2"})
    ).json()
    assert (done["held"], done["reached"]) == (True, True)
    items = (await api.get(f"runs/{run['id']}/objects/?kind=deployments")).json()["items"]
    assert next(one for one in items if one["metadata"]["name"] == "web")["status"]["availableReplicas"] == 2
    ready = (await api.post(call, {"action": "advance", "until": "all-pods-ready"})).json()
    assert ready["held"] is True
    never = (
        await api.post(call, {"action": "advance", "until": "pod('no-such').spec.nodeName == 'x'", "limit": "5s"})
    ).json()
    assert never["held"] is False
    assert never["now"] == ready["now"] + 5_000_000


async def test_however_it_was_stepped_the_history_is_the_same(api: Api) -> None:
    straight, stepped = await api.run(scenario="first-deployment"), await api.run(scenario="first-deployment")
    end = (await api.post(f"runs/{straight['id']}/clock/", {"action": "advance", "by": "9s"})).json()
    call = f"runs/{stepped['id']}/clock/"
    await api.post(call, {"action": "step", "count": 333})
    await api.post(call, {"action": "seek", "event": 40})
    await api.post(call, {"action": "step", "unit": "step", "count": 5})
    await api.post(call, {"action": "seek", "event": 333})
    left = end["now"] - (await api.get(f"runs/{stepped['id']}/")).json()["now"]
    other = (await api.post(call, {"action": "advance", "by": f"{left}us"})).json()
    assert (other["event"], other["now"], other["state_hash"]) == (end["event"], end["now"], end["state_hash"])


@pytest.mark.parametrize(
    "call",
    [
        {"action": "fly"},
        {"action": "step", "count": 0},
        {"action": "step", "count": 10**6},
        {"action": "step", "unit": "year"},
        {"action": "seek"},
        {"action": "seek", "at": 1, "event": 1},
        {"action": "seek", "event": -1},
        {"action": "speed", "factor": 10**9},
        {"action": "speed", "factor": -1},
        {"action": "speed"},
        {"action": "advance", "by": "for ever"},
        {"action": "advance", "by": "48h"},
        {"action": "advance", "until": "((("},
        {"action": "advance", "until": "x" * 501},
        {"action": "advance", "until": "no-such-condition"},
        {"action": "step", "count": "three"},
        {"action": "step", "more": 1},
    ],
)
async def test_calls_that_cannot_be_carried_out_say_so(api: Api, call: dict[str, object]) -> None:
    run = await api.run(seed=7)
    answer = await api.post(f"runs/{run['id']}/clock/", call)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == 0


async def test_play_moves_and_pause_stops(api: Api) -> None:
    run = await api.run(scenario="first-deployment", play=True)
    call = f"runs/{run['id']}/"
    await api.post(f"{call}clock/", {"action": "speed", "factor": 1000})
    while (await api.get(call)).json()["event"] < 200:
        await asyncio.sleep(0)
    stopped = (await api.post(f"{call}clock/", {"action": "pause"})).json()
    assert stopped["playing"] is False
    assert stopped["speed"] == 1000
    later = (await api.get(call)).json()
    assert (later["event"], later["now"]) == (stopped["event"], stopped["now"])


async def test_a_pause_interrupts_a_long_advance(api: Api) -> None:
    run = await api.run(seed=7, config={"nodes": 10})
    call = f"runs/{run['id']}/"
    await api.post(f"{call}commands/", {"kind": "apply", "manifest": WEB.replace("replicas: 2", "replicas: 300")})
    before = (await api.get(call)).json()["event"]
    long = asyncio.create_task(api.post(f"{call}clock/", {"action": "advance", "by": "24h"}))
    while (await api.get(call)).json()["event"] == before:
        await asyncio.sleep(0)
    await api.post(f"{call}clock/", {"action": "pause"})
    answer = (await long).json()
    assert answer["reached"] is False
    assert answer["now"] < clock.ADVANCE_MAX_US


async def test_two_clients_never_interleave(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    call = f"runs/{run['id']}/clock/"
    steps = [api.post(call, {"action": "step", "count": 100}) for _ in range(5)]
    answers = [answer.json() for answer in await asyncio.gather(*steps)]
    assert max(answer["event"] for answer in answers) == 500
    straight = await api.run(scenario="first-deployment")
    same = (await api.post(f"runs/{straight['id']}/clock/", {"action": "step", "count": 500})).json()
    assert (await api.get(f"runs/{run['id']}/")).json()["state_hash"] == same["state_hash"]
