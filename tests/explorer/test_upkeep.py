"""What the server does by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from explorer import metrics, runs, upkeep
from tests.explorer.conftest import Api, stream

pytestmark = pytest.mark.asyncio


def lag_samples() -> float:
    """How many times the lag of the loop was measured."""
    return next(
        sample.value
        for family in metrics.LOOP_LAG.collect()
        for sample in family.samples
        if sample.name.endswith("_count")
    )


async def until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.01)


async def test_the_first_request_begins_the_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "LAG_EVERY_S", 0.01)
    before, asked = lag_samples(), []

    async def app(*_: Any) -> None:
        asked.append(True)

    wrapped = upkeep.Upkeep(app)
    for _ in range(2):
        await wrapped({"type": "http"}, None, None)
    assert len(asked) == 2
    await until(lambda: lag_samples() > before)
    await upkeep.stop()


async def test_idle_runs_leave_the_memory(api: Api, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "TIDY_EVERY_S", 0.01)
    settings.FORGET_AFTER_S = -1
    idle, watched = await api.run(seed=1), await api.run(seed=1)
    async with stream(watched["id"]):
        upkeep.begin()
        await until(lambda: [live.id for live in runs.live_runs()] == [watched["id"]])
    assert (await api.get(f"runs/{idle['id']}/")).status_code == 200
    await upkeep.stop()


async def test_stopping_saves_and_sends_everybody_away(api: Api) -> None:
    run = await api.run(scenario="first-deployment", play=True)
    async with stream(run["id"]) as viewer:
        await viewer.until("delta")
        stopping = asyncio.create_task(upkeep.stop())
        notice = await viewer.until("notice")
        assert notice["id"] == "notice.server-stopping"
        assert await viewer.close_code() == upkeep.CLOSE_RESTART
        await viewer.socket.disconnect()
        await stopping
    runs.forget_all()
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == notice["params"]["number"]


async def test_a_mistake_does_not_end_the_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "TIDY_EVERY_S", 0.001)
    calls = []

    async def broken() -> None:
        calls.append(True)
        raise ValueError("a defect")

    work = asyncio.create_task(upkeep._again_and_again(broken))
    await until(lambda: len(calls) > 2)
    work.cancel()
