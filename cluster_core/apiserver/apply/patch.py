"""Server-side apply: a configuration of one manager, merged into what there is.

Upstream: apiserver `endpoints/handlers/patch.go`, apimachinery `util/managedfields/internal/{fieldmanager,structuredmerge,skipnonapplied,
lastappliedmanager,lastappliedupdater,conflict}.go`. Real Kubernetes answers a configuration that is not of its type with 500; here it
is 400, in the same words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.field_set import FieldSet, difference, has, path_text, union
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.check import go_value, problems
from cluster_core.apiserver.apply.compare import compare
from cluster_core.apiserver.apply.elements import ElementError, field_set
from cluster_core.apiserver.apply.owners import APPLY, Owner, Owners, stamp, stripped
from cluster_core.apiserver.apply.ownership import Note, Ownership, after_note, ownership_of, settled
from cluster_core.apiserver.apply.updater import ConflictError, Conflicts, applied
from cluster_core.apiserver.apply.versions import OF_STATUS, Versions, ignored_fields
from cluster_core.apiserver.list_options import truth

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
ANNOTATIONS_MAX = 256 * 1024
BEFORE_FIRST_APPLY = "before-first-apply"
# The manager whose configurations replace those of client-side applies.
KUBECTL = "kubectl"


@dataclass(frozen=True, slots=True)
class Application:
    """What an apply made: the object in the version of the request, `changed` or as it was, and who owns it now."""

    obj: Obj
    changed: bool
    ownership: Ownership


def apply_patch(form: Form, request: Request, old: Obj | None, now: int) -> Application:
    """Merge the configuration of a request into the object (None: it will be created).

    Raises 400 for a configuration that is none, 409 for fields that other managers own.
    """
    config = _configuration(form, request)
    live: Obj = {"apiVersion": form.api_version, "kind": form.kind.kind, "metadata": {}}
    managers: Owners = {}
    if old is not None:
        live = form.shown(old)
        managers = settled(ownership_of(old), form.kind) or _before_first_apply(form, request, live, now)
    manager = Owner(str(request.options["field_manager"]), APPLY, form.api_version, request.subresource)
    known = managers.get(manager.key)
    if known is not None:
        manager = replace(manager, time=known.time)
    new, managers = _merged(form, request, config, live, managers, manager)
    mine = managers.get(manager.key)
    if new is not None and mine is not None:
        managers[manager.key] = replace(mine, time=stamp(now))
    managers = stripped(managers, manager.key)
    result = new if new is not None else live
    if manager.name == KUBECTL and LAST_APPLIED in (result["metadata"].get("annotations") or {}):
        result = _with_last_applied(result, config)
    return Application(result, new is not None, Ownership(tuple(managers.values())))


def _configuration(form: Form, request: Request) -> Obj:
    """The body of the request, if it is a configuration of its kind."""
    body = request.body
    if body is not None and not isinstance(body, dict):
        word = {list: "array", str: "string", bool: "bool"}.get(type(body), "number")
        why = f"json: cannot unmarshal {word} into Go value of type map[string]interface {{}}"
        raise bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {why}")
    config: Obj = body or {}
    spoken = _group_version_kind(config.get("apiVersion"), config.get("kind"))
    if spoken != _group_version_kind(form.api_version, form.kind.kind):
        raise bad_request(f"invalid object type: {spoken}")
    meta = config.get("metadata")
    if isinstance(meta, dict) and meta.get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    shape = Versions(form.kind).shape(form.api_version)
    wrong = problems(config, shape) if shape is not None else ""
    if wrong:
        meta = meta if isinstance(meta, dict) else {}
        what = f"{go_value(meta.get('namespace') or '')}/{go_value(meta.get('name') or '')}; {spoken}"
        raise ApiError(400, "", f"failed to create typed patch object ({what}): {wrong}")
    return {**config, "metadata": config.get("metadata") or {}}


def _group_version_kind(api_version: Any, kind: Any) -> str:
    """As Go prints it: "apps/v1, Kind=Deployment", "/v1, Kind=Pod"."""
    version = api_version if isinstance(api_version, str) else ""
    name = kind if isinstance(kind, str) else ""
    return f"{version if '/' in version else '/' + version}, Kind={name}"


def _before_first_apply(form: Form, request: Request, live: Obj, now: int) -> Owners:
    """An object that nobody manages: all its fields are owned by what was before, whoever that is."""
    note = Note(BEFORE_FIRST_APPLY, request.subresource, form.api_version, now, None, live)
    return after_note({}, note, form.kind)


def _merged(
    form: Form, request: Request, config: Obj, live: Obj, managers: Owners, manager: Owner
) -> tuple[Obj | None, Owners]:
    """The merged object and its managers; a client-side apply of the same fields gives way to kubectl. Raises 400 and 409."""
    typing = Versions(form.kind)
    ignored = ignored_fields(form.kind, request.subresource, live, config)
    force = truth(request.options.get("force"))
    if request.subresource in OF_STATUS:
        config = {name: config[name] for name in ("apiVersion", "kind", "metadata", "status") if name in config}
    try:
        return applied(live, config, managers, manager, typing, ignored, force)
    except ElementError as error:
        raise bad_request(f"failed to merge config: {error}") from error
    except ConflictError as error:
        conflicts = error.conflicts
        if manager.name == KUBECTL:
            mine = _last_applied_set(form, live)
            conflicts = [one for one in conflicts if not has(mine, one[1])]
        if conflicts:
            raise conflict_error(conflicts) from error
    return applied(live, config, managers, manager, typing, ignored, True)


def _last_applied_set(form: Form, live: Obj) -> FieldSet:
    """The fields of the last client-side apply that are still as it set them; empty if there was none of this version."""
    text = (live["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    shape = Versions(form.kind).shape(form.api_version)
    try:
        last = json.loads(text or "null")
    except (ValueError, RecursionError):
        return {}
    if (
        shape is None
        or not isinstance(last, dict)
        or last.get("apiVersion") != form.api_version
        or problems(last, shape)
    ):
        return {}
    try:
        changes = compare(last, live, shape)
    except ElementError:
        return {}
    return difference(field_set(last, shape), union(changes.changed, changes.removed))


def _with_last_applied(obj: Obj, config: Obj) -> Obj:
    """The annotation of client-side applies follows, so that those who still make them see what was applied."""
    annotations = obj["metadata"]["annotations"]
    given = config["metadata"].get("annotations") or {}
    kept = {name: value for name, value in given.items() if name != LAST_APPLIED}
    plain = with_path(config, ("metadata", "annotations"), kept)
    text = json.dumps(plain, separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    annotations = {**annotations, LAST_APPLIED: text}
    if sum(len(str(name)) + len(str(value)) for name, value in annotations.items()) > ANNOTATIONS_MAX:
        del annotations[LAST_APPLIED]
    return with_path(obj, ("metadata", "annotations"), annotations)


def conflict_error(conflicts: Conflicts) -> ApiError:
    """409 with a cause for each field that somebody else owns."""
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {_shown(manager)}", "field": path_text(path)}
        for manager, path in conflicts
    ]
    return ApiError(409, "Conflict", _message(conflicts), {"causes": causes})


def _message(conflicts: Conflicts) -> str:
    if len(conflicts) == 1:
        manager, path = conflicts[0]
        return f"Apply failed with 1 conflict: conflict with {_shown(manager)}: {path_text(path)}"
    lines, named = [], ""
    for manager, path in conflicts:
        shown = _shown(manager)
        if shown != named:
            lines.append(f"conflicts with {shown}:")
            named = shown
        lines.append(f"- {path_text(path)}")
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)


def _shown(manager: Owner) -> str:
    """A manager as conflicts name it. Its time is never told: it is no part of what managers are told apart by."""
    text = json.dumps(manager.name, ensure_ascii=False)
    if manager.subresource:
        text += f" with subresource {json.dumps(manager.subresource)}"
    return text if manager.operation == APPLY else f"{text} using {manager.api_version}"
