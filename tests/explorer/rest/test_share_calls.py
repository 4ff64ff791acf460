"""Share links: two readers open the same moment and get the same state."""

from __future__ import annotations

import pytest

from explorer import runs
from explorer.models import Share
from tests.explorer.conftest import WEB, Api, stream

pytestmark = pytest.mark.asyncio


async def moment(api: Api) -> dict[str, object]:
    run = await api.run(scenario="first-deployment")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "advance", "by": "4s"})
    await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB.replace("name: web}", "name: more}", 1)})
    here = (await api.post(f"{base}clock/", {"action": "step", "count": 77})).json()
    return {**here, "base": base}


async def test_two_readers_see_the_same_state(api: Api) -> None:
    here = await moment(api)
    made = await api.post("shares/", {"run": here["id"], "view": "network", "selection": "pod/default/web-0"})
    assert made.status_code == 201
    link = made.json()
    assert (link["event"], link["state_hash"]) == (here["event"], here["state_hash"])
    assert link["url"] == f"http://testserver/s/{link['slug']}/"
    assert link["view"] == {"view": "network", "selection": "pod/default/web-0"}
    await api.post(f"{here['base']}clock/", {"action": "advance", "by": "30s"})
    runs.forget_all()
    readers = Api(), Api()
    opened = []
    for reader in readers:
        assert (await reader.get(f"shares/{link['slug']}/")).json() == link
        answer = await reader.post(f"shares/{link['slug']}/")
        assert answer.status_code == 201
        opened.append(answer.json())
    for copy in opened:
        assert copy["same_history"] is True
        assert (copy["event"], copy["state_hash"]) == (here["event"], here["state_hash"])
        assert (copy["playing"], copy["mode"]) == (False, "paused")
    ids = {here["id"], *(copy["id"] for copy in opened)}
    assert len(ids) == 3
    on = [
        (await reader.post(f"runs/{copy['id']}/clock/", {"action": "advance", "by": "60s"})).json()
        for reader, copy in zip(readers, opened, strict=True)
    ]
    assert on[0]["state_hash"] == on[1]["state_hash"] != here["state_hash"]


async def test_a_reader_need_not_wait_for_the_history(api: Api) -> None:
    """The answer comes before the copy is built; its stream builds it, and the hash is the author's."""
    here = await moment(api)
    link = (await api.post("shares/", {"run": here["id"], "view": "network"})).json()
    runs.forget_all()
    reader = Api()
    answer = await reader.post(f"shares/{link['slug']}/", {"wait": False})
    assert answer.status_code == 202
    copy = answer.json()
    assert (copy["share"], copy["links"]["page"]) == (link, f"/runs/{copy['id']}/")
    assert runs.live_runs() == []
    async with stream(copy["id"], copy["token"]) as viewer:
        assert (await viewer.until("hello"))["role"] == "owner"
        message = await viewer.next()
        assert message["t"] == "snapshot", "no notice: nothing was restored, and the history is the same"
        assert message["clock"]["state_hash"] == here["state_hash"]
        assert message["clock"]["mode"] == "paused"
    mine = (await reader.get("runs/")).json()["items"]
    assert [(item["id"], item["event"]) for item in mine] == [(copy["id"], here["event"])]


async def test_a_promised_copy_whose_history_differs_says_so(api: Api) -> None:
    here = await moment(api)
    link = (await api.post("shares/", {"run": here["id"]})).json()
    await Share.objects.filter(pk=link["slug"]).aupdate(state_hash="0" * 32)
    copy = (await Api().post(f"shares/{link['slug']}/", {"wait": False})).json()
    async with stream(copy["id"], copy["token"]) as viewer:
        assert (await viewer.until("notice"))["id"] == "notice.history-differs"


async def test_an_earlier_event_can_be_shared(api: Api) -> None:
    here = await moment(api)
    link = (await api.post("shares/", {"run": here["id"], "event": 500})).json()
    seen = (await api.post(f"{here['base']}clock/", {"action": "seek", "event": 500})).json()
    assert (link["event"], link["state_hash"]) == (500, seen["state_hash"])
    copy = (await Api().post(f"shares/{link['slug']}/")).json()
    assert (copy["event"], copy["state_hash"], copy["same_history"]) == (500, seen["state_hash"], True)


async def test_a_copy_leaves_the_authors_run_as_it_was(api: Api) -> None:
    here = await moment(api)
    link = (await api.post("shares/", {"run": here["id"]})).json()
    reader = Api()
    copy = (await reader.post(f"shares/{link['slug']}/")).json()
    scaled = await reader.post(
        f"runs/{copy['id']}/commands/", {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 1}
    )
    assert scaled.status_code == 200
    mine = (await api.get(str(here["base"]))).json()
    assert (mine["event"], mine["state_hash"]) == (here["event"], here["state_hash"])


async def test_what_has_not_happened_cannot_be_shared(api: Api) -> None:
    here = await moment(api)
    answer = await api.post("shares/", {"run": here["id"], "event": 10**9})
    assert answer.status_code == 400
    assert "has not happened yet" in answer.json()["error"]


async def test_a_wrong_slug_is_not_found(api: Api) -> None:
    for answer in (await api.get("shares/AAAA/"), await api.post("shares/AAAA/")):
        assert (answer.status_code, answer.json()) == (404, {"error": "no such link"})
