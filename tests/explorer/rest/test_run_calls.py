"""Runs over REST: start, list, clock, commands, forks."""

from __future__ import annotations

import pytest

from explorer import runs
from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


async def test_a_run_starts_at_rest(api: Api) -> None:
    answer = await api.post("runs/", {"seed": 7, "title": "mine"})
    run = answer.json()
    assert answer.status_code == 201
    assert (run["now"], run["event"], run["playing"], run["mode"]) == (0, 0, False, "paused")
    assert (run["seed"], run["title"], run["branch"]) == ("7", "mine", "main")
    assert run["counts"]["nodes"] == 4
    assert len(run["state_hash"]) == 32
    assert len(run["token"]) >= 32
    again = (await api.get(f"runs/{run['id']}/")).json()
    assert {**again, "token": run["token"]} == run


async def test_equal_seeds_give_equal_clusters(api: Api) -> None:
    one, two, other = [await api.run(seed=seed) for seed in (7, 7, 8)]
    assert one["state_hash"] == two["state_hash"] != other["state_hash"]
    assert one["id"] != two["id"]


@pytest.mark.boots
async def test_a_run_without_seed_gets_one(api: Api) -> None:
    assert (await api.run())["seed"] != (await api.run())["seed"]


async def test_the_list_shows_the_runs_of_this_browser_only(api: Api) -> None:
    mine = [(await api.run(seed=1, title=title))["id"] for title in ("a", "b")]
    await Api().run(seed=1)
    listed = (await api.get("runs/")).json()["items"]
    assert [item["id"] for item in listed] == mine[::-1]
    runs.forget_all()
    assert (await api.get("runs/")).json()["items"] == listed, "also when they are not in memory"
    assert (await Api().get("runs/")).json()["items"] == []


async def test_scenarios_are_listed_and_started_by_id(api: Api) -> None:
    listed = (await api.get("scenarios/")).json()
    assert {"first-deployment", "rolling-update", "node-failure"} <= {one["id"] for one in listed}
    run = await api.run(scenario="rolling-update")
    assert (run["seed"], run["title"]) == ("20", "A rolling update")
    refused = await api.post("runs/", {"scenario": "no-such"})
    assert refused.status_code == 400
    assert "rolling-update" in refused.json()["error"]


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"nodes": 10_000}, "at most 50 nodes"),
        ({"nodes": 0}, "nodes"),
        ({"etcd_members": 2}, "1, 3, 5 or 7"),
        ({"node_cpu": "many"}, "many"),
        ({"node_memory": "-1Gi"}, "-1Gi"),
        ({"nodes": "3"}, "nodes must be a int"),
        ({"colour": "red"}, "unknown setting"),
    ],
)
async def test_a_cluster_that_cannot_be_is_refused(api: Api, config: dict[str, object], says: str) -> None:
    answer = await api.post("runs/", {"config": config})
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert not runs.live_runs()


async def test_apply_answers_as_kubectl_would(api: Api) -> None:
    run = await api.run(seed=7)
    base = f"runs/{run['id']}/"
    answer = await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB})
    assert answer.status_code == 200
    assert [one["message"] for one in answer.json()["results"]] == ["deployment.apps/web created"]
    again = await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB})
    assert [one["message"] for one in again.json()["results"]] == ["deployment.apps/web unchanged"]
    scaled = await api.post(
        f"{base}commands/", {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 3}
    )
    assert [one["message"] for one in scaled.json()["results"]] == ["deployment.apps/web scaled"]
    done = await api.post(f"{base}clock/", {"action": "advance", "until": "all-deployments-available", "limit": "120s"})
    assert done.json()["held"] is True
    found = (await api.get(f"{base}objects/?kind=deployments&name=web")).json()["items"]
    assert found[0]["status"]["availableReplicas"] == 3
    gone = await api.post(f"{base}commands/", {"kind": "delete", "resource": "deployments", "name": "web"})
    assert [one["message"] for one in gone.json()["results"]] == [
        'deployment.apps "web" deleted from default namespace'
    ]


