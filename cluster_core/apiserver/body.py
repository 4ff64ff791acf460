"""Bodies of requests as objects of their kind: decoded with upstream's words for what cannot be one.

Upstream: apiserver `endpoints/handlers/{create,update,patch}.go`.
"""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import ApiError, Cause, bad_request, invalid
from cluster_core.api.json_patch import json_patch, unknown_fields
from cluster_core.api.objects import with_path
from cluster_core.api.patch import merge_patch
from cluster_core.api.request import Obj, Request
from cluster_core.api.schema import DecodeError
from cluster_core.api.strategic_patch import strategic_merge_patch

# The programs that send what people write.
OUTSIDE = ("clients", "kubectl")
# Through the runtime of a node, the programs in its containers.
RUNTIME = "containerd/"
SHOWN_MAX = 10_000
JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"
STRATEGIC_PATCH, APPLY_PATCH = "application/strategic-merge-patch+json", "application/apply-patch+yaml"


def object_of(form: Form, request: Request, warnings: list[str]) -> Obj:
    """The object that a create or an update brings, as it is stored. Raises 400 when it is none of the kind."""
    body = request.body
    if not isinstance(body, dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {form.kind.kind})")
    _check_type(form, body)
    if is_typed(request):
        return _of_kind(form, body)
    try:
        found, strict = _decoded(form, body, request)
    except DecodeError as error:
        raise bad_request(_cannot(form, str(error))) from error
    if strict and request.options.get("field_validation") == "Strict":
        raise bad_request(_cannot(form, _strict(strict)))
    _warn(strict, request, warnings)
    return _of_kind(form, found)


def patched(form: Form, request: Request, old: Obj, warnings: list[str]) -> Obj:
    """The old object with the patch of the request. Raises 400, 415 or 422 when it cannot be."""
    found = _patched(form, request, form.shown(old))
    if not isinstance(found, dict):
        raise bad_request("the patch leaves no object")
    _check_type(form, found)
    if is_typed(request):
        return _of_kind(form, found)
    try:
        decoded, strict = _decoded(form, found, request)
    except DecodeError as error:
        raise _refused_patch(request, found, str(error)) from error
    if request.options.get("patch_type") == "json":
        strict = unknown_fields(request.body) + strict
    if strict and request.options.get("field_validation") == "Strict":
        raise _refused_patch(request, found, _strict(strict))
    _warn(strict, request, warnings)
    return _of_kind(form, decoded)


def is_typed(request: Request) -> bool:
    """Components build their bodies from objects that they have read; clients outside send what they like, whoever they are.

    Real Kubernetes decodes every body; those of the cluster's own typed clients pass by construction.
    """
    own = request.source not in OUTSIDE and not request.source.startswith(RUNTIME)
    return own and request.user.startswith("system:")


def given_name(request: Request) -> bool:
    """Whether the client has named the object itself."""
    meta = request.body.get("metadata") if isinstance(request.body, dict) else None
    return bool(meta and meta.get("name"))


def _patched(form: Form, request: Request, old: Obj) -> Any:
    patch_type, body = request.options.get("patch_type", "strategic"), request.body
    custom = form.kind.custom
    if patch_type not in ("json", "merge", "strategic") or (custom and patch_type == "strategic"):
        types = [JSON_PATCH, MERGE_PATCH, *(() if custom else (STRATEGIC_PATCH,)), APPLY_PATCH]
        text = f"the body of the request was in an unknown format - accepted media types include: {', '.join(types)}"
        raise ApiError(415, "UnsupportedMediaType", text)
    if patch_type == "json":
        return json_patch(old, body)
    if not isinstance(body, dict):
        start = "error decoding patch: json" if patch_type == "merge" else "json"
        raise bad_request(f"{start}: cannot unmarshal {_word(body)} into Go value of type map[string]interface {{}}")
    return merge_patch(old, body) if patch_type == "merge" else strategic_merge_patch(old, body, form.struct)


def _of_kind(form: Form, body: Obj) -> Obj:
    kind = form.kind
    given = {**body, "kind": kind.kind, "metadata": body.get("metadata") or {}}
    taken: Obj = {**given, "apiVersion": kind.api_version} if form.stored else form.taken(given)
    return taken


def _check_type(form: Form, body: Obj) -> None:
    kind = form.kind
    version, name = body.get("apiVersion") or form.api_version, body.get("kind") or kind.kind
    if version != form.api_version:
        words = f"the API version in the data ({version}) does not match the expected API version ({form.api_version})"
        raise bad_request(words)
    if name != kind.kind:
        raise bad_request(f'{name} in version "{form.version}" cannot be handled as a {kind.kind}')


def _decoded(form: Form, body: Obj, request: Request) -> tuple[Obj, list[str]]:
    """The object, and what a strict decoder has to say: fields that are unknown, and those given twice (as the edge found)."""
    found, unknown = form.kind.decode(form.struct, body)
    if (body.get("metadata") or {}).get("managedFields") == []:
        # An empty list is not none: it takes the fields from everybody.
        found = with_path(found, ("metadata", "managedFields"), [])
    strict = [f'unknown field "{path}"' for path in unknown]
    strict += [f'duplicate field "{path}"' for path in request.options.get("duplicate_fields") or ()]
    return found, strict


def _warn(strict: list[str], request: Request, warnings: list[str]) -> None:
    """Without another wish, what a strict decoder would refuse is dropped with a warning."""
    if strict and request.options.get("field_validation") != "Ignore":
        warnings.extend(strict)


def _refused_patch(request: Request, found: Obj, why: str) -> ApiError:
    """422: a strategic patch is shown as Go prints it, with the others what they make of the object."""
    strategic = request.options.get("patch_type", "strategic") == "strategic"
    shown = _as_go(request.body) if strategic else json.dumps(found, separators=(",", ":"), ensure_ascii=False)
    return invalid(
        "", "", "", [Cause("patch", "Invalid", why, shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}…")]
    )


def _word(value: Any) -> str:
    words: dict[type, str] = {str: "string", bool: "bool", int: "number", float: "number", list: "array"}
    return words.get(type(value), "null")


def _as_go(value: Any) -> str:
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{_as_go(value[name])}" for name in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(_as_go, value)) + "]"
    words = {None: "<nil>", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _cannot(form: Form, why: str) -> str:
    return f'{form.kind.kind} in version "{form.version}" cannot be handled as a {form.kind.kind}: {why}'


def _strict(problems: list[str]) -> str:
    return "strict decoding error: " + ", ".join(problems)
