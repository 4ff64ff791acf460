"""What a volume is made of: its plugin, its name for attaching, the data that it stands for.

Upstream: `pkg/volume/util/util.go` (GetUniqueVolumeName), `pkg/volume/csi/csi_plugin.go`, `pkg/volume/util/attach_limit.go`.
"""

from __future__ import annotations

import hashlib

from cluster_core.api.request import Obj

ATTACHMENTS, CSI_DRIVERS, CSI_NODES = (
    "volumeattachments.storage.k8s.io",
    "csidrivers.storage.k8s.io",
    "csinodes.storage.k8s.io",
)
# The sources that are a plain plugin of the kubelet; the cloud disks of old are those of CSI drivers today.
IN_TREE = {"hostPath": "kubernetes.io/host-path", "local": "kubernetes.io/local-volume", "nfs": "kubernetes.io/nfs"}


def plugin_of(volume: Obj) -> str:
    """The plugin behind a PersistentVolume, "kubernetes.io/csi" for all drivers, "" for one that is not modelled."""
    spec = volume["spec"]
    if spec.get("csi"):
        return "kubernetes.io/csi"
    return next((plugin for source, plugin in IN_TREE.items() if spec.get(source)), "")


def driver_of(volume: Obj) -> str:
    """The CSI driver of a PersistentVolume, "" if it is not one's."""
    return str((volume["spec"].get("csi") or {}).get("driver", ""))


def unique_name(volume: Obj) -> str:
    """The name by which a node's status and the attach/detach controller know a volume of a CSI driver."""
    source = volume["spec"]["csi"]
    return f"kubernetes.io/csi/{source['driver']}^{source['volumeHandle']}"


def attachment_name(volume: Obj, node: str) -> str:
    """The name of the VolumeAttachment of a volume to a node."""
    source = volume["spec"]["csi"]
    text = f"{source['volumeHandle']}{source['driver']}{node}"
    return f"csi-{hashlib.sha256(text.encode()).hexdigest()}"


def needs_attach(volume: Obj, drivers: dict[str, Obj]) -> bool:
    """Whether a volume is attached to a node before it is mounted: that of a CSI driver is, unless the driver says no."""
    driver = driver_of(volume)
    if not driver:
        return False
    told = drivers.get(driver)
    return told is None or bool((told.get("spec") or {}).get("attachRequired", True))


def data_of(volume: Obj) -> str:
    """What holds the files of a volume: volumes with equal answers have the same files; "" for a place on the node itself."""
    spec = volume["spec"]
    if spec.get("csi"):
        return f"csi/{spec['csi']['driver']}/{spec['csi']['volumeHandle']}"
    if spec.get("nfs"):
        return f"nfs/{spec['nfs'].get('server', '')}{spec['nfs'].get('path', '')}"
    if spec.get("hostPath") or spec.get("local"):
        return ""
    return f"volume/{volume['metadata']['name']}"


def device_of(volume: Obj) -> tuple[str, str]:
    """The device and the file system of a volume, as `mount` shows them on a node."""
    spec = volume["spec"]
    if spec.get("nfs"):
        return f"{spec['nfs'].get('server', '')}:{spec['nfs'].get('path', '')}", "nfs"
    attributes = (spec.get("csi") or {}).get("volumeAttributes") or {}
    if "server" in attributes:
        share = str(attributes.get("share", "")).rstrip("/")
        return f"{attributes['server']}:{share}/{volume['metadata']['name']}", "nfs4"
    if "pool" in attributes:
        return "/dev/rbd0", str(spec["csi"].get("fsType", "ext4"))
    return "/dev/sda1", "ext4"


def place_of(volume: Obj) -> str:
    """The path on the node of a volume that is a place there."""
    spec = volume["spec"]
    return str((spec.get("local") or spec.get("hostPath") or {}).get("path", "/"))


def claims_of(pod: Obj) -> list[str]:
    """The names of the claims that a pod mounts, those of its ephemeral volumes too."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            found.append(str(volume["persistentVolumeClaim"]["claimName"]))
        elif volume.get("ephemeral") is not None:
            found.append(f"{pod['metadata']['name']}-{volume['name']}")
    return found


def claim_name(pod: Obj, volume: Obj) -> str:
    """The claim behind a volume of a pod, "" if it has none."""
    if volume.get("persistentVolumeClaim"):
        return str(volume["persistentVolumeClaim"].get("claimName", ""))
    return f"{pod['metadata']['name']}-{volume['name']}" if volume.get("ephemeral") is not None else ""
