"""What is kept of a run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from explorer import runs, storage
from explorer.models import Run
from explorer.storage import Head
from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


async def test_a_command_and_the_head_are_written_together(api: Api) -> None:
    run = await api.run(seed=7)
    entry = {"kind": "scale", "params": {}, "client_id": "a", "number": 40, "at": 4_000}
    await storage.call(storage.log_command, run["id"], "main", 0, entry)
    saved = await storage.call(storage.load, run["id"])
    assert saved.commands == [entry]
    assert (saved.branch.head_number, saved.branch.head_at) == (40, 4_000)


async def test_half_of_a_change_is_never_kept(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run(seed=7)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(storage.Branch, "save", broken)
    with pytest.raises(RuntimeError):
        await storage.call(storage.log_command, run["id"], "main", 0, {"client_id": "", "number": 1, "at": 1})
    monkeypatch.undo()
    assert (await storage.call(storage.load, run["id"])).commands == []


async def test_each_load_is_another_incarnation(api: Api) -> None:
    run = await api.run(seed=7)
    first = (await storage.call(storage.load, run["id"])).row.incarnation
    assert (await storage.call(storage.load, run["id"])).row.incarnation == first + 1


async def test_a_branch_keeps_its_own_log(api: Api) -> None:
    run = await api.run(seed=7)
    entry = {"kind": "scale", "params": {}, "client_id": "a", "number": 4, "at": 4}
    await storage.call(storage.log_command, run["id"], "main", 0, entry)
    await storage.call(storage.log_answer, run["id"], "main", 0, [{"message": "scaled"}])
    cards = await storage.call(storage.add_branch, run["id"], "main", "fork", 9, 9, [entry])
    assert [card["name"] for card in cards] == ["main", "fork"]
    known = await storage.call(storage.find_command, run["id"], "a")
    assert known is not None
    assert (known.branch.name, known.answer) == ("fork", [{"message": "scaled"}])


async def test_unknown_runs_and_branches(api: Api) -> None:
    run = await api.run(seed=7)
    for arguments in (("nothing",), (run["id"], "nothing")):
        with pytest.raises(storage.UnknownRun):
            await storage.call(storage.load, *arguments)
    assert await storage.call(storage.exists, run["id"])
    assert not await storage.call(storage.exists, "nothing")


async def test_unused_runs_are_forgotten_but_not_shared_ones(api: Api) -> None:
    old, shared, new = [await api.run(seed=7) for _ in range(3)]
    await api.post("shares/", {"run": shared["id"]})
    long_ago = timezone.now() - timedelta(days=100)
    await Run.objects.filter(pk__in=[old["id"], shared["id"]]).aupdate(used=long_ago)
    assert await storage.call(storage.cull, timezone.now() - timedelta(days=90)) == 1
    kept = {row.id async for row in Run.objects.all()}
    assert kept == {shared["id"], new["id"]}


async def test_the_head_of_a_run_is_saved_with_its_card(api: Api) -> None:
    run = await api.run(seed=7)
    await api.post(f"runs/{run['id']}/commands/", {"kind": "apply", "manifest": WEB})
    live = await runs.find(run["id"])
    saved = await storage.call(storage.load, run["id"])
    assert saved.branch.head_number == live.cluster.number
    assert saved.row.card["state_hash"] == live.cluster.state_hash()
    await storage.call(storage.save_head, run["id"], Head("main", 9, 9, 5, 5, {"id": run["id"]}))
    again = await storage.call(storage.load, run["id"])
    assert (again.branch.head_number, again.row.number, again.row.card) == (9, 5, {"id": run["id"]})


async def test_a_database_that_cannot_be_written_is_a_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing enters the core that is not in the log."""
    run = await api.run(seed=7)

    def locked(*_: object) -> None:
        raise storage.DatabaseError("database is locked")

    monkeypatch.setattr(storage, "log_command", locked)
    refused = await api.post(f"runs/{run['id']}/commands/", {"kind": "apply", "manifest": WEB})
    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert "try again" in refused.json()["error"]
    monkeypatch.undo()
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == 0
    applied = await api.post(f"runs/{run['id']}/commands/", {"kind": "apply", "manifest": WEB})
    assert applied.json()["results"][0]["message"] == "deployment.apps/web created"
