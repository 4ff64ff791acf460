"""Errors of the REST API: always JSON with an `error` sentence, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from cluster_core.api.errors import ApiError
from cluster_core.api.yaml import ManifestError
from cluster_core.cluster.cluster import NotYetError, PastError
from cluster_core.cluster.command import CommandError
from cluster_core.cluster.conditions import ConditionError
from cluster_core.sim.limits import LimitExceeded
from explorer import metrics
from explorer.clock import ClockError
from explorer.refusal import Refusal
from explorer.storage import UnknownRun

logger = logging.getLogger(__name__)

# What a refused request is answered with; the exception's own text says what is wrong.
STATUS: dict[type[Exception], int] = {
    UnknownRun: 404,
    PastError: 409,
    NotYetError: 400,
    ClockError: 400,
    CommandError: 400,
    ConditionError: 400,
    LimitExceeded: 400,
    ManifestError: 400,
    RequestDataTooBig: 413,
}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception of a call."""
    if isinstance(error, Refusal):
        return _refused(error)
    if isinstance(error, DatabaseError):
        logger.error("database: %s", error)
        sentence = "the server cannot use its database at the moment: nothing was changed, try again"
        return _refused(Refusal(503, sentence, retry_after=5))
    if isinstance(error, ApiError):
        return Response({"error": error.message}, status=400)
    if isinstance(error, ManifestError):
        return Response({"error": str(error), "line": error.line, "column": error.column}, status=400)
    for kind, status in STATUS.items():
        if isinstance(error, kind):
            return Response({"error": str(error)}, status=status)
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": _sentence(response.data)}
    return response


def _refused(error: Refusal) -> Response:
    metrics.REFUSALS.labels(str(error.status)).inc()
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return Response({"error": error.sentence}, status=error.status, headers=headers)


def _sentence(data: Any) -> str:
    if isinstance(data, dict):
        if set(data) == {"detail"}:
            return str(data["detail"])
        return "; ".join(f"{name}: {_sentence(value)}" for name, value in data.items())
    if isinstance(data, list):
        return " ".join(_sentence(value) for value in data)
    return str(data)
