"""What each write does to the ownership of fields: the stage between deciding a write and storing it.

Upstream: apiserver `endpoints/handlers/{create,update,patch}.go`, apimachinery `util/managedfields/internal/fieldmanager.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import bad_request, conflict
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.owners import Owner, Owners, decoded, encoded, is_reset
from cluster_core.apiserver.apply.ownership import (
    NOBODY,
    Ownership,
    alike,
    note_of,
    owned,
    ownership_of,
    sealed,
    settled,
    with_managed_fields,
)
from cluster_core.apiserver.apply.updater import served
from cluster_core.apiserver.apply.versions import Versions
from cluster_core.apiserver.body import is_typed

if TYPE_CHECKING:
    from cluster_core.apiserver.write import Write


def is_apply(request: Request) -> bool:
    """Whether a request is a server-side apply."""
    return request.verb == "patch" and request.options.get("patch_type") == "apply"


def name_of_new(kind: Kind, request: Request, obj: Obj) -> Obj:
    """What an apply creates, if its name is that of the address. Raises 400, 409."""
    meta = obj["metadata"]
    if not meta.get("name"):
        where = f"the name of the object ({request.name} based on URL) was undeterminable"
        raise bad_request(f"{where}: name must be provided")
    if meta["name"] != request.name:
        raise bad_request(
            f"the name of the object ({meta['name']}) does not match the name on the URL ({request.name})"
        )
    if meta.get("uid"):
        why = f"uid mismatch: the provided object specified uid {meta['uid']}, and no existing object was found"
        raise conflict(kind.resource, request.name, why)
    return {**obj, "metadata": {name: value for name, value in meta.items() if name != "resourceVersion"}}


def after_create(form: Form, request: Request, now: int, new: Obj, given: Any) -> Ownership:
    """The ownership of a new object; `given` are the managedFields that the client sent."""
    note = note_of(form.api_version, request, now, None, new)
    return _kept(Ownership(_given_owners(form.kind, given) or (), (note,)), request, form.kind)


def after_change(form: Form, request: Request, now: int, old: Obj, new: Obj, given: Any) -> Ownership:
    """The ownership after an update or a patch; `given` are the managedFields that the object came with, None if with none.

    A client may put managers right by hand, but not through a subresource. An empty list resets: nobody owns anything.
    """
    kind, note = form.kind, note_of(form.api_version, request, now, old, new)
    if given is None or request.subresource or given == _shown(kind, old):
        return _kept(ownership_of(old).noted(note, kind), request, kind)
    if is_reset(given):
        return NOBODY
    managers = _given_owners(kind, given)
    return _kept(Ownership(managers, (note,)) if managers else ownership_of(old).noted(note, kind), request, kind)


def after_rescale(kind: Kind, request: Request, now: int, old: Obj, new: Obj) -> Ownership:
    """The ownership after a Scale has set the replicas: noted in the version of the object."""
    return _kept(ownership_of(old).noted(note_of(kind.api_version, request, now, old, new), kind), request, kind)


def same_owners(kind: Kind, old: Obj, ownership: Ownership) -> bool:
    """Whether the managers are those of the stored object, whenever they last wrote."""
    known = ownership_of(old)
    return ownership is known or _timeless(settled(known, kind)) == _timeless(settled(ownership, kind))


def with_owners_kept(kind: Kind, write: Write, old: Obj | None) -> Write:
    """The write with the ownership of what it stores: a new one, or that of what it replaces. Its answer has it, too."""
    if write.value is not None:
        kept = write.ownership if write.ownership is not None else sealed(ownership_of(old))
        write.value = owned(write.value, kept)
    if write.answer.get("kind") == kind.kind and "metadata" in write.answer:
        source = old if write.unchanged or write.value is None else write.value
        write.answer = alike(write.answer, source) if source is not None else write.answer
    return write


def _kept(ownership: Ownership, request: Request, kind: Kind) -> Ownership:
    """Notes are for the many writes of the cluster's own components. Strangers' are worked out at once: their objects may be large."""
    return ownership if is_typed(request) else ownership.worked_out(kind)


def _given_owners(kind: Kind, given: Any) -> tuple[Owner, ...] | None:
    """The managers that a client sends; None for none, and for what cannot be understood."""
    try:
        managers = served(decoded(given), Versions(kind)) if given is not None else {}
    except ValueError:
        return None
    return tuple(managers.values()) or None


def _shown(kind: Kind, old: Obj) -> list[Obj]:
    found: list[Obj] = with_managed_fields(old, kind)["metadata"].get("managedFields") or []
    return found


def _timeless(managers: Owners) -> list[Obj]:
    entries = encoded(managers)
    return [{name: value for name, value in entry.items() if name != "time"} for entry in entries]
