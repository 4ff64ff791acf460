"""PersistentVolumes: their spec and what may change of it. Upstream: `ValidatePersistentVolumeSpec`.

Real Kubernetes checks more of the disks and file systems of single vendors than that their required fields are there.
"""

from __future__ import annotations

from posixpath import normpath

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, immutable, named, quantity_above_zero, required, same
from cluster_core.api.kinds.claim_validation import CLASS, VOLUME_MODES, class_causes, validate_modes
from cluster_core.api.kinds.node_selector import validate_node_selector
from cluster_core.api.kinds.paths import no_backsteps
from cluster_core.api.kinds.volume_validation import ONE_TYPE, SOURCES, Check, validate_driver
from cluster_core.api.request import Obj

POLICIES = ("Delete", "Recycle", "Retain")
SECRETS = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)
# Labels of nodes that were renamed: the affinity of a volume may follow.
RENAMED = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}


def _local(source: Obj, path: str) -> list[Cause]:
    return required(source, path, "path") or no_backsteps(source["path"], f"{path}.path")


def _csi(source: Obj, path: str) -> list[Cause]:
    causes = validate_driver(source.get("driver") or "", f"{path}.driver")
    causes += required(source, path, "volumeHandle")
    for field in SECRETS:
        if source.get(field) is not None:
            for name, rule in (("name", names.subdomain), ("namespace", names.label)):
                text, here = source[field].get(name) or "", f"{path}.{field}.{name}"
                causes += named(text, rule, here) if text else [Cause(here, "Required")]
    return causes


# Every type in upstream's order, and its check if it is not that of a pod's volume.
TYPES: dict[str, Check | None] = {
    "hostPath": None,
    "gcePersistentDisk": None,
    "awsElasticBlockStore": None,
    "glusterfs": None,
    "flocker": None,
    "nfs": None,
    "rbd": None,
    "quobyte": None,
    "cephfs": None,
    "iscsi": None,
    "cinder": None,
    "fc": None,
    "flexVolume": None,
    "azureFile": None,
    "vsphereVolume": None,
    "photonPersistentDisk": None,
    "portworxVolume": None,
    "azureDisk": None,
    "scaleIO": None,
    "local": _local,
    "storageos": None,
    "csi": _csi,
}


def validate_volume_spec(spec: Obj) -> list[Cause]:
    """Access modes, capacity, one source and what it needs, classes."""
    causes = validate_modes(spec, "spec", "") + _validate_capacity(spec.get("capacity") or {})
    policy = spec.get("persistentVolumeReclaimPolicy")
    causes += choice(policy, POLICIES, "spec.persistentVolumeReclaimPolicy")
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        causes += _validate_affinity(affinity)
    causes += _validate_source(spec)
    if policy == "Recycle" and normpath((spec.get("hostPath") or {}).get("path") or ".") == "/":
        words = "may not be 'recycle' for a hostPath mount of '/'"
        causes.append(Cause("spec.persistentVolumeReclaimPolicy", "Forbidden", words))
    if spec.get("storageClassName"):
        causes += named(spec["storageClassName"], names.subdomain, "spec.storageClassName")
    causes += choice(spec.get("volumeMode"), VOLUME_MODES, "spec.volumeMode")
    return causes + _validate_class(spec)


def _validate_capacity(capacity: Obj) -> list[Cause]:
    causes = [] if capacity else [Cause("spec.capacity", "Required")]
    if list(capacity) != ["storage"]:
        causes.append(Cause("spec.capacity", "NotSupported", supported("storage"), capacity))
    for name, amount in capacity.items():
        causes += quantity_above_zero(amount, f"spec.capacity[{name}]")
    return causes


def _validate_affinity(affinity: Obj) -> list[Cause]:
    path = "spec.nodeAffinity.required"
    if affinity.get("required") is None:
        return [Cause(path, "Required", "must specify required node constraints")]
    return validate_node_selector(affinity["required"], path)


def _validate_source(spec: Obj) -> list[Cause]:
    given = [kind for kind in TYPES if spec.get(kind) is not None]
    if not given:
        return [Cause("spec", "Required", "must specify a volume type")]
    first = given[0]
    check = TYPES[first] or SOURCES[first][1]
    causes = check(spec[first], f"spec.{first if first != 'gcePersistentDisk' else 'persistentDisk'}")
    if first == "local" and spec.get("nodeAffinity") is None:
        causes.append(Cause("spec.nodeAffinity", "Required", "Local volume requires node affinity"))
    shown = ("cephFS" if kind == "cephfs" else kind for kind in given[1:])
    return causes + [Cause(f"spec.{kind}", "Forbidden", ONE_TYPE) for kind in shown]


def _validate_class(spec: Obj) -> list[Cause]:
    name, path = spec.get(CLASS), f"spec.{CLASS}"
    if name is None:
        return []
    causes = named(name, names.subdomain, path) if name else [Cause(path, "Required", "an empty string is disallowed")]
    if spec.get("csi") is None:
        words = "has to be specified when using volumeAttributesClassName"
        causes.append(Cause("spec.csi", "Required", words))
    return causes


def validate_volume_update(new: Obj, old: Obj) -> list[Cause]:
    """The source, the mode and the affinity of a volume are fixed."""
    causes: list[Cause] = []
    if not same(_sources(new, old), _sources(old, old)):
        words = "spec.persistentvolumesource is immutable after creation"
        causes.append(Cause("spec.persistentvolumesource", "Forbidden", words))
    causes += immutable(new.get("volumeMode"), old.get("volumeMode"), "volumeMode")
    now, was = new.get("nodeAffinity"), old.get("nodeAffinity")
    if was is not None and not same(now, was) and not same(now, _with_stable_labels(now, was)):
        words = "field is immutable, except for updating from beta label to GA"
        causes.append(Cause("nodeAffinity", "Invalid", words, now))
    return causes + class_causes(new, old)


def _sources(spec: Obj, old: Obj) -> Obj:
    """The sources of a spec; a secret for growing may still be added."""
    found = {kind: spec[kind] for kind in TYPES if spec.get(kind) is not None}
    if "csi" in found and "controllerExpandSecretRef" not in (old.get("csi") or {}):
        kept = {name: value for name, value in found["csi"].items() if name != "controllerExpandSecretRef"}
        found["csi"] = kept
    return found


def _with_stable_labels(new: Obj | None, old: Obj) -> Obj:
    """The old affinity with the stable names of labels where the new one has them."""
    required_now = ((new or {}).get("required") or {}).get("nodeSelectorTerms") or []
    terms = []
    for index, term in enumerate((old.get("required") or {}).get("nodeSelectorTerms") or ()):
        beside = required_now[index].get("matchExpressions") or [] if index < len(required_now) else []
        expressions = [
            {**known, "key": RENAMED[known["key"]]}
            if place < len(beside) and RENAMED.get(known.get("key", "")) == beside[place].get("key")
            else known
            for place, known in enumerate(term.get("matchExpressions") or ())
        ]
        terms.append({**term, "matchExpressions": expressions})
    return {**old, "required": {**(old.get("required") or {}), "nodeSelectorTerms": terms}}
