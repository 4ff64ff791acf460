"""A run with pods in it, and sessions with their containers, inside the test process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from explorer import runs
from explorer.flow import FLOW
from explorer.kubeapi.streams.remote import KUBECTL
from explorer.live import LiveRun
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import PATIENCE_S, Kube, Line, kube

PODS = "/api/v1/namespaces/default/pods"


def pod(name: str, *command: str, image: str = "busybox", **more: Any) -> dict[str, Any]:
    """A pod with one container "c"."""
    container = {"name": "c", "image": image, **({"command": list(command)} if command else {}), **more}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [container]}}


class World:
    """A run with pods that are up."""

    def __init__(self, client: Kube, live: LiveRun, api: Api) -> None:
        self.client, self.live, self.api = client, live, api

    async def clock(self, **call: Any) -> None:
        """A call of the run's clock."""
        answer = await self.api.post(f"runs/{self.live.id}/clock/", call)
        assert answer.status_code == 200, answer.content

    async def opened(self) -> None:
        """Wait until the run has the session of exec or attach whose handshake has been read."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.live.clients.sessions:
                await asyncio.sleep(0.005)

    def socket(self, path: str, *offered: str, flow: Any = None, **headers: str) -> Line:
        """A WebSocket to a path of the API; `flow` is that of its connection."""
        scope = self.client.scope("GET", path, headers, "websocket")
        scope["subprotocols"] = list(offered)
        if flow is not None:
            scope[FLOW] = flow
        scope["extensions"] = {"websocket.http.response": {}}
        return Line(scope)

    async def refused(self, path: str, *offered: str) -> dict[str, Any]:
        """The Status of a handshake that is refused."""
        line = self.socket(path, *offered)
        head, body = await line.next(), await line.next()
        assert head["type"] == "websocket.http.response.start", head
        found: dict[str, Any] = json.loads(body["body"])
        assert found["code"] == head["status"]
        return found


async def world(api: Api, *pods: dict[str, Any]) -> World:
    """A run in which these pods have started; its clock stands still."""
    run = await api.run()
    client = await kube(api, run["id"])
    for one in pods:
        answer = await client.ask("POST", PODS, one)
        assert answer.code == 201, answer.json
    found = World(client, await runs.find(run["id"]), api)
    await found.clock(action="advance", by="5s")
    return found


class Session:
    """A client of exec or attach with binary frames."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.output = {1: b"", 2: b"", 3: b""}
        self.code: int | None = None

    def send(self, channel: int, data: bytes = b"") -> None:
        """A frame."""
        self.line.incoming.put_nowait({"type": "websocket.receive", "bytes": bytes([channel]) + data})

    async def until(self, text: bytes, channel: int = 1) -> None:
        """Read until a channel has carried a text."""
        while text not in self.output[channel]:
            assert await self.step(), self.output

    async def step(self) -> bool:
        """Read one message; False at the end."""
        message = await self.line.next()
        if message is None or message["type"] == "websocket.close":
            self.code = message["code"] if message else None
            return False
        assert message["type"] == "websocket.send", message
        self.output[message["bytes"][0]] += message["bytes"][1:]
        return True

    async def ended(self) -> dict[str, Any]:
        """Read to the end; the Status."""
        while await self.step():
            pass
        await asyncio.wait_for(self.line.task, PATIENCE_S)
        found: dict[str, Any] = json.loads(self.output[3])
        return found


async def session(world: World, path: str, protocol: str = "v4.channel.k8s.io") -> Session:
    """An open session: its handshake, and the empty frame that tells of it, are read."""
    line = world.socket(path, protocol)
    accepted = await line.next()
    assert accepted == {"type": "websocket.accept", "subprotocol": protocol}, accepted
    if protocol != KUBECTL:
        assert len((await line.next())["bytes"]) == 1
    return Session(line)
