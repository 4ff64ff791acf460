"""Mounts of volumes in containers, and raw devices. Upstream: `ValidateVolumeMounts` of `pkg/apis/core/validation`."""

from __future__ import annotations

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.paths import descending_path, no_backsteps
from cluster_core.api.request import Obj

PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
RECURSIVE = ("Disabled", "Enabled", "IfPossible")
ONLY_PRIVILEGED = "Bidirectional mount propagation is available only to privileged containers"


def validate_mounts(container: Obj, path: str, volumes: dict[str, Obj]) -> list[Cause]:
    """Mounts of a container."""
    devices = container.get("volumeDevices") or ()
    device_names = [device.get("name") for device in devices]
    device_paths = [device.get("devicePath") for device in devices]
    causes: list[Cause] = []
    places: list[str] = []
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        here, name, place = f"{path}[{index}]", mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            causes.append(Cause(f"{here}.name", "Required"))
        if name not in volumes:
            causes.append(Cause(f"{here}.name", "NotFound", "", name))
        if not place:
            causes.append(Cause(f"{here}.mountPath", "Required"))
        if place in places:
            causes.append(Cause(f"{here}.mountPath", "Invalid", "must be unique", place))
        places.append(place)
        if name in device_names:
            causes.append(Cause(f"{here}.name", "Invalid", "must not already exist in volumeDevices", name))
        if place in device_paths:
            words = "must not already exist as a path in volumeDevices"
            causes.append(Cause(f"{here}.mountPath", "Invalid", words, place))
        if len(mount) > 2:
            causes += _validate_details(mount, container, path)
    return causes


def _validate_details(mount: Obj, container: Obj, path: str) -> list[Cause]:
    """Upstream tells of the list, not of the mount."""
    part, expression = mount.get("subPath") or "", mount.get("subPathExpr") or ""
    causes = descending_path(part, f"{path}.subPath")
    if part and expression:
        words = "subPathExpr and subPath are mutually exclusive"
        causes.append(Cause(f"{path}.subPathExpr", "Invalid", words, expression))
    causes += descending_path(expression, f"{path}.subPathExpr")
    spread, here = mount.get("mountPropagation"), f"{path}.mountPropagation"
    if spread is not None and spread not in PROPAGATIONS:
        causes.append(Cause(here, "NotSupported", supported(*PROPAGATIONS), spread))
    if spread == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        causes.append(Cause(here, "Forbidden", ONLY_PRIVILEGED))
    recursive, here = mount.get("recursiveReadOnly"), f"{path}.recursiveReadOnly"
    if recursive is not None and recursive not in RECURSIVE:
        causes.append(Cause(here, "NotSupported", supported(*RECURSIVE), recursive))
    elif recursive in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            causes.append(Cause(here, "Forbidden", "may only be specified when readOnly is true"))
        if spread not in (None, "None"):
            words = "may only be specified when mountPropagation is None or not specified"
            causes.append(Cause(here, "Forbidden", words))
    return causes


def validate_devices(container: Obj, path: str, volumes: dict[str, Obj]) -> list[Cause]:
    """Raw devices of a container."""
    mounts = container.get("volumeMounts") or ()
    causes: list[Cause] = []
    seen: list[str] = []
    places: list[str] = []
    for index, device in enumerate(container.get("volumeDevices") or ()):
        here, name, place = f"{path}[{index}]", device.get("name") or "", device.get("devicePath") or ""
        if not name:
            causes.append(Cause(f"{here}.name", "Required"))
        if name in seen:
            causes.append(Cause(f"{here}.name", "Invalid", "must be unique", name))
        seen.append(name)
        if name and name not in volumes:
            causes.append(Cause(f"{here}.name", "NotFound", "", name))
        elif name and not {"persistentVolumeClaim", "ephemeral"} & volumes[name].keys():
            words = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            causes.append(Cause(f"{here}.name", "Invalid", words, name))
        if not place:
            causes.append(Cause(f"{here}.devicePath", "Required"))
        if place in places:
            causes.append(Cause(f"{here}.devicePath", "Invalid", "must be unique", place))
        places.append(place)
        causes += no_backsteps(place, f"{here}.devicePath")
        if name in [mount.get("name") for mount in mounts]:
            causes.append(Cause(f"{here}.name", "Invalid", "must not already exist in volumeMounts", name))
        if place in [mount.get("mountPath") for mount in mounts]:
            words = "must not already exist as a path in volumeMounts"
            causes.append(Cause(f"{here}.devicePath", "Invalid", words, place))
    return causes
