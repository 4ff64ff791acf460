"""Writes as commands of the log: options, versions, subresources, reviews, warnings."""

from __future__ import annotations

from typing import Any

import pytest

from explorer import runs
from tests.explorer.conftest import WEB, Api
from tests.explorer.kubeapi.client import Kube, kube

pytestmark = pytest.mark.asyncio
MAPS = "/api/v1/namespaces/default/configmaps"
SCALE = "/apis/apps/v1/namespaces/default/deployments/web/scale"


def config_map(name: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **more}


async def deployed(api: Api) -> tuple[dict[str, Any], Kube]:
    run = await api.run()
    await api.post(f"runs/{run['id']}/commands/", {"kind": "apply", "manifest": WEB})
    return run, await kube(api, run["id"])


async def test_scale_speaks_scale(api: Api) -> None:
    _, client = await deployed(api)
    found = (await client.get(SCALE)).json
    assert (found["kind"], found["spec"]["replicas"]) == ("Scale", 2)
    merge = {"content_type": "application/merge-patch+json"}
    assert (await client.ask("PATCH", SCALE, {"spec": {"replicas": 5}}, **merge)).json["spec"]["replicas"] == 5
    table = await client.get(SCALE, accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    assert table.json["kind"] == "Table"


async def test_what_is_logged_is_what_was_asked(api: Api) -> None:
    run, client = await deployed(api)
    live = await runs.find(run["id"])
    path = f"{MAPS}/a?fieldManager=me&fieldValidation=Ignore&force=true"
    body = config_map("a", data={"x": "1"})
    await client.ask("POST", MAPS, config_map("a"))
    await client.ask("PATCH", path, body, content_type="application/merge-patch+json", impersonate_user="jane")
    params = live.cluster.commands[-1].params
    assert params["options"] == {
        "field_validation": "Ignore",
        "field_manager": "me",
        "force": True,
        "patch_type": "merge",
    }
    assert params["impersonate"]["user"] == "jane"
    assert (params["verb"], params["resource"], params["version"], params["name"]) == ("patch", "configmaps", "v1", "a")
    assert "subresource" not in params


async def test_deletecollection_takes_selectors(api: Api) -> None:
    _, client = await deployed(api)
    for name in ("a", "b"):
        labelled = config_map(name)
        labelled["metadata"]["labels"] = {"which": name}
        await client.ask("POST", MAPS, labelled)
    answer = await client.ask("DELETE", f"{MAPS}?labelSelector=which%3Da")
    assert answer.code == 200, answer.body
    assert (await client.get(f"{MAPS}/a")).code == 404
    assert (await client.get(f"{MAPS}/b")).code == 200


async def test_warnings_are_headers(api: Api) -> None:
    _, client = await deployed(api)
    answer = await client.ask("POST", MAPS, config_map("a", nothing=1))
    assert answer.code == 201
    assert answer.headers["warning"] == '299 - "unknown field \\"nothing\\""'
    answer = await client.ask("POST", f"{MAPS}?fieldValidation=Strict", config_map("b", nothing=1))
    assert 'strict decoding error: unknown field "nothing"' in answer.json["message"]


async def test_another_version_of_a_kind(api: Api) -> None:
    _, client = await deployed(api)
    path = "/apis/autoscaling/{}/namespaces/default/horizontalpodautoscalers"
    body = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        },
    }
    made = await client.ask("POST", path.format("v1"), body)
    assert made.code == 201, made.body
    assert made.json["apiVersion"] == "autoscaling/v1"
    found = (await client.get(path.format("v2") + "/web")).json
    assert found["apiVersion"] == "autoscaling/v2"
    assert found["spec"]["maxReplicas"] == 3


async def test_conflicts_have_their_status(api: Api) -> None:
    _, client = await deployed(api)
    made = (await client.ask("POST", MAPS, config_map("a"))).json
    again = await client.ask("POST", MAPS, config_map("a"))
    assert (again.code, again.json["reason"]) == (409, "AlreadyExists")
    await client.ask("PUT", f"{MAPS}/a", {**made, "data": {"x": "1"}})
    stale = await client.ask("PUT", f"{MAPS}/a", {**made, "data": {"x": "2"}})
    assert (stale.code, stale.json["reason"]) == (409, "Conflict")
    wrong = await client.ask("DELETE", f"{MAPS}/a", {"preconditions": {"uid": "other"}})
    assert wrong.code == 409


async def test_a_dry_run_is_no_command_and_takes_no_time(api: Api) -> None:
    run, client = await deployed(api)
    live = await runs.find(run["id"])
    before = (len(live.cluster.commands), live.cluster.number, live.cluster.now)
    made = await client.ask("POST", f"{MAPS}?dryRun=All", config_map("dry"))
    assert (made.code, made.json["metadata"]["name"]) == (201, "dry")
    refused = await client.ask("POST", f"{MAPS}?dryRun=All", config_map("Not_A_Name"))
    assert refused.code == 422
    assert (len(live.cluster.commands), live.cluster.number, live.cluster.now) == before
