"""Claims, volumes and classes for tests of the volume plugins."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from tests.core.scheduler.machines import pod, snapshot


def claim(name: str = "c", volume: str = "", storage_class: str = "late", size: str = "1Gi", **more: Any) -> Obj:
    """A claim; bound for good if it has a volume."""
    notes = {"pv.kubernetes.io/bind-completed": "yes"} if volume else {}
    spec = {
        "accessModes": more.pop("modes", ["ReadWriteOnce"]),
        "storageClassName": storage_class,
        "resources": {"requests": {"storage": size}},
        **({"volumeName": volume} if volume else {}),
    }
    meta = {"name": name, "namespace": "default", "uid": f"uid-{name}", "resourceVersion": "5", "annotations": notes}
    meta["annotations"] |= more.pop("annotations", {})
    return {"metadata": {**meta, **more}, "spec": spec, "status": {"phase": "Bound" if volume else "Pending"}}


def volume(name: str = "v", node: str = "", size: str = "1Gi", **more: Any) -> Obj:
    """A volume of class late, on one node if that is named."""
    spec: Obj = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": "late"}
    if node:
        where = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [where]}]}}
    meta = {"name": name, "labels": more.pop("labels", {}), "resourceVersion": "6"}
    return {"metadata": meta, "spec": {**spec, **more}, "status": {"phase": "Available"}}


def storage_class(
    name: str = "late", mode: str = "WaitForFirstConsumer", provisioner: str = "x.example.com", **more: Any
) -> Obj:
    """A class."""
    return {"metadata": {"name": name}, "provisioner": provisioner, "volumeBindingMode": mode, **more}


def user(name: str = "p", *claims: str, **spec: Any) -> PodInfo:
    """A pod with claims."""
    volumes = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in claims or ("c",)]
    return pod(name, volumes=volumes, **spec)


def world(*nodes: NodeInfo, claims: Any = (), volumes: Any = (), classes: Any = None, csi_nodes: Any = ()) -> Snapshot:
    """A snapshot with objects of storage."""
    objects: dict[str, list[Obj]] = {
        "persistentvolumeclaims": list(claims),
        "persistentvolumes": list(volumes),
        "storageclasses_storage_k8s_io": [storage_class()] if classes is None else list(classes),
        "csinodes_storage_k8s_io": list(csi_nodes),
    }
    return snapshot(*nodes, **objects)
