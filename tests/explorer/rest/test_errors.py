"""Errors are JSON with a sentence, whatever they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.exceptions import NotFound, ValidationError

from cluster_core.api.errors import ApiError
from cluster_core.api.yaml import ManifestError
from cluster_core.sim.limits import LimitExceeded
from explorer.refusal import Refusal
from explorer.rest import run_calls
from explorer.rest.errors import STATUS, answer
from tests.explorer.conftest import Api


@pytest.mark.parametrize(
    ("error", "status", "data"),
    [
        (Refusal(429, "too many", 60), 429, {"error": "too many"}),
        (ManifestError("broken", 3, 7), 400, {"error": "broken", "line": 3, "column": 7}),
        (LimitExceeded("nodes", 50), 400, {"error": "limit reached: at most 50 nodes"}),
        (NotFound("no such thing"), 404, {"error": "no such thing"}),
        (ValidationError({"a": ["x", "y"], "b": "z"}), 400, {"error": "a: x y; b: z"}),
        (ApiError(404, "NotFound", "no kind widgets"), 400, {"error": "no kind widgets"}),
    ],
)
def test_the_answer_to_an_exception(error: Exception, status: int, data: dict[str, Any]) -> None:
    found = answer(error, {})
    assert found is not None
    assert (found.status_code, found.data) == (status, data)


def test_waiting_is_said_where_it_helps() -> None:
    for error in (Refusal(503, "full", 30), OperationalError("disk I/O error")):
        found = answer(error, {})
        assert found is not None
        assert found.status_code == 503
        assert int(found.headers["Retry-After"]) > 0
        assert "disk" not in found.data["error"]


def test_each_known_refusal_has_a_4xx() -> None:
    assert all(400 <= status < 500 for status in STATUS.values())


def test_a_defect_is_not_taken_for_a_refusal() -> None:
    assert answer(ZeroDivisionError(), {}) is None


@pytest.mark.asyncio
async def test_even_a_defect_is_answered_in_json(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run_calls.scenario, "all_scenarios", broken)
    api.client.raise_request_exception = False
    found = await api.get("scenarios/")
    assert found.status_code == 500
    assert found.headers["Content-Type"] == "application/json"
    assert "logged" in json.loads(found.content)["error"]
