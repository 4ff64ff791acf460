"""Add-ons and the logs of all containers over REST."""

from __future__ import annotations

import pytest

from tests.explorer.conftest import Api
from tests.explorer.rest.test_moment_calls import ready_run

pytestmark = pytest.mark.asyncio


async def test_an_add_on_is_applied_by_its_manifest_and_then_searched(api: Api) -> None:
    base = await ready_run(api)
    items = {one["name"]: one for one in (await api.get(f"{base}add-ons/")).json()["items"]}
    assert items["dns"]["ready"] and items["metrics"]["ready"] and items["dns"]["manifest"] == ""
    assert not items["logging"]["installed"] and f"/{base}" in items["dashboard"]["manifest"]
    before = (await api.get(f"{base}logs/?query=namespace:default")).json()
    assert before["store"] == "" and before["lines"] == []
    given = await api.post(
        f"{base}commands/", {"kind": "apply", "manifest": items["logging"]["manifest"], "client_id": "a"}
    )
    assert given.status_code == 200 and not any(one["error"] for one in given.json()["results"])
    await api.post(f"{base}clock/", {"action": "advance", "by": "40s"})
    items = {one["name"]: one for one in (await api.get(f"{base}add-ons/")).json()["items"]}
    assert items["logging"]["ready"]
    found = (await api.get(f"{base}logs/?query=namespace:default%20%22start%20worker%22&limit=2")).json()
    assert found["store"].startswith("kube-system/victoria-logs-") and found["behind"] == []
    assert len(found["lines"]) == 2 and found["matched"] == 3 and found["lines"][0]["text"] == "start worker processes"
    early = (await api.get(f"{base}logs/?until=1")).json()
    assert early["lines"] == [] and early["kept"] == found["kept"]


@pytest.mark.parametrize("query", ["since=x", "limit=-1", "query=" + "x" * 1_001, "query=" + "x%20" * 31])
async def test_a_search_has_limits(api: Api, query: str) -> None:
    base = await ready_run(api)
    assert (await api.get(f"{base}logs/?{query}")).status_code == 400
