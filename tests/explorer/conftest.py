"""Clients of the explorer inside the test process: REST and WebSocket, on the test's own event loop."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import ThreadSensitiveContext
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient

from explorer import pacing, runs
from explorer.asgi import application
from tests.explorer.booted import booted as booted

PATIENCE_S = 30
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
"""


class Api:
    """One visitor: a browser with its cookies, and a bearer token if it is given one.

    Each request has a thread of its own, as it has in the server: calls run side by side.
    """

    def __init__(self, token: str = "") -> None:
        self.client = AsyncClient()
        self.token = token

    async def get(self, path: str, **headers: str) -> Any:
        """GET under /api/v1/."""
        async with ThreadSensitiveContext():
            return await self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON under /api/v1/."""
        data = body if isinstance(body, bytes | str) else json.dumps(body or {})
        async with ThreadSensitiveContext():
            return await self.client.post(
                f"/api/v1/{path}", data, content_type="application/json", headers=self._headers(headers)
            )

    async def delete(self, path: str, **headers: str) -> Any:
        """DELETE under /api/v1/."""
        async with ThreadSensitiveContext():
            return await self.client.delete(f"/api/v1/{path}", headers=self._headers(headers))

    async def run(self, **body: Any) -> dict[str, Any]:
        """Start a run; fails if that is refused."""
        answer = await self.post("runs/", body)
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return {**given, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}


class Stream:
    """A viewer's WebSocket."""

    def __init__(self, run_id: str, headers: list[tuple[bytes, bytes]]) -> None:
        self.socket = WebsocketCommunicator(application, f"/ws/v1/runs/{run_id}/", headers=headers)

    async def next(self) -> dict[str, Any]:
        """The next message of the server."""
        found: dict[str, Any] = json.loads(await self.socket.receive_from(timeout=PATIENCE_S))
        return found

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Skip messages until one of a type with these fields, acknowledging frames as a browser does."""
        while True:
            message = await self.next()
            if message["t"] in ("snapshot", "delta"):
                await self.say(t="ack", epoch=message["epoch"], seq=message["seq"])
            if message["t"] == kind and all(message.get(name) == value for name, value in fields.items()):
                return message

    async def say(self, **message: Any) -> None:
        """Send one message."""
        await self.socket.send_to(text_data=json.dumps(message))

    async def close_code(self) -> int:
        """Skip messages until the server closes."""
        while True:
            message = await self.socket.receive_output(timeout=PATIENCE_S)
            if message["type"] == "websocket.close":
                code: int = message["code"]
                return code


@contextlib.asynccontextmanager
async def stream(run_id: str, token: str = "", **headers: str) -> AsyncIterator[Stream]:
    """A connected viewer."""
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    given += [(b"authorization", f"Bearer {token}".encode())] if token else []
    found = Stream(run_id, given)
    connected, _ = await found.socket.connect(timeout=PATIENCE_S)
    assert connected
    yield found
    await found.socket.disconnect()


@pytest.fixture(autouse=True)
def _database(transactional_db: None) -> None:
    """A database that the storage thread sees too."""


@pytest_asyncio.fixture
async def api() -> AsyncIterator[Api]:
    """A visitor; afterwards no run is in memory."""
    yield Api()
    for live in runs.live_runs():
        await pacing.stop(live)
    runs.forget_all()
