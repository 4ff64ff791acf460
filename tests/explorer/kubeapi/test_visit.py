"""Viewers are told of what clients ask."""

from __future__ import annotations

import asyncio

import pytest

from tests.explorer.conftest import Api, stream
from tests.explorer.kubeapi.client import Kube, kube

pytestmark = pytest.mark.asyncio
PODS = "/api/v1/namespaces/default/pods"


async def test_a_viewer_sees_a_request(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    async with stream(run["id"]) as viewer:
        await viewer.until("snapshot")
        await client.get(f"{PODS}/a", user_agent="kubectl/v1.33")
        told = await viewer.until("client")
        assert (told["verb"], told["resource"], told["name"], told["code"]) == ("get", "pods", "a", 404)
        assert (told["agent"], told["write"], told["command"], told["skipped"]) == ("kubectl/v1.33", False, None, 0)
        assert (await Kube(f"/k8s/{run['id']}").get(PODS)).code == 401
        async with client.watch(f"{PODS}?watch=1"):
            # Told of when it opens, not when it ends; who was not let in is not told of.
            assert (await asyncio.wait_for(viewer.until("client"), 30))["verb"] == "watch"
