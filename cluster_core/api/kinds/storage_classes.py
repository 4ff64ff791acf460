"""storage.k8s.io: classes of storage, CSI drivers, attachments."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class StorageClass(Kind):
    """How volumes are made."""

    group, kind, plural, short_names = "storage.k8s.io", "StorageClass", "storageclasses", ("sc",)
    namespaced = False
    has_status = False
    has_spec = False


class CSIDriver(Kind):
    """A driver of storage."""

    group, kind, plural = "storage.k8s.io", "CSIDriver", "csidrivers"
    namespaced = False
    has_status = False


class CSINode(Kind):
    """The drivers of a node."""

    group, kind, plural = "storage.k8s.io", "CSINode", "csinodes"
    namespaced = False
    has_status = False


class CSIStorageCapacity(Kind):
    """How much storage a topology segment has left."""

    group, kind, plural = "storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities"
    has_status = False
    has_spec = False


class VolumeAttachment(Kind):
    """A volume at a node."""

    group, kind, plural = "storage.k8s.io", "VolumeAttachment", "volumeattachments"
    namespaced = False
    initial_status = {"attached": False}


class VolumeAttributesClass(Kind):
    """Attributes of volumes that may change."""

    group, kind, plural, short_names = "storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses", ("vac",)
    namespaced = False
    has_status = False
    has_spec = False
