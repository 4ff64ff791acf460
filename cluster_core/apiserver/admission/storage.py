"""Volumes in use: claims and volumes are protected by a finalizer, and grow only where their class allows it.

Upstream: `plugin/pkg/admission/storage/{storageobjectinuseprotection,persistentvolume/resize}`.
"""

from __future__ import annotations

from fractions import Fraction

from cluster_core.api.objects import with_path
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.defaults_of_classes import OLD_STORAGE, STORAGE
from cluster_core.apiserver.admission.plugin import CREATE, UPDATE, Attributes, Plugin

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
FINALIZERS = {
    "PersistentVolumeClaim": "kubernetes.io/pvc-protection",
    "PersistentVolume": "kubernetes.io/pv-protection",
}


class StorageObjectInUseProtection(Plugin):
    """New claims and volumes stay until nothing uses them any more."""

    name = "StorageObjectInUseProtection"
    points = ((CREATE, CLAIMS, ""), (CREATE, VOLUMES, ""))

    def admit(self, attributes: Attributes) -> Obj:
        """The object with its finalizer."""
        obj, finalizer = attributes.obj, FINALIZERS[attributes.kind.kind]
        there = obj["metadata"].get("finalizers") or []
        return obj if finalizer in there else with_path(obj, ("metadata", "finalizers"), [*there, finalizer])


class PersistentVolumeClaimResize(Plugin):
    """A bound claim may ask for more only of a class that allows it."""

    name = "PersistentVolumeClaimResize"
    points = ((UPDATE, CLAIMS, ""),)

    def validate(self, attributes: Attributes) -> None:
        """403 if the class does not allow growth."""
        assert attributes.old is not None
        if _size(attributes.obj) <= _size(attributes.old):
            return
        if (attributes.old.get("status") or {}).get("phase") != "Bound":
            raise attributes.refused("Only bound persistent volume claims can be expanded")
        spec, annotations = attributes.obj["spec"], attributes.obj["metadata"].get("annotations") or {}
        name = annotations.get(OLD_STORAGE) or spec.get("storageClassName") or ""
        found = attributes.cache.get(STORAGE, "", name)
        if found is None or not found.get("allowVolumeExpansion"):
            raise attributes.refused(
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
            )


def _size(claim: Obj) -> Fraction:
    return parse((((claim.get("spec") or {}).get("resources") or {}).get("requests") or {}).get("storage", 0))
