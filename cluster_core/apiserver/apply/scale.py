"""Applies to the Scale of an object: the replicas are the one field that they can own.

Upstream: apimachinery `util/managedfields/scalehandler.go`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.merge_shape import shape_of
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.check import problems
from cluster_core.apiserver.apply.owners import APPLY, Owner, stamp, stripped
from cluster_core.apiserver.apply.ownership import Ownership, ownership_of, settled
from cluster_core.apiserver.apply.patch import conflict_error
from cluster_core.apiserver.apply.updater import ConflictError, applied
from cluster_core.apiserver.apply.versions import Versions, ignored_fields
from cluster_core.apiserver.list_options import truth

SCALE_VERSION = "autoscaling/v1"


def apply_scale(
    kind: Kind, request: Request, old: Obj, path: tuple[str, ...], now: int
) -> tuple[int | None, Ownership]:
    """The replicas that a configuration asks for (None: it names none), and who owns them. Raises 400, 409."""
    config = _configuration(request, old)
    spec = config.get("spec") or {}
    parent: Obj = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}}
    if "replicas" in spec:
        parent = {**parent, **_nested(path, spec["replicas"])}
    managers = settled(ownership_of(old), kind)
    manager = Owner(str(request.options["field_manager"]), APPLY, kind.api_version, "scale")
    known = managers.get(manager.key)
    manager = replace(manager, time=known.time) if known is not None else manager
    force, ignored = truth(request.options.get("force")), ignored_fields(kind, "scale")
    try:
        new, managers = applied(old, parent, managers, manager, Versions(kind), ignored, force)
    except ConflictError as error:
        shown = [(replace(other, api_version=SCALE_VERSION), at) for other, at in error.conflicts]
        raise conflict_error(shown) from error
    mine = managers.get(manager.key)
    if mine is not None and new is not None:
        managers[manager.key] = replace(mine, time=stamp(now))
    managers = stripped(managers, manager.key)
    return spec.get("replicas"), Ownership(tuple(managers.values()))


def _configuration(request: Request, old: Obj) -> Obj:
    config: Any = request.body
    if not isinstance(config, dict) or (config.get("apiVersion"), config.get("kind")) != (SCALE_VERSION, "Scale"):
        config = config if isinstance(config, dict) else {}
        spoken = f"{config.get('apiVersion') or '/'}, Kind={config.get('kind') or ''}"
        raise bad_request(f"invalid object type: {spoken}")
    meta = config.get("metadata")
    if isinstance(meta, dict) and meta.get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    wrong = problems(config, shape_of("Scale"))
    if wrong:
        meta = old["metadata"]
        what = f"{meta.get('namespace', '')}/{meta['name']}; {SCALE_VERSION}, Kind=Scale"
        raise ApiError(400, "", f"failed to create typed patch object ({what}): {wrong}")
    return config


def _nested(path: tuple[str, ...], value: Any) -> Obj:
    return {path[0]: _nested(path[1:], value) if len(path) > 1 else value}
