"""How calls are carried out."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from explorer.rest import call
from explorer.rest.answers import ErrorSerializer
from explorer.rest.serializers import ForkSerializer
from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def test_a_body_runs_on_the_event_loop_and_its_request_is_checked_in_a_thread() -> None:
    where: dict[str, Any] = {}

    class Checked(ForkSerializer):
        def validate(self, attrs: Any) -> Any:
            where["checked"] = threading.current_thread()
            return attrs

    async def body(asked: call.Asked) -> Response:
        where["ran"], where["loop"] = threading.current_thread(), asyncio.get_running_loop()
        return Response(asked.given)

    view = call.view(call.post(Checked, ErrorSerializer)(body))
    answer = await sync_to_async(view)(APIRequestFactory().post("/", {"event": 7}, format="json"))
    assert answer.data == {"event": 7}
    assert where["loop"] is asyncio.get_running_loop()
    assert where["ran"] is threading.current_thread() is not where["checked"]


async def test_methods_share_an_address(api: Api) -> None:
    allowed = {"runs/": "GET, POST, HEAD, OPTIONS", "scenarios/": "GET, HEAD, OPTIONS", "shares/": "POST, OPTIONS"}
    for path, methods in allowed.items():
        answer = await api.client.options(f"/api/v1/{path}")
        assert answer.status_code == 200
        assert set(answer.headers["Allow"].split(", ")) == set(methods.split(", "))
    head = await api.client.head("/api/v1/scenarios/")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"a": 1, "b": 2}, "a: unknown field; b: unknown field"),
        ({"x" * 500: 1}, "x" * 80 + ": unknown field"),
        ({"event": "x"}, "event: A valid integer is required."),
    ],
)
async def test_unknown_and_wrong_fields_are_named(api: Api, given: dict[str, Any], says: str) -> None:
    run = await api.run(seed=1)
    answer = await api.post(f"runs/{run['id']}/forks/", given)
    assert (answer.status_code, answer.json()) == (400, {"error": says})
