"""What requests are answered: lists, the Status of a deletion; how large an object is."""

from __future__ import annotations

import marshal
from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import too_large
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.door import seen_by
from cluster_core.apiserver.watch_cache import with_revision
from cluster_core.apiserver.write import Write

# DELETE answers with the object for these kinds and for those of storage.k8s.io, with a Status for the others.
ANSWERED_WITH_OBJECT = (
    "Pod",
    "Service",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "ServiceAccount",
    "PodTemplate",
    "ResourceQuota",
)


def answer_of(form: Form, request: Request, write: Write, revision: int = 0) -> Obj:
    """What a write answers in the form of the client; `revision` is that at which it was stored, 0 for one that was not."""
    kind, answer = form.kind, write.answer
    if request.verb == "delete" and write.value is None and not _answers_with_object(kind):
        return gone(kind, write)
    if revision and answer.get("kind") != "Status":
        answer = with_revision(answer, revision)
    return seen_by(request, form, answer)


def _answers_with_object(kind: Kind) -> bool:
    return kind.kind in ANSWERED_WITH_OBJECT or kind.group == "storage.k8s.io"


def gone(kind: Kind, write: Write) -> Obj:
    """The Status that tells of a deletion."""
    details = {"name": write.name, "kind": kind.plural, "group": kind.group, "uid": write.answer["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def check_size(write: Write, limit: int) -> None:
    """Raise 413 for an object of more than `limit` bytes. What clients outside write is bounded; so is then what the cluster makes of it."""
    if write.value is not None and rough_size(write.value) > limit:
        raise too_large(f"Request entity too large: limit is {limit}")


def rough_size(value: Any) -> int:
    """About how many bytes an object has: version 2 of marshal writes every text once per use, so equal objects are equal."""
    return len(marshal.dumps(dict(value) if isinstance(value, dict) else value, 2))


def list_of(kind: Kind, items: list[Obj], revision: int, api_version: str = "") -> Obj:
    """The list of a kind at a revision, in the stored version or another one."""
    metadata = {"resourceVersion": str(revision)}
    return {
        "apiVersion": api_version or kind.api_version,
        "kind": kind.list_kind,
        "metadata": metadata,
        "items": items,
    }
