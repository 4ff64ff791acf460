"""Errors of the REST API: always JSON with an `error` sentence, never a traceback."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.response import Response
from rest_framework.views import exception_handler


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception of a view."""
    if isinstance(error, RecursionError):
        return Response({"error": "JSON is nested too deeply"}, status=400)
    if isinstance(error, RequestDataTooBig):
        return Response({"error": "the request is too large"}, status=413)
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": _sentence(response.data)}
    return response


def _sentence(data: Any) -> str:
    if isinstance(data, dict):
        if set(data) == {"detail"}:
            return str(data["detail"])
        return "; ".join(f"{name}: {_sentence(value)}" for name, value in data.items())
    if isinstance(data, list):
        return " ".join(_sentence(value) for value in data)
    return str(data)
