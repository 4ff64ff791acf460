"""Runs in memory: rebuilt from the log, limited in number, stopped when forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from explorer import change, pacing, runs, storage
from explorer.live import LiveRun
from explorer.models import Branch, Run
from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


def place(run: dict[str, Any]) -> tuple[Any, ...]:
    return run["event"], run["now"], run["state_hash"], run["head"], run["branch"]


async def test_a_lost_run_comes_back_where_it_was(api: Api) -> None:
    run = await api.run(scenario="rolling-update")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "advance", "by": "8s"})
    await api.post(f"{base}commands/", {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 5})
    before = (await api.post(f"{base}clock/", {"action": "step", "count": 61})).json()
    runs.forget_all()
    assert place((await api.get(base)).json()) == place(before)


async def test_a_lost_run_comes_back_to_the_past_it_showed(api: Api) -> None:
    run = await api.run(scenario="rolling-update")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "advance", "by": "8s"})
    before = (await api.post(f"{base}clock/", {"action": "seek", "at": 3_500_000})).json()
    assert before["mode"] == "past"
    runs.forget_all()
    assert place((await api.get(base)).json()) == place(before)


async def test_a_lost_run_comes_back_on_its_branch(api: Api) -> None:
    run = await api.run(scenario="rolling-update")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "advance", "by": "8s"})
    await api.post(f"{base}forks/", {"event": 222})
    await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB})
    before = (await api.post(f"{base}clock/", {"action": "advance", "by": "3s"})).json()
    runs.forget_all()
    assert place((await api.get(base)).json()) == place(before)


async def test_a_command_written_down_just_before_the_kill_is_carried_out(api: Api) -> None:
    """The process dies between the log and the core: the log decides."""
    run = await api.run(scenario="rolling-update")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "advance", "by": "8s"})
    live = await runs.find(run["id"])
    given = live.cluster.admit(
        change.Command("scale", {"resource": "deployments", "name": "web", "replicas": 5}, "once")
    )
    await storage.call(storage.log_command, live.id, live.branch, given.index, given.to_log())
    runs.forget_all()
    again = {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 5, "client_id": "once"}
    answer = (await api.post(f"{base}commands/", again)).json()
    assert [one["message"] for one in answer["results"]] == ["deployment.apps/web scaled"]
    live = await runs.find(run["id"])
    assert len(live.cluster.commands) == 1


async def test_two_that_ask_for_a_lost_run_get_the_same_one(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "5s"})
    runs.forget_all()
    found = await asyncio.gather(*(runs.find(run["id"]) for _ in range(5)))
    assert len({id(live) for live in found}) == 1


async def test_frames_of_two_incarnations_never_look_alike(api: Api) -> None:
    run = await api.run(seed=7)
    first = (await runs.find(run["id"])).epoch
    runs.forget_all()
    assert (await runs.find(run["id"])).epoch > first


async def test_a_history_that_differs_is_said(api: Api) -> None:
    """As after an update of the model: the log is the same, what comes of it is not."""
    run = await api.run(scenario="first-deployment")
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "5s"})
    row = await Run.objects.aget(pk=run["id"])
    await Run.objects.filter(pk=run["id"]).aupdate(card={**row.card, "state_hash": "0" * 32})
    runs.forget_all()
    live = await runs.find(run["id"])
    assert live.notice is not None
    assert (live.notice.id, live.notice.params["number"]) == ("notice.history-differs", row.number)


async def test_a_log_that_now_ends_earlier_still_opens(api: Api) -> None:
    run = await api.run(seed=7)
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "5s"})
    await Branch.objects.filter(run_id=run["id"]).aupdate(head_number=10**7)
    await Run.objects.filter(pk=run["id"]).aupdate(number=10**7)
    runs.forget_all()
    assert (await api.get(f"runs/{run['id']}/")).status_code == 200


async def test_an_unknown_run_is_not_found(api: Api) -> None:
    with pytest.raises(storage.UnknownRun):
        await runs.find("nothing")


async def test_idle_runs_make_room_for_new_ones(api: Api, settings: Any) -> None:
    settings.LIVE_RUNS = 2
    first, second, third = [await api.run(seed=1) for _ in range(3)]
    assert [live.id for live in runs.live_runs()] == [second["id"], third["id"]]
    assert (await api.get(f"runs/{first['id']}/")).status_code == 200


async def test_a_full_server_says_when_to_come_back(api: Api, settings: Any) -> None:
    settings.LIVE_RUNS = 2
    for _ in range(2):
        await Api().run(seed=1, play=True)
    refused = await api.post("runs/", {"seed": 1})
    assert refused.status_code == 503
    assert int(refused["Retry-After"]) > 0
    assert "try again" in refused.json()["error"]


async def test_an_owner_has_so_many_runs_at_once(api: Api, settings: Any) -> None:
    settings.LIVE_RUNS_PER_OWNER = 2
    playing = [await api.run(seed=1, play=True) for _ in range(2)]
    refused = await api.post("runs/", {"seed": 1})
    assert refused.status_code == 429
    assert refused["Retry-After"]
    await Api().run(seed=1)
    await api.post(f"runs/{playing[0]['id']}/clock/", {"action": "pause"})
    assert (await api.post("runs/", {"seed": 1})).status_code == 201


async def test_a_run_nobody_watches_stops(api: Api, settings: Any) -> None:
    settings.IDLE_STOP_S = 0
    run = await api.run(scenario="first-deployment", play=True)
    live = await runs.find(run["id"])
    await stopped(live)
    assert live.notice is not None
    assert live.notice.id == "notice.idle-stopped"


async def test_a_run_at_its_limit_stops_with_a_word(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run(scenario="first-deployment")
    live = await runs.find(run["id"])
    monkeypatch.setattr(live.cluster.trace, "_entries_max", 20)
    await api.post(f"runs/{run['id']}/clock/", {"action": "speed", "factor": 100})
    await api.post(f"runs/{run['id']}/clock/", {"action": "play"})
    await stopped(live)
    assert live.notice is not None
    assert (live.notice.id, live.notice.params["limit"]) == ("notice.limit", 20)


async def test_forget_leaves_alone_what_is_used(api: Api) -> None:
    run = await api.run(seed=1)
    live = await runs.find(run["id"])
    pacing.play(live)
    assert not await runs.forget(live)
    await pacing.stop(live)
    assert await runs.forget(live)
    assert runs.live_runs() == []


async def stopped(live: LiveRun) -> None:
    while live.playing or pacing.is_running(live):
        await asyncio.sleep(0.01)
