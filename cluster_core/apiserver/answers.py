"""What requests ask for and what they are answered: kinds, revisions, lists, the Status of a deletion."""

from __future__ import annotations

import marshal
from typing import Any

from cluster_core.api.errors import ApiError, bad_request, unknown_resource
from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.write import Write


def kind_of(resource: str) -> Kind | None:
    """The kind of a resource, or None for one that is not served."""
    try:
        return by_resource(resource)
    except ApiError:
        return None


def served(resource: str) -> Kind:
    """The kind of a resource; 404 for a path that the API server does not serve."""
    kind = kind_of(resource)
    if kind is None:
        raise unknown_resource()
    return kind


def gone(kind: Kind, write: Write) -> Obj:
    """The Status that tells of a deletion."""
    details = {"name": write.name, "kind": kind.plural, "group": kind.group, "uid": write.answer["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def asked_revision(request: Request) -> int:
    """The resourceVersion that a watch begins after; 0 if it names none. Raises 400."""
    asked = str(request.options.get("resource_version") or "0")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        raise bad_request(f"invalid resource version {asked!r}: it must be a whole number from 0 on")
    return int(asked)


def rough_size(value: Any) -> int:
    """About how many bytes an object has: version 2 of marshal writes every text once per use, so equal objects are equal."""
    return len(marshal.dumps(value, 2))


def list_of(kind: Kind, items: list[Obj], revision: int) -> Obj:
    """The list of a kind at a revision."""
    metadata = {"resourceVersion": str(revision)}
    return {"apiVersion": kind.api_version, "kind": f"{kind.kind}List", "metadata": metadata, "items": items}
