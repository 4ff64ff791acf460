"""ControllerRevisions: the kept templates of a StatefulSet or DaemonSet. Upstream: `pkg/controller/history/controller_history.go`."""

from __future__ import annotations

import json

from cluster_core.api.objects import SAFE_ALPHABET, owner_reference
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action

REVISIONS = "controllerrevisions.apps"
HASH = "controller.kubernetes.io/hash"
# Go's encoder writes these so, that JSON may stand in a web page; the hash is that of its bytes.
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def kept(template: Obj) -> Obj:
    """What a revision keeps: a strategic merge patch that puts the template back."""
    return {"spec": {"template": {"$patch": "replace", **template}}}


def template_of(revision: Obj) -> Obj:
    """The pod template that a revision keeps."""
    found = revision["data"]["spec"]["template"]
    return {name: value for name, value in found.items() if name != "$patch"}


def new_revision(owner: Obj, number: int, name: str, labels: dict[str, str], annotations: dict[str, str]) -> Obj:
    """The ControllerRevision of an owner's template, to be created."""
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": name,
            "namespace": owner["metadata"]["namespace"],
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [owner_reference(owner)],
        },
        "data": kept(owner["spec"]["template"]),
        "revision": number,
    }


def data_hash(data: Obj, collisions: int) -> str:
    """The hash in a StatefulSet's revision names: FNV-32 of the kept JSON and the number of collisions, as upstream's to the letter."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for char, escaped in ESCAPED.items():
        text = text.replace(char, escaped)
    value = 2166136261
    for byte in f"{text}{collisions}".encode():
        value = ((value * 16777619) & 0xFFFFFFFF) ^ byte
    return "".join(SAFE_ALPHABET[ord(digit) % len(SAFE_ALPHABET)] for digit in str(value))


def in_order(revisions: list[Obj]) -> list[Obj]:
    """Revisions by number; among equals the older one first, then by name."""
    return sorted(revisions, key=lambda one: (one["revision"], *_age(one)))


def next_number(revisions: list[Obj]) -> int:
    """One more than the highest number; `revisions` are in order."""
    return int(revisions[-1]["revision"]) + 1 if revisions else 1


def surplus(revisions: list[Obj], live: set[str], limit: int) -> list[Obj]:
    """The oldest revisions (in order) beyond the limit, of those that are not live."""
    history = [one for one in revisions if one["metadata"]["name"] not in live]
    return history[: max(0, len(history) - limit)] if limit >= 0 else []


def create(revision: Obj) -> Action:
    """Keep a new revision."""
    return Action("create", REVISIONS, revision["metadata"]["namespace"], body=revision)


def renumber(revision: Obj, number: int) -> Action:
    """Give a revision a number again: its template is the current one once more."""
    meta = revision["metadata"]
    return Action("update", REVISIONS, meta["namespace"], meta["name"], {**revision, "revision": number})


def delete(revision: Obj) -> Action:
    """Forget a revision."""
    meta = revision["metadata"]
    return Action("delete", REVISIONS, meta["namespace"], meta["name"], ignore=("NotFound",))


def _age(obj: Obj) -> tuple[str, str]:
    return (obj["metadata"]["creationTimestamp"], obj["metadata"]["name"])
