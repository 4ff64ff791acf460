"""API errors as Status objects, in upstream's words. Upstream: apimachinery `api/errors`, `util/validation/field`.

Real Kubernetes prints a wrong struct as Go does; here it is shown as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A failed request: HTTP code, reason, message; `continues` is the token that an expired list can go on with."""

    def __init__(
        self, code: int, reason: str, message: str, details: dict[str, Any] | None = None, continues: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details or {}
        self.has_details = details is not None
        self.continues = continues

    def status(self) -> dict[str, Any]:
        """The Status object that a client gets."""
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {"continue": self.continues} if self.continues else {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }
        if self.has_details:
            body["details"] = self.details
        return body


class NotYetError(ApiError):
    """A failure that may pass by itself, such as a default service account that is about to be made: worth another try."""

    def __init__(self, failure: ApiError) -> None:
        super().__init__(failure.code, failure.reason, failure.message, failure.details or None)


OMITTED = "\0omitted"
TYPE_WORDS = {
    "Invalid": "Invalid value",
    "TypeInvalid": "Invalid value",
    "NotSupported": "Unsupported value",
    "Duplicate": "Duplicate value",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with a field.

    type: Required, Invalid, TypeInvalid, NotSupported, Duplicate, Forbidden, TooLong, TooMany, NotFound. A `bad_value` of OMITTED is not shown.
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
            "TypeInvalid": f"Invalid value: {_shown(self.bad_value)}",
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


def _about(resource: str, name: str, **more: Any) -> dict[str, Any]:
    """The details of a Status about a resource ("deployments.apps"): what is empty is left out."""
    plural, _, group = resource.partition(".")
    found = {"name": name, "group": group, "kind": plural, **more}
    return {key: value for key, value in found.items() if value}


def not_found(resource: str, name: str) -> ApiError:
    """404."""
    return ApiError(404, "NotFound", f'{resource} "{name}" not found', _about(resource, name))


def already_exists(resource: str, name: str) -> ApiError:
    """409."""
    return ApiError(409, "AlreadyExists", f'{resource} "{name}" already exists', _about(resource, name))


def name_not_generated(resource: str, name: str) -> ApiError:
    """409 of a generateName whose last try was taken too."""
    text = f'{resource} "{name}" already exists, the server was not able to generate a unique name for the object'
    return ApiError(409, "AlreadyExists", text, _about(resource, name, retryAfterSeconds=1))


CHANGED = "the object has been modified; please apply your changes to the latest version and try again"


def conflict(resource: str, name: str, why: str = CHANGED) -> ApiError:
    """409 of optimistic concurrency."""
    message = f'Operation cannot be fulfilled on {resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, _about(resource, name))


def invalid(kind: str, group: str, name: str, causes: list[Cause]) -> ApiError:
    """422 with every cause."""
    qualified = f"{kind}.{group}" if group else kind
    causes = list({cause.text(): cause for cause in causes}.values())
    texts = [cause.text() for cause in causes]
    detail = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    listed = [{"reason": f"FieldValue{c.type}", "message": c.body(), "field": c.field} for c in causes]
    details = {"name": name, "group": group, "kind": kind, "causes": listed}
    shown = {key: value for key, value in details.items() if value}
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {detail}', shown)


def unknown_resource() -> ApiError:
    """404 of a path that leads nowhere."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def bad_request(message: str) -> ApiError:
    """400."""
    return ApiError(400, "BadRequest", message)


def forbidden(resource: str, name: str, why: str) -> ApiError:
    """403; of a request without a name if that is empty."""
    what = f'{resource} "{name}"' if name else resource
    return ApiError(403, "Forbidden", f"{what} is forbidden: {why}", _about(resource, name))


def gone(asked: int, oldest: int) -> ApiError:
    """410: list again."""
    return expired(f"too old resource version: {asked} ({oldest})")


def expired(message: str, continues: str = "") -> ApiError:
    """410 of a revision that is no longer known; with a token, the list can go on inconsistently."""
    return ApiError(410, "Expired", message, continues=continues)


def too_new(asked: int, current: int, retry_after: int = 1) -> ApiError:
    """504 of a revision that has not happened. Real Kubernetes waits three seconds for it first."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    return ApiError(504, "Timeout", message, {"causes": [cause], "retryAfterSeconds": retry_after})


def too_many_requests(message: str, causes: list[dict[str, str]] | None = None, retry_after: int = 0) -> ApiError:
    """429: the same request may succeed later, after `retry_after` seconds if that is not 0."""
    details = {"causes": causes or [], "retryAfterSeconds": retry_after}
    return ApiError(429, "TooManyRequests", message, {key: value for key, value in details.items() if value})


def unavailable(message: str) -> ApiError:
    """503: nobody is there to answer."""
    return ApiError(503, "ServiceUnavailable", message)


def method_not_allowed() -> ApiError:
    """405."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def too_large(message: str) -> ApiError:
    """413."""
    return ApiError(413, "RequestEntityTooLarge", message)


def internal(message: str) -> ApiError:
    """500 as the API server says it of etcd."""
    return ApiError(500, "InternalError", message)
