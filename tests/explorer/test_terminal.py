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


async def pod(api: Api, run: dict[str, Any], command: str = "") -> None:
    line = f"kubectl run box --image=busybox --restart=Never {command}"
    assert text(await typed(api, run, line)) == "pod/box created"
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "30s"})


async def more(api: Api, run: dict[str, Any], card: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"runs/{run['id']}/terminal/{card['id']}/?since={card['next']}")).json()
    return found


async def test_logs_are_printed_and_followed(api: Api) -> None:
    run = await api.run(seed=1)
    await pod(api, run, "-- sh -c 'echo one; sleep 60; echo two'")
    assert text(await typed(api, run, "kubectl logs box")) == "one"
    card = await typed(api, run, "kubectl logs -f box")
    assert text(card) == "one" and not card["done"] and card["waits"] == "logs"
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "60s"})
    news = await more(api, run, card)
    while not news["done"]:
        news = await more(api, run, news)
    assert [line["text"] for line in news["output"]] in (["two"], []) and news["code"] == 0


async def test_a_command_in_a_container(api: Api) -> None:
    run = await api.run(seed=1)
    await pod(api, run, "-- sleep 1000")
    assert text(await typed(api, run, "kubectl exec box -- echo hello")) == "hello"
    card = await typed(api, run, "kubectl exec box -- sh -c 'echo a; echo b >&2; exit 3'")
    assert [(one["text"], one["error"]) for one in card["output"]] == [
        ("a", False),
        ("b", True),
        ("command terminated with exit code 3", True),
    ]
    assert card["code"] == 3
    assert text(await typed(api, run, "kubectl exec -i box -- cat <<E\nfrom here\nE")) == "from here"


async def test_a_shell_one_types_into(api: Api) -> None:
    run = await api.run(seed=1)
    await pod(api, run, "-- sleep 1000")
    card = await typed(api, run, "kubectl exec -it box -- sh")
    assert card["session"] == {"prompt": "/ # ", "tty": True} and card["waits"] == "attach"
    path = f"runs/{run['id']}/terminal/{card['id']}/input/"
    news = (await api.post(path, {"text": "echo $((1 + 2))\n", "since": card["next"]})).json()
    assert [line["text"] for line in news["output"]][:2] == ["/ # echo $((1 + 2))", "3"]
    await api.post(path, {"text": "exit 4\n"})
    news = await more(api, run, news)
    assert news["done"] and news["code"] == 4 and news["session"] is None
    assert (await api.post(path, {"text": "x"})).status_code == 409


async def test_a_viewer_opens_no_session(api: Api) -> None:
    run = await api.run(seed=1)
    await pod(api, run, "-- sleep 1000")
    card = await typed(Api(), run, "kubectl exec box -- ls")
    assert card["code"] == 1 and "somebody else's" in text(card)


async def test_the_namespace_of_the_context_is_told(api: Api) -> None:
    run = await api.run(seed=1)
    card = await typed(api, run, "kubectl config set-context --current --namespace=kube-system")
    assert card["namespace"] == "kube-system" and f"orrery-{run['id']}" in text(card)


async def test_impersonation(api: Api) -> None:
    run = await api.run(seed=1)
    card = await typed(api, run, "kubectl get pods --as bob")
    assert 'User "bob" cannot list resource "pods"' in text(card)


async def test_the_word_at_the_cursor_is_completed(api: Api) -> None:
    run = await api.run(seed=1)
    path = f"runs/{run['id']}/terminal/complete/"
    answer = await api.post(path, {"line": "kubectl get nodes node-", "cursor": 23})
    assert answer.json() == {"word": "node-", "candidates": ["node-1", "node-2", "node-3"]}
    answer = await api.post(path, {"line": "kubectl descr nodes", "cursor": 13})
    assert answer.json()["candidates"] == ["describe"]
    assert (await api.post(path, {"line": ""})).json() == {"word": "", "candidates": ["kubectl"]}
