"""Lines typed into the terminal: what they print, what they ask, who may."""

from __future__ import annotations

from typing import Any

import pytest

from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def typed(api: Api, run: dict[str, Any], line: str) -> dict[str, Any]:
    answer = await api.post(f"runs/{run['id']}/terminal/", {"line": line})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def text(card: dict[str, Any]) -> str:
    return "\n".join(line["text"] for line in card["output"])


async def test_a_table_and_the_request_behind_it(api: Api) -> None:
    run = await api.run(seed=1)
    card = await typed(api, run, "kubectl get nodes")
    assert card["done"] and card["code"] == 0
    assert text(card).startswith("NAME            STATUS   ROLES           AGE")
    assert [one["path"] for one in card["requests"]] == ["/api/v1/nodes?limit=500"]
    assert "node/node-1" in card["objects"]


async def test_a_line_that_is_wrong_says_how(api: Api) -> None:
    run = await api.run(seed=1)
    card = await typed(api, run, "kubectl gett pods")
    assert card["code"] == 1 and "Did you mean this?" in text(card) and card["output"][0]["error"]


async def test_a_write_is_in_the_log_of_the_run(api: Api) -> None:
    run = await api.run(seed=1)
    assert text(await typed(api, run, "kubectl create configmap c --from-literal=a=1")) == "configmap/c created"
    assert text(await typed(api, run, "kubectl get cm c -o jsonpath='{.data.a}'")) == "1"
    found = (await api.get(f"runs/{run['id']}/objects/?kind=configmaps&name=c")).json()
    assert [one["data"] for one in found["items"]] == [{"a": "1"}]


async def test_a_viewer_may_look_and_not_change(api: Api) -> None:
    run = await api.run(seed=1)
    viewer = Api()
    assert (await typed(viewer, run, "kubectl get pods -A"))["code"] == 0
    card = await typed(viewer, run, "kubectl create namespace x")
    assert card["code"] == 1 and "somebody else's" in text(card)


async def test_a_line_that_waits_goes_on_until_it_is_stopped(api: Api) -> None:
    run = await api.run(seed=1)
    card = await typed(api, run, "kubectl get pods -w")
    assert not card["done"] and card["waits"] == "watch"
    path = f"runs/{run['id']}/terminal/{card['id']}/"
    assert (await api.delete(path)).json()["done"]
    assert (await api.get(path)).json()["code"] == 130
