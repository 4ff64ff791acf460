"""What kubectl prints when something fails. Upstream: `k8s.io/kubectl/pkg/cmd/util/helpers.go`, cli-runtime `resource`."""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Response

SOURCE = "STDIN"
MISSING_ANNOTATION = (
    "Warning: resource {resource}/{name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is "
    "required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create "
    "--save-config or kubectl apply. The missing annotation will be patched automatically."
)


def failure(response: Response, doing: str = "") -> str:
    """The line for a failed request; `doing` is what kubectl was about: 'creating "STDIN"'."""
    reason, message = response.reason, str(response.body.get("message", ""))
    details = response.body.get("details") or {}
    if reason == "Invalid":
        return _invalid(message, details)
    if doing:
        message = f"error when {doing}: {message}"
    if reason == "ServiceUnavailable" and "connection refused" in message:
        return "The connection to the server was refused - did you specify the right host or port?"
    return f"Error from server ({reason}): {message}" if reason else f"Error from server: {message}"


def _invalid(message: str, details: dict[str, Any]) -> str:
    known = details.get("kind") or details.get("name")
    start = (
        f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid' if known else "The request is invalid"
    )
    causes = list(dict.fromkeys(f"{cause['field']}: {cause['message']}" for cause in details.get("causes", ())))
    if not causes:
        return start if known else f"{start}: {message}"
    if len(causes) == 1:
        return f"{start}: {causes[0]}"
    return "\n".join([f"{start}: ", *(f"* {cause}" for cause in causes)])


def no_mapping(obj: Obj) -> str:
    """The line for a kind that the server does not have."""
    meta = obj.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    name, namespace = meta.get("name") or "", meta.get("namespace") or ""
    return (
        f'error: resource mapping not found for name: "{name}" namespace: "{namespace}" from "{SOURCE}": '
        f'no matches for kind "{obj.get("kind", "")}" in version "{obj.get("apiVersion", "")}"\nensure CRDs are installed first'
    )


def described(kind: Kind, namespace: str, name: str) -> str:
    """An object as kubectl describes it in the errors of apply."""
    group_version = f"{kind.group}/{kind.version}"
    return (
        f'Resource: "{group_version}, Resource={kind.plural}", GroupVersionKind: "{group_version}, Kind={kind.kind}"\n'
        f'Name: "{name}", Namespace: "{namespace}"'
    )


def applying(patch: Obj, kind: Kind, namespace: str, name: str) -> str:
    """What kubectl was about when a patch of apply failed."""
    shown = json.dumps(patch, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    where = described(kind, namespace, name)
    return f'applying patch:\n{shown}\nto:\n{where}\nfor: "{SOURCE}": error when patching "{SOURCE}"'
