"""Failures of the explorer as a Status."""

from __future__ import annotations

import logging

import pytest
from django.db import DatabaseError

from cluster_core.api.errors import bad_request
from cluster_core.cluster.cluster import PastError
from cluster_core.cluster.command import CommandError
from cluster_core.sim.limits import LimitExceeded
from explorer.kubeapi.refusals import refused
from explorer.refusal import Refusal
from explorer.storage import UnknownRun


@pytest.mark.parametrize(
    ("error", "code", "reason", "seconds"),
    [
        (bad_request("x"), 400, "BadRequest", None),
        (Refusal(503, "full", 30), 503, "ServiceUnavailable", 30),
        (Refusal(429, "yours are full", 30), 429, "TooManyRequests", 30),
        (Refusal(409, "too many branches"), 409, "Conflict", None),
        (LimitExceeded("trace entries", 5), 429, "TooManyRequests", None),
        (UnknownRun("r"), 401, "Unauthorized", None),
        (DatabaseError("secret place"), 503, "ServiceUnavailable", 5),
        (CommandError("x"), 400, "BadRequest", None),
        (PastError("x"), 400, "BadRequest", None),
    ],
)
def test_known_failures(error: Exception, code: int, reason: str, seconds: int | None) -> None:
    found = refused(error)
    assert (found.code, found.reason, found.details.get("retryAfterSeconds")) == (code, reason, seconds)
    assert "secret place" not in found.message


def test_a_mistake_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = refused(KeyError("inner words"))
    assert found.code == 500
    assert "inner words" not in found.message
    assert "inner words" in caplog.text
