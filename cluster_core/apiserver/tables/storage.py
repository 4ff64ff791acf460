"""The rows of volumes, claims, classes and what CSI drivers publish. Upstream: printers.go."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import NONE, UNSET, access_modes, age, name, spec, status
from cluster_core.apiserver.tables.printer import Cell, Column, Printer, named, wide

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
DEFAULT_ANNOTATIONS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def _persistent_volume(obj: Obj, now: int) -> list[Cell]:
    found, claim = spec(obj), spec(obj).get("claimRef")
    return [
        name(obj),
        (found.get("capacity") or {}).get("storage", "0"),
        access_modes(found.get("accessModes")),
        found.get("persistentVolumeReclaimPolicy", ""),
        _phase(obj),
        "" if claim is None else f"{claim.get('namespace', '')}/{claim.get('name', '')}",
        _storage_class(obj),
        found.get("volumeAttributesClassName", UNSET),
        status(obj).get("reason", ""),
        age(obj, now),
        found.get("volumeMode", UNSET),
    ]


def _claim(obj: Obj, now: int) -> list[Cell]:
    found, bound = spec(obj), bool(spec(obj).get("volumeName"))
    return [
        name(obj),
        _phase(obj),
        found.get("volumeName", ""),
        (status(obj).get("capacity") or {}).get("storage", "0") if bound else "",
        access_modes(status(obj).get("accessModes")) if bound else "",
        _storage_class(obj),
        found.get("volumeAttributesClassName", UNSET),
        age(obj, now),
        found.get("volumeMode", UNSET),
    ]


def _phase(obj: Obj) -> str:
    return "Terminating" if obj["metadata"].get("deletionTimestamp") else str(status(obj).get("phase", ""))


def _storage_class(obj: Obj) -> str:
    annotations = obj["metadata"].get("annotations") or {}
    return str(annotations.get(CLASS_ANNOTATION, spec(obj).get("storageClassName", "")))


def _class(obj: Obj, now: int) -> list[Cell]:
    return [
        _marked(obj),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        bool(obj.get("allowVolumeExpansion")),
        age(obj, now),
    ]


def _marked(obj: Obj) -> str:
    annotations = obj["metadata"].get("annotations") or {}
    default = any(annotations.get(key) == "true" for key in DEFAULT_ANNOTATIONS)
    return f"{name(obj)} (default)" if default else name(obj)


def _attributes_class(obj: Obj, now: int) -> list[Cell]:
    return [_marked(obj), obj.get("driverName", ""), age(obj, now)]


def _attachment(obj: Obj, now: int) -> list[Cell]:
    found = spec(obj)
    volume = (found.get("source") or {}).get("persistentVolumeName", "")
    attached = bool(status(obj).get("attached"))
    return [name(obj), found.get("attacher", ""), volume, found.get("nodeName", ""), attached, age(obj, now)]


def _csi_node(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), len(spec(obj).get("drivers") or ()), age(obj, now)]


def _csi_driver(obj: Obj, now: int) -> list[Cell]:
    found, tokens = spec(obj), spec(obj).get("tokenRequests")
    return [
        name(obj),
        bool(found.get("attachRequired", True)),
        bool(found.get("podInfoOnMount")),
        bool(found.get("storageCapacity")),
        UNSET if tokens is None else ",".join(each.get("audience", "") for each in tokens),
        bool(found.get("requiresRepublish")),
        ",".join(found.get("volumeLifecycleModes") or ()) or NONE,
        age(obj, now),
    ]


def _csi_capacity(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), obj.get("storageClassName", ""), obj.get("capacity", UNSET)]


def _flag(name: str, description: str) -> Column:
    return Column(name, description, "boolean")


VOLUME = (
    *named(
        Column("Capacity", "@core.v1.PersistentVolumeSpec.capacity"),
        Column("Access Modes", "@core.v1.PersistentVolumeSpec.accessModes"),
        Column("Reclaim Policy", "@core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy"),
        Column("Status", "@core.v1.PersistentVolumeStatus.phase"),
        Column("Claim", "@core.v1.PersistentVolumeSpec.claimRef"),
        Column("StorageClass", "StorageClass of the pv"),
        Column("VolumeAttributesClass", "VolumeAttributesClass of the pv"),
        Column("Reason", "@core.v1.PersistentVolumeStatus.reason"),
    ),
    wide("VolumeMode", "@core.v1.PersistentVolumeSpec.volumeMode"),
)

CLAIM = (
    *named(
        Column("Status", "@core.v1.PersistentVolumeClaimStatus.phase"),
        Column("Volume", "@core.v1.PersistentVolumeClaimSpec.volumeName"),
        Column("Capacity", "@core.v1.PersistentVolumeClaimStatus.capacity"),
        Column("Access Modes", "@core.v1.PersistentVolumeClaimStatus.accessModes"),
        Column("StorageClass", "StorageClass of the pvc"),
        Column("VolumeAttributesClass", "VolumeAttributesClass of the pvc"),
    ),
    wide("VolumeMode", "@core.v1.PersistentVolumeClaimSpec.volumeMode"),
)

CLASS = named(
    Column("Provisioner", "@storage.v1.StorageClass.provisioner"),
    Column("ReclaimPolicy", "@storage.v1.StorageClass.reclaimPolicy"),
    Column("VolumeBindingMode", "@storage.v1.StorageClass.volumeBindingMode"),
    Column("AllowVolumeExpansion", "@storage.v1.StorageClass.allowVolumeExpansion"),
)

ATTACHMENT = named(
    Column("Attacher", "@storage.v1.VolumeAttachmentSpec.attacher", format="name"),
    Column("PV", "@storage.v1.VolumeAttachmentSource.persistentVolumeName"),
    Column("Node", "@storage.v1.VolumeAttachmentSpec.nodeName"),
    _flag("Attached", "@storage.v1.VolumeAttachmentStatus.attached"),
)

CSI_DRIVER = named(
    _flag("AttachRequired", "@storage.v1.CSIDriverSpec.attachRequired"),
    _flag("PodInfoOnMount", "@storage.v1.CSIDriverSpec.podInfoOnMount"),
    _flag("StorageCapacity", "@storage.v1.CSIDriverSpec.storageCapacity"),
    Column("TokenRequests", "@storage.v1.CSIDriverSpec.tokenRequests"),
    _flag("RequiresRepublish", "@storage.v1.CSIDriverSpec.requiresRepublish"),
    Column("Modes", "@storage.v1.CSIDriverSpec.volumeLifecycleModes"),
)

CSI_CAPACITY = named(
    Column("StorageClassName", "@storage.v1.CSIStorageCapacity.storageClassName"),
    Column("Capacity", "@storage.v1.CSIStorageCapacity.capacity"),
    age=False,
)

DRIVERS = Column("Drivers", "Drivers indicates the number of CSI drivers registered on the node", "integer")

PRINTERS = {
    "persistentvolumes": Printer(VOLUME, _persistent_volume),
    "persistentvolumeclaims": Printer(CLAIM, _claim),
    "storageclasses.storage.k8s.io": Printer(CLASS, _class),
    "volumeattributesclasses.storage.k8s.io": Printer(
        named(Column("DriverName", "@storage.v1.VolumeAttributesClass.driverName")), _attributes_class
    ),
    "volumeattachments.storage.k8s.io": Printer(ATTACHMENT, _attachment),
    "csinodes.storage.k8s.io": Printer(named(DRIVERS), _csi_node),
    "csidrivers.storage.k8s.io": Printer(CSI_DRIVER, _csi_driver),
    "csistoragecapacities.storage.k8s.io": Printer(CSI_CAPACITY, _csi_capacity),
}
