"""Volumes of pods. Upstream: `ValidateVolumes` of `pkg/apis/core/validation`.

Real Kubernetes checks more of the disks and file systems of single vendors than that their required fields are there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import named, required, too_long
from cluster_core.api.kinds.claim_validation import validate_claim_spec
from cluster_core.api.kinds.kind import validate_annotations, validate_labels
from cluster_core.api.kinds.paths import no_backsteps, unreserved_path
from cluster_core.api.kinds.projected_validation import (
    validate_downward_files,
    validate_keys,
    validate_mode,
    validate_projected,
)
from cluster_core.api.request import Obj

Check = Callable[[Obj, str], list[Cause]]
HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
ONE_TYPE = "may not specify more than 1 volume type"


def _host_path(source: Obj, path: str) -> list[Cause]:
    where, kind = source.get("path") or "", source.get("type") or ""
    if not where:
        return [Cause(f"{path}.path", "Required")]
    causes = no_backsteps(where, f"{path}.path")
    if kind not in HOST_PATH_TYPES:
        causes.append(Cause(f"{path}.type", "NotSupported", supported(*HOST_PATH_TYPES), kind))
    return causes


def _with_keys(name: str) -> Check:
    def check(source: Obj, path: str) -> list[Cause]:
        causes = required(source, path, name) + validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
        return causes + validate_keys(source.get("items") or (), f"{path}.items")

    return check


def _nfs(source: Obj, path: str) -> list[Cause]:
    where, causes = source.get("path") or "", required(source, path, "server", "path")
    if not where.startswith("/"):
        causes.append(Cause(f"{path}.path", "Invalid", "must be an absolute path", where))
    return causes


def _downward(source: Obj, path: str) -> list[Cause]:
    causes = validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
    return causes + validate_downward_files(source.get("items") or (), path)


def validate_driver(name: str, path: str) -> list[Cause]:
    """The name of a driver for storage."""
    causes = [] if name else [Cause(path, "Required")]
    if len(name) > 63:
        causes.append(too_long(path, 63))
    return causes + [Cause(path, "Invalid", words, name) for words in names.subdomain(name.lower())]


def _csi(source: Obj, path: str) -> list[Cause]:
    causes = validate_driver(source.get("driver") or "", f"{path}.driver")
    secret = source.get("nodePublishSecretRef")
    if secret is not None and not secret.get("name"):
        causes.append(Cause(f"{path}.nodePublishSecretRef.name", "Required"))
    elif secret is not None:
        causes += named(secret["name"], names.subdomain, f"{path}.name")
    return causes


def _ephemeral(source: Obj, path: str) -> list[Cause]:
    template, here = source.get("volumeClaimTemplate"), f"{path}.volumeClaimTemplate"
    if template is None:
        return [Cause(here, "Required")]
    meta = template.get("metadata") or {}
    causes = validate_annotations(meta.get("annotations") or {}, f"{here}.metadata.annotations")
    causes += validate_labels(meta.get("labels"), f"{here}.metadata.labels")
    causes += [
        Cause(f"{here}.metadata.{name}", "Forbidden", "cannot be set")
        for name in meta
        if name not in ("labels", "annotations") and meta[name]
    ]
    return causes + validate_claim_spec(template.get("spec") or {}, f"{here}.spec")


def _empty_dir(source: Obj, path: str) -> list[Cause]:
    limit = source.get("sizeLimit")
    if limit is None or quantity.parse(limit) >= 0:
        return []
    return [Cause(f"{path}.sizeLimit", "Forbidden", "SizeLimit field must be a valid resource quantity")]


def _git_repo(source: Obj, path: str) -> list[Cause]:
    causes = required(source, path, "repository")
    return causes + unreserved_path(source.get("directory") or "", f"{path}.directory")


def _needs(*fields: str) -> Check:
    return lambda source, path: required(source, path, *fields)


def _image(source: Obj, path: str) -> list[Cause]:
    policy, values = source.get("pullPolicy") or "", ("Always", "IfNotPresent", "Never")
    causes = required(source, path, "reference")
    if policy not in values:
        causes.append(Cause(f"{path}.pullPolicy", "NotSupported", supported(*values), policy))
    return causes


# Every type of volume in upstream's order, as upstream calls it in a refusal of a second one, and its check.
SOURCES: dict[str, tuple[str, Check]] = {
    "emptyDir": ("emptyDir", _empty_dir),
    "hostPath": ("hostPath", _host_path),
    "gitRepo": ("gitRepo", _git_repo),
    "gcePersistentDisk": ("gcePersistentDisk", _needs("pdName")),
    "awsElasticBlockStore": ("awsElasticBlockStore", _needs("volumeID")),
    "secret": ("secret", _with_keys("secretName")),
    "nfs": ("nfs", _nfs),
    "iscsi": ("iscsi", _needs("targetPortal", "iqn")),
    "glusterfs": ("glusterfs", _needs("endpoints", "path")),
    "flocker": ("flocker", _needs()),
    "persistentVolumeClaim": ("persistentVolumeClaim", _needs("claimName")),
    "rbd": ("rbd", _needs("monitors", "image")),
    "cinder": ("cinder", _needs("volumeID")),
    "cephfs": ("cephFS", _needs("monitors")),
    "quobyte": ("quobyte", _needs("registry", "volume")),
    "downwardAPI": ("downwarAPI", _downward),
    "fc": ("fc", _needs()),
    "flexVolume": ("flexVolume", _needs("driver")),
    "configMap": ("configMap", _with_keys("name")),
    "azureFile": ("azureFile", _needs("secretName", "shareName")),
    "vsphereVolume": ("vsphereVolume", _needs("volumePath")),
    "photonPersistentDisk": ("photonPersistentDisk", _needs("pdID")),
    "portworxVolume": ("portworxVolume", _needs("volumeID")),
    "azureDisk": ("azureDisk", _needs("diskName", "diskURI")),
    "storageos": ("storageos", _needs()),
    "projected": ("projected", validate_projected),
    "scaleIO": ("scaleIO", _needs("gateway", "system", "volumeName")),
    "csi": ("csi", _csi),
    "ephemeral": ("ephemeral", _ephemeral),
    "image": ("image", _image),
}


def validate_volumes(volumes: Any, path: str) -> tuple[list[Cause], dict[str, Obj]]:
    """What is wrong with volumes, and the good ones by name."""
    causes: list[Cause] = []
    known: dict[str, Obj] = {}
    for index, volume in enumerate(volumes):
        here, name = f"{path}[{index}]", volume.get("name") or ""
        wrong = validate_source(volume, here)
        wrong += named(name, names.label, f"{here}.name") if name else [Cause(f"{here}.name", "Required")]
        if name in known:
            wrong.append(Cause(f"{here}.name", "Duplicate", "", name))
        causes += wrong
        if not wrong:
            known[name] = volume
    return causes, known


def validate_source(volume: Obj, path: str) -> list[Cause]:
    """Exactly one type, and what it needs."""
    given = [kind for kind in SOURCES if kind in volume and volume[kind] is not None]
    if not given:
        return [Cause(path, "Required", "must specify a volume type")]
    first = given[0]
    causes = SOURCES[first][1](volume[first], f"{path}.{first if first != 'gcePersistentDisk' else 'persistentDisk'}")
    return causes + [Cause(f"{path}.{SOURCES[kind][0]}", "Forbidden", ONE_TYPE) for kind in given[1:]]
