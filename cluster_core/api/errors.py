"""API errors as Status objects, in upstream's words. Upstream: apimachinery `api/errors`, `util/validation/field`.

Real Kubernetes prints a wrong struct as Go does; here it is shown as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A failed request: HTTP code, reason, message."""

    def __init__(self, code: int, reason: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details or {}

    def status(self) -> dict[str, Any]:
        """The Status object that a client gets."""
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }
        if self.details:
            body["details"] = self.details
        return body


class NotYetError(ApiError):
    """A failure that may pass by itself, such as a default service account that is about to be made: worth another try."""

    def __init__(self, failure: ApiError) -> None:
        super().__init__(failure.code, failure.reason, failure.message, failure.details)


OMITTED = "\0omitted"
TYPE_WORDS = {"Invalid": "Invalid value", "NotSupported": "Unsupported value", "Duplicate": "Duplicate value"}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with a field.

    type: Required, Invalid, NotSupported, Duplicate, Forbidden, TooLong, TooMany, NotFound. A `bad_value` of OMITTED is not shown.
    """

    field: str
    type: str
    detail: str = ""
    bad_value: Any = None

    def text(self) -> str:
        """As upstream prints it."""
        return f"{self.field}: {self.body()}"

    def body(self) -> str:
        """Without the field."""
        if self.bad_value is OMITTED:
            return f"{TYPE_WORDS[self.type]}: {self.detail}"
        words = {
            "Required": "Required value",
            "Invalid": f"Invalid value: {_shown(self.bad_value)}",
            "NotSupported": f"Unsupported value: {_shown(self.bad_value)}",
            "NotFound": f"Not found: {_shown(self.bad_value)}",
            "Duplicate": f"Duplicate value: {_shown(self.bad_value)}",
            "Forbidden": "Forbidden",
            "TooLong": "Too long",
            "TooMany": f"Too many: {_shown(self.bad_value)}",
        }[self.type]
        return f"{words}: {self.detail}" if self.detail else words


def _shown(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def supported(*values: str) -> str:
    """The detail of a NotSupported cause."""
    return "supported values: " + ", ".join(f'"{value}"' for value in values)


def not_found(resource: str, name: str) -> ApiError:
    """404."""
    return ApiError(404, "NotFound", f'{resource} "{name}" not found', {"kind": resource, "name": name})


def already_exists(resource: str, name: str) -> ApiError:
    """409."""
    return ApiError(409, "AlreadyExists", f'{resource} "{name}" already exists', {"kind": resource, "name": name})


CHANGED = "the object has been modified; please apply your changes to the latest version and try again"


def conflict(resource: str, name: str, why: str = CHANGED) -> ApiError:
    """409 of optimistic concurrency."""
    message = f'Operation cannot be fulfilled on {resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, {"kind": resource, "name": name})


def invalid(kind: str, group: str, name: str, causes: list[Cause]) -> ApiError:
    """422 with every cause."""
    qualified = f"{kind}.{group}" if group else kind
    causes = list({cause.text(): cause for cause in causes}.values())
    texts = [cause.text() for cause in causes]
    detail = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    listed = [{"reason": f"FieldValue{c.type}", "message": c.body(), "field": c.field} for c in causes]
    details = {"name": name, "group": group, "kind": kind, "causes": listed}
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {detail}', details)


def unknown_resource() -> ApiError:
    """404 of a path that leads nowhere."""
    return ApiError(404, "NotFound", "the server could not find the requested resource")


def bad_request(message: str) -> ApiError:
    """400."""
    return ApiError(400, "BadRequest", message)


def forbidden(resource: str, name: str, why: str) -> ApiError:
    """403."""
    return ApiError(403, "Forbidden", f'{resource} "{name}" is forbidden: {why}', {"kind": resource, "name": name})


def gone(asked: int, oldest: int) -> ApiError:
    """410: list again."""
    return ApiError(410, "Expired", f"too old resource version: {asked} ({oldest})")


def method_not_allowed() -> ApiError:
    """405."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def too_large(message: str) -> ApiError:
    """413."""
    return ApiError(413, "RequestEntityTooLarge", message)


def internal(message: str) -> ApiError:
    """500 as the API server says it of etcd."""
    return ApiError(500, "InternalError", message)
