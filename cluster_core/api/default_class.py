"""The class that is marked as default, of StorageClasses and IngressClasses.

Upstream: `pkg/volume/util/storageclass.go` (GetDefaultClass), `plugin/pkg/admission/network/defaultingressclass`.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj

STORAGE_MARKS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
INGRESS_MARKS = ("ingressclass.kubernetes.io/is-default-class",)


def default_class(classes: Iterable[Obj], marks: tuple[str, ...]) -> str:
    """The newest class that is marked as default (the first by name of several of one second), "" if none is."""
    found = [one for one in classes if _is_marked(one, marks)]
    found.sort(key=lambda one: str(one["metadata"]["name"]))
    found.sort(key=lambda one: str(one["metadata"].get("creationTimestamp", "")), reverse=True)
    return str(found[0]["metadata"]["name"]) if found else ""


def _is_marked(obj: Obj, marks: tuple[str, ...]) -> bool:
    annotations = obj["metadata"].get("annotations") or {}
    return any(annotations.get(mark) == "true" for mark in marks)
