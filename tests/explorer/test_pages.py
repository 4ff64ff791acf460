"""Pages: boot data, languages, and that looking creates nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from explorer import runs
from explorer.models import Run
from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def boot(api: Api, path: str, status: int = 200, **headers: str) -> dict[str, Any]:
    """The boot data of a page."""
    answer = await api.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status_code == status
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', answer.content.decode())
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


async def test_the_front_page_creates_nothing(api: Api) -> None:
    assert (await boot(api, "/"))["run"] == ""
    assert await Run.objects.acount() == 0
    assert runs.live_runs() == []


async def test_a_returning_browser_gets_its_welcome_run(api: Api) -> None:
    await api.run(seed=1)
    assert (await boot(api, "/"))["run"] == "", "another run is not it"
    mine = await api.run(scenario="welcome", play=True)
    found = await boot(api, "/")
    assert (found["page"], found["run"], found["role"]) == ("landing", mine["id"], "owner")
    runs.forget_all()
    assert (await boot(api, "/"))["run"] == mine["id"]
    assert runs.live_runs() == [], "looking does not rebuild it either"
    assert (await boot(Api(), "/"))["run"] == ""


async def test_a_run_page_knows_the_role(api: Api) -> None:
    run = await api.run(seed=1)
    path = f"/runs/{run['id']}/"
    assert (await boot(api, path))["role"] == "owner"
    found = await boot(Api(), path)
    assert (found["page"], found["run"], found["role"]) == ("run", run["id"], "viewer")


async def test_a_share_page_hands_over_the_slug(api: Api) -> None:
    run = await api.run(seed=1)
    link = (await api.post("shares/", {"run": run["id"]})).json()
    found = await boot(Api(), f"/s/{link['slug']}/")
    assert (found["page"], found["run"], found["share"]) == ("share", "", link["slug"])
    assert await Run.objects.acount() == 1


@pytest.mark.parametrize("path", ["/runs/nothing/", "/s/nothing/", "/nothing", "/runs/"])
async def test_pages_that_do_not_exist(api: Api, path: str) -> None:
    assert (await boot(api, path, 404))["page"] == "missing"


async def test_a_forgotten_slash_is_put_right(api: Api) -> None:
    run = await api.run(seed=1)
    answer = await api.client.get(f"/runs/{run['id']}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/runs/{run['id']}/")


@pytest.mark.parametrize(
    ("accepted", "lang"), [("en-US,en;q=0.9", "en"), ("zh-CN,zh;q=0.9", "zh-Hans"), ("zh-TW", "zh-Hans"), ("fr", "en")]
)
async def test_the_language_of_the_browser(api: Api, accepted: str, lang: str) -> None:
    assert (await boot(api, "/", Accept_Language=accepted))["lang"] == lang


async def test_the_chosen_language_comes_first(api: Api) -> None:
    api.client.cookies["django_language"] = "zh-hans"
    assert (await boot(api, "/", Accept_Language="en"))["lang"] == "zh-Hans"


async def test_boot_data_cannot_break_out_of_its_script(api: Api) -> None:
    run = await api.run(seed=1, title="</script><script>alert(1)</script>")
    page = (await api.client.get(f"/runs/{run['id']}/")).content.decode()
    assert "alert(1)" not in page
    listed = await api.get("runs/")
    assert listed.headers["Content-Type"] == "application/json"