async def test_a_fault_is_a_command(api: Api) -> None:
    run = await api.run(seed=7)
    base = f"runs/{run['id']}/"
    answer = await api.post(f"{base}commands/", {"kind": "fault", "fault": "node-down", "target": "node-2"})
    assert [one["error"] for one in answer.json()["results"]] == [""]
    await api.post(f"{base}clock/", {"action": "advance", "by": "60s"})
    node = (await api.get(f"{base}objects/?kind=nodes&name=node-2")).json()["items"][0]
    ready = next(one for one in node["status"]["conditions"] if one["type"] == "Ready")
    assert ready["status"] == "Unknown"
    wrong = await api.post(f"{base}commands/", {"kind": "fault", "fault": "node-down", "target": "node-99"})
    assert wrong.status_code == 400
    assert "node-1" in wrong.json()["error"]


async def test_a_retry_with_the_same_client_id_changes_nothing(api: Api) -> None:
    run = await api.run(seed=7)
    call = {"kind": "apply", "manifest": WEB, "client_id": "abc"}
    first = (await api.post(f"runs/{run['id']}/commands/", call)).json()
    again = (await api.post(f"runs/{run['id']}/commands/", call)).json()
    assert again["results"] == first["results"] != []
    assert again["event"] == first["event"]
    runs.forget_all()
    later = (await api.post(f"runs/{run['id']}/commands/", call)).json()
    assert later["results"] == first["results"], "also after the server was killed"
    assert (await api.get(f"runs/{run['id']}/")).json()["event"] == first["event"]


async def test_a_change_in_the_past_forks_goes_to_the_head_or_is_refused(api: Api) -> None:
    run = await api.run(seed=7)
    base = f"runs/{run['id']}/"
    await api.post(f"{base}commands/", {"kind": "apply", "manifest": WEB})
    head = (await api.post(f"{base}clock/", {"action": "advance", "by": "10s"})).json()
    await api.post(f"{base}clock/", {"action": "seek", "event": 5})
    call = {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 4}
    refused = await api.post(f"{base}commands/", {**call, "in_past": "refuse"})
    assert refused.status_code == 409
    there = (await api.post(f"{base}commands/", {**call, "in_past": "head"})).json()
    assert there["branch"] == "main"
    assert there["event"] > head["event"]
    await api.post(f"{base}clock/", {"action": "seek", "event": 5})
    fork = (await api.post(f"{base}commands/", call)).json()
    assert fork["branch"] == "main·fork-1"
    assert fork["results"][0]["error"] == "NotFound", "at event 5 there was no Deployment yet"
    back = (await api.post(f"{base}forks/", {"branch": "main"})).json()
    assert (back["branch"], back["event"]) == ("main", there["event"])


async def test_forks_go_on_independently(api: Api) -> None:
    run = await api.run(scenario="first-deployment")
    base = f"runs/{run['id']}/"
    head = (await api.post(f"{base}clock/", {"action": "advance", "by": "5s"})).json()
    fork = await api.post(f"{base}forks/", {"event": 300})
    assert fork.status_code == 201
    assert (fork.json()["event"], fork.json()["branch"]) == (300, "main·fork-1")
    straight = (await api.post(f"{base}clock/", {"action": "advance", "by": "60s"})).json()
    assert [one["name"] for one in straight["branches"]] == ["main", "main·fork-1"]
    back = (await api.post(f"{base}forks/", {"branch": "main"})).json()
    assert (back["event"], back["state_hash"]) == (head["event"], head["state_hash"])
    assert (await api.post(f"{base}forks/", {"branch": "no-such"})).status_code == 404
    beyond = await api.post(f"{base}forks/", {"event": 10**9})
    assert beyond.status_code == 400
    assert "has not happened yet: the head is event" in beyond.json()["error"]
