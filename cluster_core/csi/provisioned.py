"""The PersistentVolume that a provisioner makes for a claim. Upstream: external-provisioner `pkg/controller/controller.go` (Provision)."""

from __future__ import annotations

from cluster_core.api.csi_drivers import Driver
from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import PROVISIONED_BY, class_of

FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer"
IDENTITY = "storage.kubernetes.io/csiProvisionerIdentity"
SECRET = "csi.storage.k8s.io/provisioner-secret-"
DELETION_SECRET = "volume.kubernetes.io/provisioner-deletion-secret-"


def volume_name(claim: Obj) -> str:
    """The name of the volume of a claim."""
    return f"pvc-{claim['metadata']['uid']}"


def persistent_volume(driver: Driver, claim: Obj, storage_class: Obj, node: str) -> Obj:
    """A volume as large as the claim asks for, bound to it in advance; on `node` if the driver's volumes are on nodes."""
    given, parameters = claim["spec"], storage_class.get("parameters") or {}
    name = volume_name(claim)
    source: Obj = {"driver": driver.name, "volumeHandle": _handle(driver, claim, parameters)}
    if given.get("volumeMode") != "Block":
        source["fsType"] = parameters.get("csi.storage.k8s.io/fstype", "ext4")
    source["volumeAttributes"] = {
        **{key: value for key, value in parameters.items() if not key.startswith("csi.storage.k8s.io/")},
        IDENTITY: f"{driver.name}-provisioner",
    }
    spec: Obj = {
        "accessModes": given.get("accessModes") or [],
        "capacity": {"storage": given["resources"]["requests"]["storage"]},
        "claimRef": _reference(claim),
        "csi": source,
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
        "storageClassName": class_of(claim),
        "volumeMode": given.get("volumeMode", "Filesystem"),
    }
    if storage_class.get("mountOptions"):
        spec["mountOptions"] = storage_class["mountOptions"]
    if driver.topology:
        expression = {"key": driver.topology, "operator": "In", "values": [node]}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    notes = {PROVISIONED_BY: driver.name}
    notes |= {f"{DELETION_SECRET}{part}": parameters.get(f"{SECRET}{part}", "") for part in ("name", "namespace")}
    meta = {"name": name, "annotations": notes, "finalizers": [FINALIZER]}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": meta, "spec": spec}


def _handle(driver: Driver, claim: Obj, parameters: dict[str, str]) -> str:
    """What the driver calls the volume: for a share its place, else an id."""
    name = volume_name(claim)
    if "server" in parameters:
        return f"{parameters['server']}#{parameters.get('share', '').strip('/')}#{name}##"
    return name if not driver.attaches else f"0001-0009-{claim['metadata']['uid']}"


def _reference(claim: Obj) -> Obj:
    meta = claim["metadata"]
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": meta["namespace"],
        "name": meta["name"],
        "uid": meta["uid"],
        "apiVersion": "v1",
        "resourceVersion": meta["resourceVersion"],
    }
