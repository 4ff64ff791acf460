"""DefaultStorageClass and DefaultIngressClass: the class that is marked as default, for what names none.

Upstream: `plugin/pkg/admission/storage/storageclass/setdefault`, `plugin/pkg/admission/network/defaultingressclass`.
"""

from __future__ import annotations

from cluster_core.api.default_class import INGRESS_MARKS, STORAGE_MARKS, default_class
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, Attributes, Plugin

STORAGE, INGRESS = "storageclasses.storage.k8s.io", "ingressclasses.networking.k8s.io"
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
        name = default_class(attributes.cache.of(STORAGE).values(), STORAGE_MARKS)
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
        name = default_class(attributes.cache.of(INGRESS).values(), INGRESS_MARKS)
        return with_path(ingress, ("spec", "ingressClassName"), name) if name else ingress
