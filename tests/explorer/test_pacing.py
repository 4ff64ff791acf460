"""Slices: the loop is never held for long, and everybody gets a turn."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError

from cluster_core.cluster.conditions import parse_condition
from explorer import pacing, runs
from explorer.live import LiveRun
from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


async def test_work_is_done_in_turns() -> None:
    order: list[str] = []

    def work(name: str, slices: int) -> Any:
        def one(_budget: int) -> bool:
            if not order or order[-1] != name:
                order.append(name)
            until = time.monotonic() + pacing.SLICE_S
            while time.monotonic() < until:
                pass
            return order.count(name) >= slices

        return one

    await asyncio.gather(*(pacing.in_slices(work(name, 4)) for name in "abc"))
    assert order == list("abc") * 4, "nobody gets a second slice before the others have had one"


async def test_the_loop_runs_between_slices() -> None:
    """One slice per turn of the loop, however many want one."""
    turns = 0
    left = 30

    def work(_budget: int) -> bool:
        nonlocal left
        left -= 1
        until = time.monotonic() + pacing.SLICE_S
        while time.monotonic() < until:
            pass
        return left <= 0

    async def count() -> None:
        nonlocal turns
        while left > 0:
            turns += 1
            await asyncio.sleep(0)

    await asyncio.gather(count(), *(pacing.in_slices(work) for _ in range(5)))
    assert turns >= 25


async def test_runs_that_go_as_fast_as_they_can_get_equal_shares(api: Api) -> None:
    found = []
    for _ in range(3):
        run = await api.run(seed=7, config={"nodes": 10})
        await api.post(
            f"runs/{run['id']}/commands/",
            {"kind": "apply", "manifest": WEB.replace("replicas: 2", "replicas: 200")},
        )
        found.append(await runs.find(run["id"]))
    before = [live.cluster.number for live in found]
    for live in found:
        live.speed = 0.0
        pacing.play(live)
    while min(live.cluster.number - start for live, start in zip(found, before, strict=True)) < 3_000:
        await asyncio.sleep(0)
    done = [live.cluster.number - start for live, start in zip(found, before, strict=True)]
    for live in found:
        await pacing.stop(live)
    assert max(done) < 3 * min(done), "equal clusters, equal work"


async def test_the_speed_is_kept(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])
    live.speed = 50.0
    pacing.play(live)
    begun = time.monotonic()
    while live.cluster.now < 20_000_000:
        await asyncio.sleep(0.01)
    took = time.monotonic() - begun
    await pacing.stop(live)
    assert took >= 20 / 50 * 0.9, "not faster than asked"


async def test_a_slower_speed_takes_effect_at_once(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])
    live.speed = 200.0
    pacing.play(live)
    while live.cluster.now < 5_000_000:
        await asyncio.sleep(0)
    live.speed = 0.001
    await asyncio.sleep(0.3)
    at = live.cluster.now
    await asyncio.sleep(0.3)
    assert live.cluster.now - at < 50_000
    await pacing.stop(live)


async def test_advance_until_is_exact_however_it_is_sliced(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []
    for events in (1, 7, 25, 1000):
        monkeypatch.setattr(pacing, "SLICE_EVENTS", events)
        run = await api.run(scenario="first-deployment")
        live = await runs.find(run["id"])
        condition = parse_condition("deployment('web').status.availableReplicas == 2")
        assert await pacing.advance_until(live, condition, 60_000_000, 1_000_000)
        ends.append((live.cluster.number, live.cluster.now, live.cluster.state_hash()))
    assert len(set(ends)) == 1


async def test_a_mistake_of_the_model_stops_the_run_and_is_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])

    def broken(*_: Any) -> int:
        raise ValueError("a defect")

    monkeypatch.setattr(live.cluster, "advance", broken)
    pacing.play(live)
    while pacing.is_running(live):
        await asyncio.sleep(0.01)
    assert not live.playing
    assert live.notice is not None and live.notice.id == "notice.engine-error"


async def test_play_while_it_is_stopping_goes_on(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])
    live.speed = 100.0
    pacing.play(live)
    for _ in range(30):
        pacing.pause(live)
        await asyncio.sleep(0)
        pacing.play(live)
        await asyncio.sleep(0.01)
    at = live.cluster.now
    while live.cluster.now == at:
        await asyncio.sleep(0.01)
    await pacing.stop(live)
    assert not pacing.is_running(live)


async def test_a_database_that_is_away_stops_the_clock_and_is_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])

    async def away(_live: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(pacing, "save_head", away)
    pacing.play(live)
    while pacing.is_running(live):
        await asyncio.sleep(0.01)
    assert live.notice is not None and live.notice.id == "notice.not-saved"
    monkeypatch.undo()
    pacing.play(live)
    at = live.cluster.now
    while live.cluster.now == at:
        await asyncio.sleep(0.01)


async def idle(api: Api) -> LiveRun:
    """A cluster that goes as fast as possible, past its start."""
    run = await api.run(seed=7)
    live = await runs.find(run["id"])
    live.speed = 0.0
    return live


async def test_as_fast_as_possible_does_not_leap_over_days(api: Api) -> None:
    """Over a time in which nothing happens it goes at 1000 times wall time, and says so."""
    live = await idle(api)
    pacing.play(live)
    begun, at = time.monotonic(), live.cluster.now
    while live.achieved == 0.0:
        await asyncio.sleep(0.01)
    took, went = time.monotonic() - begun, live.cluster.now - at
    shown = live.achieved
    await pacing.stop(live)
    assert 0 < went / 1e6 <= took * pacing.IDLE_SPEED + live.cluster.number * 2 * pacing.SOON_US / 1e6
    assert 0 < shown <= pacing.IDLE_SPEED * 1.5


async def test_as_fast_as_possible_goes_at_once_to_what_happens_soon(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Busy stretches are not held to the speed of idle ones."""
    monkeypatch.setattr(pacing, "IDLE_SPEED", 0.000_001)
    monkeypatch.setattr(pacing, "SOON_US", 10_000_000)
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])
    live.cluster.advance(1_100_000, 100_000)
    live.speed = 0.0
    pacing.play(live)
    while not any(entry.message_id == "pod.ready" for entry in live.cluster.trace.entries):
        await asyncio.sleep(0.01)
    await pacing.stop(live)


async def test_speeds_are_measured_anew_after_a_change() -> None:
    """Fast and slow are not averaged, and a jump to another moment is no speed."""
    live: Any = SimpleNamespace(speed=100.0, achieved=0.0, cluster=SimpleNamespace(now=0, next_at=lambda: None))
    pace = pacing._Pace(live)
    begun = time.monotonic()
    live.speed, live.cluster = 1.0, SimpleNamespace(now=900_000_000, next_at=lambda: None)
    pace.target(begun + 5)
    live.cluster.now += 2_000_000
    pace.measure(begun + 5.5)
    assert live.achieved == 0.0
    pace.measure(begun + 7)
    assert live.achieved == 1.0
