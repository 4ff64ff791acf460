"""What of a write is checked, and against what: a new object, the changed parts of a known one.

Upstream: apiserver `registry/rest/create.go`, `update.go`. Real Kubernetes checks everything every time; here what a component
builds from checked objects (`Kind.trusted`) and what an update leaves as it was are not checked again.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind, validate_metadata
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.body import is_typed
from cluster_core.apiserver.write import refuse

# What of the metadata may be wrong after an update; names cannot change.
CHECKED = ("labels", "annotations", "ownerReferences", "finalizers")


def check_new(kind: Kind, request: Request, obj: Obj) -> None:
    """A new object. Raises 422."""
    causes = validate_metadata(kind, obj)
    if not _trusts(kind, request, "spec"):
        causes += kind.validate_create(obj) + kind.validate(obj)
    refuse(kind, obj, causes)


def check_changed(kind: Kind, request: Request, new: Obj, old: Obj) -> None:
    """What an update makes of an object. Raises 422."""
    meta, causes = new["metadata"], list[Cause]()
    if any(meta.get(name) is not old["metadata"].get(name) for name in CHECKED):
        causes += validate_metadata(kind, new) + _new_finalizers(meta, old["metadata"])
        causes += kind.validate_metadata_update(new, old)
    changed = not kind.has_spec or new.get("spec") != old.get("spec")
    if changed and not _trusts(kind, request, "spec"):
        causes += kind.validate(new) + kind.validate_update(new, old)
    refuse(kind, new, causes)


def check_status(kind: Kind, request: Request, new: Obj, old: Obj) -> None:
    """A new status. Raises 422."""
    if not _trusts(kind, request, "status"):
        refuse(kind, new, kind.validate_status_update(new, old))


def _trusts(kind: Kind, request: Request, part: str) -> bool:
    return part in kind.trusted and is_typed(request)


def _new_finalizers(new: Obj, old: Obj) -> list[Cause]:
    added = [name for name in new.get("finalizers") or () if name not in (old.get("finalizers") or ())]
    if not added or not old.get("deletionTimestamp"):
        return []
    words = "no new finalizers can be added if the object is being deleted, found new finalizers "
    return [Cause("metadata.finalizers", "Forbidden", words + "[]string{" + ", ".join(f'"{n}"' for n in added) + "}")]
