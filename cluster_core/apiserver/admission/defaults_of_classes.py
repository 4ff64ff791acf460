"""DefaultStorageClass and DefaultIngressClass: the class that is marked as default, for what names none.

Upstream: `plugin/pkg/admission/storage/storageclass/setdefault`, `plugin/pkg/admission/network/defaultingressclass`.
"""

from __future__ import annotations

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, Attributes, Plugin
from cluster_core.apiserver.watch_cache import WatchCache

STORAGE, INGRESS = "storageclasses.storage.k8s.io", "ingressclasses.networking.k8s.io"
STORAGE_MARKS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
INGRESS_MARKS = ("ingressclass.kubernetes.io/is-default-class",)
OLD_STORAGE, OLD_INGRESS = "volume.beta.kubernetes.io/storage-class", "kubernetes.io/ingress.class"


class DefaultStorageClass(Plugin):
    """For claims."""

    name = "DefaultStorageClass"
    points = ((CREATE, "persistentvolumeclaims", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The claim with the default class, if it names none (not even "") and there is one."""
        claim = attributes.obj
        annotations = claim["metadata"].get("annotations") or {}
        if "storageClassName" in (claim.get("spec") or {}) or OLD_STORAGE in annotations:
            return claim
        name = default_class(attributes.cache, STORAGE, STORAGE_MARKS)
        return with_path(claim, ("spec", "storageClassName"), name) if name else claim


class DefaultIngressClass(Plugin):
    """For Ingresses."""

    name = "DefaultIngressClass"
    points = ((CREATE, "ingresses.networking.k8s.io", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The Ingress with the default class."""
        ingress = attributes.obj
        annotations = ingress["metadata"].get("annotations") or {}
        if (ingress.get("spec") or {}).get("ingressClassName") is not None or OLD_INGRESS in annotations:
            return ingress
        name = default_class(attributes.cache, INGRESS, INGRESS_MARKS)
        return with_path(ingress, ("spec", "ingressClassName"), name) if name else ingress


def default_class(cache: WatchCache, resource: str, marks: tuple[str, ...]) -> str:
    """The newest class that is marked as default (the first by name of several of one second), "" if none is."""
    found = [one for one in cache.of(resource).values() if _is_marked(one, marks)]
    found.sort(key=lambda one: str(one["metadata"]["name"]))
    found.sort(key=lambda one: str(one["metadata"].get("creationTimestamp", "")), reverse=True)
    return str(found[0]["metadata"]["name"]) if found else ""


def _is_marked(obj: Obj, marks: tuple[str, ...]) -> bool:
    annotations = obj["metadata"].get("annotations") or {}
    return any(annotations.get(mark) == "true" for mark in marks)
