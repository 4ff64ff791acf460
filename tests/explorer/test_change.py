"""Changes whose answer takes long or that meet a limit."""

from __future__ import annotations

import pytest

from explorer import change, pacing
from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


async def test_a_control_plane_that_is_down_is_not_waited_for(api: Api) -> None:
    run = await api.run(seed=7)
    base = f"runs/{run['id']}/"
    await api.post(f"{base}commands/", {"kind": "fault", "fault": "apiserver-down"})
    before = (await api.get(base)).json()["now"]
    answer = await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB, "client_id": "a"})
    assert answer.status_code in (200, 202)
    if answer.status_code == 200:
        assert answer.json()["results"][0]["error"], "it says that the server cannot be reached"
    assert (await api.get(base)).json()["now"] - before <= pacing.ANSWER_US
    await api.post(f"{base}commands/", {"kind": "fault", "fault": "apiserver-up"})
    await api.post(f"{base}clock/", {"action": "advance", "by": "120s"})
    again = await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB, "client_id": "a"})
    assert again.status_code == 200
    assert again.json()["results"], "the same command has its answer by now"


async def test_without_waiting_the_answer_comes_later(api: Api) -> None:
    run = await api.run(seed=7)
    base = f"runs/{run['id']}/"
    call = {"kind": "apply", "manifest": WEB, "client_id": "a"}
    answer = await api.post(f"{base}commands/", {**call, "wait": False})
    assert (answer.status_code, answer.json()["answered"]) == (202, False)
    assert answer.json()["now"] == 0
    await api.post(f"{base}clock/", {"action": "advance", "by": "1s"})
    later = await api.post(f"{base}commands/", call)
    assert later.json()["results"][0]["message"] == "deployment.apps/web created"


async def test_a_run_has_so_many_branches(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "BRANCHES_MAX", 2)
    run = await api.run(seed=7)
    assert (await api.post(f"runs/{run['id']}/forks/")).status_code == 201
    refused = await api.post(f"runs/{run['id']}/forks/")
    assert refused.status_code == 409
    assert "at most 2 branches" in refused.json()["error"]
