"""What requests are answered: lists, the Status of a deletion; how large an object is."""

from __future__ import annotations

import marshal
from typing import Any

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.apiserver.write import Write


def gone(kind: Kind, write: Write) -> Obj:
    """The Status that tells of a deletion."""
    details = {"name": write.name, "kind": kind.plural, "group": kind.group, "uid": write.answer["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def rough_size(value: Any) -> int:
    """About how many bytes an object has: version 2 of marshal writes every text once per use, so equal objects are equal."""
    return len(marshal.dumps(value, 2))


def list_of(kind: Kind, items: list[Obj], revision: int, api_version: str = "") -> Obj:
    """The list of a kind at a revision, in the stored version or another one."""
    metadata = {"resourceVersion": str(revision)}
    return {
        "apiVersion": api_version or kind.api_version,
        "kind": f"{kind.kind}List",
        "metadata": metadata,
        "items": items,
    }
