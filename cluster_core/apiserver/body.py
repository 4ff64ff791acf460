"""Bodies of requests as objects of their kind: decoded with upstream's words for what cannot be one.

Upstream: apiserver `endpoints/handlers/{create,update,patch}.go`.
"""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.errors import ApiError, Cause, bad_request, invalid
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.patch import json_patch, merge_patch
from cluster_core.api.request import Obj, Request
from cluster_core.api.schema import DecodeError, decode
from cluster_core.api.strategic_patch import strategic_merge_patch

PATCH_TYPES = (
    "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, "
    "application/apply-patch+yaml, application/apply-patch+cbor"
)


def object_of(kind: Kind, request: Request) -> Obj:
    """The object that a create or an update brings. Raises 400 when it is none of the kind."""
    body = request.body
    if not isinstance(body, dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {kind.kind})")
    _check_type(kind, body)
    return _of_kind(kind, body if _is_typed(request) else _decoded(kind, body, request))


def patched(kind: Kind, request: Request, old: Obj) -> Obj:
    """The old object with the patch of the request. Raises 400, 415 or 422 when it cannot be."""
    patch_type = request.options.get("patch_type", "strategic")
    if patch_type not in ("json", "merge", "strategic"):
        text = f"the body of the request was in an unknown format - accepted media types include: {PATCH_TYPES}"
        raise ApiError(415, "UnsupportedMediaType", text)
    if patch_type == "json":
        found = json_patch(old, request.body)
    elif not isinstance(request.body, dict):
        raise bad_request("json: cannot unmarshal the patch into Go value of type map[string]interface {}")
    elif patch_type == "merge":
        found = merge_patch(old, request.body)
    else:
        found = strategic_merge_patch(old, request.body, kind.kind)
    if not isinstance(found, dict):
        raise bad_request("the patch leaves no object")
    _check_type(kind, found)
    return _of_kind(kind, found if _is_typed(request) else _decoded_patch(kind, found, request))


def _is_typed(request: Request) -> bool:
    """Components build their bodies from objects that they have read.

    Real Kubernetes decodes every body; those of the cluster's own typed clients pass by construction.
    """
    return request.user.startswith("system:")


def _of_kind(kind: Kind, body: Obj) -> Obj:
    return {**body, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": body.get("metadata") or {}}


def _check_type(kind: Kind, body: Obj) -> None:
    version, name = body.get("apiVersion") or kind.api_version, body.get("kind") or kind.kind
    if version != kind.api_version:
        words = f"the API version in the data ({version}) does not match the expected API version ({kind.api_version})"
        raise bad_request(words)
    if name != kind.kind:
        raise bad_request(f'{name} in version "{kind.version}" cannot be handled as a {kind.kind}')


def _decoded(kind: Kind, body: Obj, request: Request) -> Obj:
    try:
        found, unknown = decode(kind.kind, body)
    except DecodeError as error:
        raise bad_request(_cannot(kind, str(error))) from error
    if unknown and request.options.get("field_validation") == "Strict":
        raise bad_request(_cannot(kind, _strict(unknown)))
    result: Obj = found
    return result


def _decoded_patch(kind: Kind, body: Obj, request: Request) -> Obj:
    try:
        found, unknown = decode(kind.kind, body)
        error = _strict(unknown) if unknown and request.options.get("field_validation") == "Strict" else ""
    except DecodeError as problem:
        error = str(problem)
    if error:
        shown = json.dumps(request.body, separators=(",", ":"))
        raise invalid("", "", "", [Cause("patch", "Invalid", error, shown)])
    result: Obj = found
    return result


def _cannot(kind: Kind, why: str) -> str:
    return f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}'


def _strict(unknown: list[Any]) -> str:
    return "strict decoding error: " + ", ".join(f'unknown field "{path}"' for path in unknown)
