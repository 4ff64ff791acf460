"""The queue and decisions over REST."""

from __future__ import annotations

import pytest

from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def test_the_queue_and_one_decision(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "advance", "by": "20s"})
    (card,) = (await api.get(f"{base}scheduling/")).json()["schedulers"]
    assert card["scheduler"] == "default-scheduler"
    decided = card["decided"][0]
    answer = await api.get(f"{base}scheduling/decisions/{decided['pod']}/")
    assert answer.status_code == 200
    decision = answer.json()
    assert (decision["pod"], decision["node"], decision["at"]) == (decided["pod"], decided["node"], decided["at"])
    assert sum(row["feasible"] for row in decision["nodes"]) == decision["counts"]["feasible"]
    named = (await api.get(f"{base}scheduling/decisions/{decided['pod']}/?node=NODE-2")).json()
    assert [row["name"] for row in named["nodes"]] == ["node-2"]
    assert named["node"] == decision["node"] and named["counts"] == decision["counts"]


async def test_who_is_not_there_has_no_decision(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    answer = await api.get(f"runs/{run['id']}/scheduling/decisions/default/nobody/")
    assert answer.status_code == 404
    assert "nobody" in answer.json()["error"]
