"""storage.k8s.io: classes of storage, CSI drivers, attachments. Upstream: `pkg/apis/storage/{v1/defaults.go,validation}`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import (
    choice,
    immutable,
    named,
    non_negative,
    not_a_quantity_below_zero,
    too_long,
)
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.topology import validate_topologies
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

PARAMETERS_MAX = 512
SIZE_MAX = 256 * 1024
MESSAGE_MAX = 1024
NODE_ID_MAX = 256
DRIVER_NAME_MAX = 63
TOKEN_MIN_S = 600
LIFECYCLES = ("Persistent", "Ephemeral")
FS_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


class StorageClass(Kind):
    """How volumes are made."""

    group, kind, plural, short_names = "storage.k8s.io", "StorageClass", "storageclasses", ("sc",)
    namespaced = False
    has_status = False
    has_spec = False

    def defaults(self, obj: Obj) -> Obj:
        """Volumes are deleted with their claims, and bound at once."""
        given = {name: value for name, value in obj.items() if value is not None}
        return {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate", **given}

    def validate(self, obj: Obj) -> list[Cause]:
        """Provisioner, parameters, policies, topologies."""
        causes = _validate_provisioner(obj.get("provisioner") or "", "provisioner")
        causes += _validate_parameters(obj.get("parameters") or {}, "parameters")
        causes += choice(obj["reclaimPolicy"] or None, ("Delete", "Retain"), "reclaimPolicy")
        causes += choice(obj["volumeBindingMode"], ("Immediate", "WaitForFirstConsumer"), "volumeBindingMode")
        return causes + validate_topologies(obj.get("allowedTopologies") or (), "allowedTopologies")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What it makes does not change."""
        fields = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")
        return [cause for field in fields for cause in immutable(new.get(field), old.get(field), field)]


class CSIDriver(Kind):
    """A driver of storage."""

    group, kind, plural = "storage.k8s.io", "CSIDriver", "csidrivers"
    namespaced = False
    has_status = False
    has_spec = False

    def defaults(self, obj: Obj) -> Obj:
        """Volumes are attached, the pod is not told of."""
        given = {name: value for name, value in (obj.get("spec") or {}).items() if value is not None}
        unset: Obj = {
            "attachRequired": True,
            "podInfoOnMount": False,
            "storageCapacity": False,
            "fsGroupPolicy": "ReadWriteOnceWithFSType",
            "requiresRepublish": False,
            "seLinuxMount": False,
        }
        spec = {**unset, **given}
        if not spec.get("volumeLifecycleModes"):
            spec["volumeLifecycleModes"] = ["Persistent"]
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Policies, tokens, modes."""
        spec = obj["spec"]
        causes = choice(spec["fsGroupPolicy"], FS_GROUP_POLICIES, "spec.fsGroupPolicy")
        causes += _validate_tokens(spec.get("tokenRequests") or (), "spec.tokenRequests")
        for mode in spec["volumeLifecycleModes"]:
            causes += choice(mode, LIFECYCLES, "spec.volumeLifecycleModes")
        period = spec.get("nodeAllocatableUpdatePeriodSeconds")
        if period is not None and period < 10:
            words = "must be greater than or equal to 10 seconds"
            causes.append(Cause("spec.nodeAllocatableUpdatePeriodSeconds", "Invalid", words, period))
        in_secrets = spec.get("serviceAccountTokenInSecrets")
        if in_secrets is not None and not spec.get("tokenRequests"):
            words = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
            causes.append(Cause("spec.serviceAccountTokenInSecrets", "Invalid", words, in_secrets))
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """How volumes are attached does not change."""
        now, was = new["spec"], old["spec"]
        causes = immutable(now["attachRequired"], was["attachRequired"], "spec.attachedRequired")
        modes = "volumeLifecycleModes"
        return causes + immutable(now[modes], was[modes], f"spec.{modes}")


class CSINode(Kind):
    """The drivers of a node."""

    group, kind, plural = "storage.k8s.io", "CSINode", "csinodes"
    namespaced = False
    has_status = False
    has_spec = False

    def defaults(self, obj: Obj) -> Obj:
        """A list of drivers, empty if need be."""
        return {**obj, "spec": {"drivers": None, **(obj.get("spec") or {})}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Each driver once, with the node's name for it."""
        causes: list[Cause] = []
        seen: list[str] = []
        for index, driver in enumerate(obj["spec"]["drivers"] or ()):
            path, name = f"spec.drivers[{index}]", driver.get("name") or ""
            causes += _validate_driver(driver, path)
            if name in seen:
                causes.append(Cause(f"{path}.name", "Duplicate", "", name))
            seen.append(name)
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A driver that stays changes nothing but what it can attach."""
        pairs = [
            (_without_allocatable(now), _without_allocatable(was))
            for was in old["spec"]["drivers"] or ()
            for now in new["spec"]["drivers"] or ()
            if now.get("name") == was.get("name")
        ]
        return [cause for now, was in pairs for cause in immutable(now, was, "spec.drivers")]


class CSIStorageCapacity(Kind):
    """How much storage a topology segment has left."""

    group, kind, plural = "storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities"
    has_status = False
    has_spec = False

    def validate(self, obj: Obj) -> list[Cause]:
        """Topology, class, amount."""
        causes = validate_label_selector(obj.get("nodeTopology") or {}, "nodeTopology")
        causes += named(obj.get("storageClassName") or "", names.subdomain, "storageClassName")
        return causes + (not_a_quantity_below_zero(obj["capacity"], "capacity") if obj.get("capacity") else [])

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What was asked about does not change."""
        fields = ("nodeTopology", "storageClassName")
        return [cause for field in fields for cause in immutable(new.get(field), old.get(field), field)]


