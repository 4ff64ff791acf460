"""What the trace tells of a request: who wanted what, how it ended, and what each stage of the pipeline did."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Request
from cluster_core.apiserver.write import Write


def request_params(request: Request, kind: Kind | None, name: str, code: int) -> dict[str, Any]:
    """The parameters of `api.request` and `api.refused`; a resource that is not served has no object."""
    params: dict[str, Any] = {
        "user": request.user,
        "verb": request.verb,
        "resource": kind.resource if kind is not None else request.resource,
        "subresource": request.subresource,
        "code": code,
    }
    if kind is not None:
        namespace = request.namespace if kind.namespaced else ""
        params["object"] = "/".join(part for part in (kind.singular, namespace, name) if part)
    return params


def stages_of(request: Request, write: Write, tries: int, revision: int, watches: int) -> dict[str, Any]:
    """The stages of a write that was stored, in order; one that changed nothing is left out. Only what was computed anyway."""
    stages: dict[str, Any] = request.caller.stages()
    if write.defaulted:
        stages["defaulting"] = write.defaulted
    if write.admission:
        stages["admission"] = write.admission
    if tries:
        stages["conflicts"] = tries
    stages["etcd"] = revision
    stages["watches"] = watches
    return stages
