"""Errors as Status objects."""

from __future__ import annotations

import pytest

from cluster_core.api import errors
from cluster_core.api.errors import ApiError, Cause, supported

CAUSES = [
    (Cause("spec.a", "Required"), "spec.a: Required value"),
    (Cause("spec.a", "Required", "must be given"), "spec.a: Required value: must be given"),
    (Cause("spec.a", "Invalid", "must be small", 7), "spec.a: Invalid value: 7: must be small"),
    (Cause("spec.a", "Invalid", "is wrong", {"b": "c"}), 'spec.a: Invalid value: {"b":"c"}: is wrong'),
    (
        Cause("spec.a", "NotSupported", supported("A", "B"), "x"),
        'spec.a: Unsupported value: "x": supported values: "A", "B"',
    ),
    (Cause("spec.a", "Duplicate", "", "x"), 'spec.a: Duplicate value: "x"'),
    (Cause("spec.a", "NotFound", "", "x"), 'spec.a: Not found: "x"'),
    (Cause("spec.a", "Forbidden", "no"), "spec.a: Forbidden: no"),
    (Cause("spec.a", "TooLong", "may not be more than 3 bytes"), "spec.a: Too long: may not be more than 3 bytes"),
]


@pytest.mark.parametrize(("cause", "text"), CAUSES)
def test_causes(cause: Cause, text: str) -> None:
    assert cause.text() == text
    assert cause.body() == text.partition(": ")[2]


STATUSES: list[tuple[ApiError, int, str, str]] = [
    (errors.not_found("pods", "x"), 404, "NotFound", 'pods "x" not found'),
    (errors.already_exists("pods", "x"), 409, "AlreadyExists", 'pods "x" already exists'),
    (
        errors.conflict("pods", "x"),
        409,
        "Conflict",
        'Operation cannot be fulfilled on pods "x": the object has been modified; ',
    ),
    (errors.forbidden("pods", "x", "no"), 403, "Forbidden", 'pods "x" is forbidden: no'),
    (errors.gone(3, 9), 410, "Expired", "too old resource version: 3 (9)"),
    (
        errors.method_not_allowed(),
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
    ),
    (errors.unknown_resource(), 404, "NotFound", "the server could not find the requested resource"),
]


@pytest.mark.parametrize(("error", "code", "reason", "message"), STATUSES)
def test_statuses(error: ApiError, code: int, reason: str, message: str) -> None:
    status = error.status()
    assert (status["kind"], status["status"], status["code"], status["reason"]) == ("Status", "Failure", code, reason)
    assert status["message"].startswith(message)


def test_an_invalid_object_lists_every_cause_once() -> None:
    causes = [Cause("spec.a", "Required"), Cause("spec.a", "Required"), Cause("spec.b", "Invalid", "no", 1)]
    error = errors.invalid("Deployment", "apps", "web", causes)
    assert error.message == 'Deployment.apps "web" is invalid: [spec.a: Required value, spec.b: Invalid value: 1: no]'
    assert error.details["causes"] == [
        {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.a"},
        {"reason": "FieldValueInvalid", "message": "Invalid value: 1: no", "field": "spec.b"},
    ]