class VolumeAttachment(Kind):
    """A volume at a node."""

    group, kind, plural = "storage.k8s.io", "VolumeAttachment", "volumeattachments"
    namespaced = False
    has_spec = False
    initial_status = {"attached": False}

    def validate(self, obj: Obj) -> list[Cause]:
        """Driver, node, one source, and errors of a bounded length."""
        spec, status = obj.get("spec") or {}, obj.get("status") or {}
        causes = validate_driver_name(spec.get("attacher") or "", "spec.attacher")
        source, path = spec.get("source") or {}, "spec.source"
        inline, volume = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
        if inline is None and volume is None:
            causes.append(Cause(path, "Required", ONE_SOURCE))
        elif inline is not None and volume is not None:
            causes.append(Cause(path, "Forbidden", ONE_SOURCE))
        elif volume == "":
            words = "must specify non empty persistentVolumeName"
            causes.append(Cause(f"{path}.persistentVolumeName", "Required", words))
        causes += named(spec.get("nodeName") or "", names.subdomain, "spec.nodeName")
        if volume is not None:
            causes += named(volume, names.subdomain, f"{path}.persistentVolumeName")
        return causes + _validate_attachment_status(status)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """It is made anew."""
        return immutable(new.get("spec"), old.get("spec"), "spec")


class VolumeAttributesClass(Kind):
    """Attributes of volumes that may change."""

    group, kind, plural, short_names = "storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses", ("vac",)
    namespaced = False
    has_status = False
    has_spec = False

    def validate(self, obj: Obj) -> list[Cause]:
        """Driver and parameters."""
        parameters, path = obj.get("parameters") or {}, "spec.parameters"
        causes = _validate_provisioner(obj.get("driverName") or "", "spec.driverName")
        causes += _validate_parameters(parameters, path)
        missing = Cause(path, "Required", "must contain at least one key/value pair")
        return causes if parameters else [*causes, missing]

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Another class has other attributes."""
        fields = ("driverName", "parameters")
        return [
            Cause(field, "Forbidden", f"updates to {field} are forbidden.")
            for field in fields
            if new.get(field) != old.get(field)
        ]


def validate_driver_name(name: str, path: str) -> list[Cause]:
    """The name of a CSI driver."""
    if not name:
        return [Cause(path, "Required")]
    causes = [too_long(path, DRIVER_NAME_MAX)] if len(name) > DRIVER_NAME_MAX else []
    return causes + [Cause(path, "Invalid", words, name) for words in names.subdomain(name.lower())]


def _validate_provisioner(name: str, path: str) -> list[Cause]:
    if not name:
        return [Cause(path, "Required")]
    return [Cause(path, "Invalid", words, name.lower()) for words in names.qualified(name.lower())]


def _validate_parameters(parameters: dict[str, str], path: str) -> list[Cause]:
    if len(parameters) > PARAMETERS_MAX:
        return [too_long(path, PARAMETERS_MAX)]
    causes = [Cause(path, "Invalid", "field can not be empty.", key) for key in parameters if not key]
    size = sum(len(key.encode()) + len((value or "").encode()) for key, value in parameters.items())
    return [*causes, too_long(path, SIZE_MAX)] if size > SIZE_MAX else causes


def _validate_tokens(requests: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[str] = []
    for index, request in enumerate(requests):
        audience, seconds = request.get("audience") or "", request.get("expirationSeconds")
        if audience in seen:
            causes.append(Cause(f"{path}[{index}].audience", "Duplicate", "", audience))
            continue
        seen.append(audience)
        causes += validate_token_seconds(seconds, f"{path}[{index}].expirationSeconds")
    return causes


def validate_token_seconds(seconds: int | None, path: str) -> list[Cause]:
    """How long a token is valid."""
    if seconds is not None and seconds < TOKEN_MIN_S:
        return [Cause(path, "Invalid", "may not specify a duration less than 10 minutes", seconds)]
    if seconds is not None and seconds > 2**32:
        return [Cause(path, "Invalid", "may not specify a duration larger than 2^32 seconds", seconds)]
    return []


def _validate_driver(driver: Obj, path: str) -> list[Cause]:
    node = driver.get("nodeID") or ""
    causes = validate_driver_name(driver.get("name") or "", f"{path}.name")
    if not node:
        causes.append(Cause(f"{path}.nodeID", "Required"))
    if len(node.encode()) > NODE_ID_MAX:
        causes.append(Cause(f"{path}.nodeID", "Invalid", f"must be {NODE_ID_MAX} characters or less", node))
    causes += non_negative((driver.get("allocatable") or {}).get("count"), f"{path}.allocatable.count")
    seen: list[str] = []
    for key in driver.get("topologyKeys") or ():
        if not key:
            causes.append(Cause(path, "Required"))
        if key in seen:
            causes.append(Cause(path, "Duplicate", "", key))
        seen.append(key)
        causes += named(key, names.qualified, path)
    return causes


def _without_allocatable(driver: Obj) -> Obj:
    return {name: value for name, value in driver.items() if name != "allocatable"}


def _validate_attachment_status(status: Obj) -> list[Cause]:
    known = status.get("attachmentMetadata") or {}
    size = sum(len(key.encode()) + len((value or "").encode()) for key, value in known.items())
    causes = [too_long("status.attachmentMetadata", SIZE_MAX)] if size > SIZE_MAX else []
    for field in ("attachError", "detachError"):
        error = status.get(field) or {}
        if len((error.get("message") or "").encode()) > MESSAGE_MAX:
            causes.append(too_long(f"status.{field}.message", MESSAGE_MAX))
        if (error.get("errorCode") or 0) < 0:
            words = "must be between 0 and 2147483647, inclusive"
            causes.append(Cause(f"status.{field}.errorCode", "Invalid", words, error["errorCode"]))
    return causes
