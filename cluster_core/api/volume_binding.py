"""Which claim goes with which volume: classes, access modes, sizes, selectors, nodes. What binder and scheduler agree about.

Upstream: `k8s.io/component-helpers/storage/volume/{helpers,pv_helpers}.go`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from cluster_core.api.node_selector import matches_any
from cluster_core.api.objects import with_path
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
WAIT_FOR_FIRST_CONSUMER = "WaitForFirstConsumer"


def annotations_of(obj: Obj) -> dict[str, str]:
    """The annotations of an object, empty if it has none."""
    return obj["metadata"].get("annotations") or {}


def class_of(obj: Obj) -> str:
    """The class of a claim or a volume, "" for none. The annotation of old counts first."""
    old = annotations_of(obj).get(BETA_CLASS)
    return str(old if old is not None else obj["spec"].get("storageClassName") or "")


def names_a_class(claim: Obj) -> bool:
    """Whether a claim says anything about its class; "" says that it wants none."""
    return BETA_CLASS in annotations_of(claim) or claim["spec"].get("storageClassName") is not None


def requested(claim: Obj) -> Fraction:
    """How much a claim asks for, in bytes."""
    return parse(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage", "0"))


def capacity(volume: Obj) -> Fraction:
    """How large a volume is, in bytes."""
    return parse((volume["spec"].get("capacity") or {}).get("storage", "0"))


def mode_of(obj: Obj) -> str:
    """Filesystem or Block."""
    return str(obj["spec"].get("volumeMode") or "Filesystem")


def claim_of(volume: Obj) -> str:
    """The key of the claim that a volume refers to, "" if it refers to none."""
    ref = volume["spec"].get("claimRef")
    return f"{ref.get('namespace', '')}/{ref.get('name', '')}" if ref else ""


def is_bound_to(volume: Obj, claim: Obj) -> bool:
    """Whether a volume refers to a claim; one that was bound in advance by name alone does."""
    ref, meta = volume["spec"].get("claimRef"), claim["metadata"]
    if not ref or (ref.get("namespace"), ref.get("name")) != (meta["namespace"], meta["name"]):
        return False
    return not ref.get("uid") or ref["uid"] == meta["uid"]


def volume_for(volume: Obj, claim: Obj) -> Obj:
    """A volume that refers to its claim; the same object if it does. Upstream: GetBindVolumeToClaim."""
    known, meta = volume["spec"].get("claimRef") or {}, claim["metadata"]
    if known.get("uid") == meta["uid"]:
        return volume
    ref = {
        "kind": "PersistentVolumeClaim",
        "namespace": meta["namespace"],
        "name": meta["name"],
        "uid": meta["uid"],
        "apiVersion": "v1",
        "resourceVersion": meta["resourceVersion"],
    }
    found = with_path(volume, ("spec", "claimRef"), ref)
    return found if is_bound_to(volume, claim) else annotated(found, BOUND_BY_CONTROLLER, "yes")


def annotated(obj: Obj, name: str, value: str) -> Obj:
    """An object with one more annotation."""
    return with_path(obj, ("metadata", "annotations"), {**annotations_of(obj), name: value})


def is_fully_bound(claim: Obj) -> bool:
    """Whether a claim has its volume and the binder has finished with it."""
    return bool(claim["spec"].get("volumeName")) and BIND_COMPLETED in annotations_of(claim)


def waits_for_consumer(storage_class: Obj | None) -> bool:
    """Whether claims of a class are bound when a pod that uses them is scheduled."""
    return storage_class is not None and storage_class.get("volumeBindingMode") == WAIT_FOR_FIRST_CONSUMER


def has_modes(claim: Obj, volume: Obj) -> bool:
    """Whether a volume can be used in every way that a claim wants."""
    offered = volume["spec"].get("accessModes") or ()
    return all(mode in offered for mode in claim["spec"].get("accessModes") or ())


def mismatch(volume: Obj, claim: Obj) -> str:
    """Why a claim cannot have the volume that it names, in upstream's words; "" if it can."""
    if capacity(volume) < requested(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if attributes_class(volume) != attributes_class(claim):
        return "volumeAttributesClassName does not match"
    if mode_of(volume) != mode_of(claim):
        return "incompatible volumeMode"
    return "" if has_modes(claim, volume) else "incompatible accessMode"


def attributes_class(obj: Obj) -> str:
    """The VolumeAttributesClass of a claim or a volume."""
    return str(obj["spec"].get("volumeAttributesClassName") or "")


def fits_node(volume: Obj, node: Obj) -> bool:
    """Whether the node affinity of a volume lets it be used on a node."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return required is None or matches_any(required.get("nodeSelectorTerms") or (), node)


def best_match(
    claim: Obj, volumes: Iterable[Obj], node: Obj | None = None, taken: Iterable[str] = (), delayed: bool = False
) -> Obj | None:
    """The smallest free volume that a claim can have, on `node` if one is given; the one that was bound in advance comes first.

    `taken`: volumes that are spoken for. `delayed`: only a volume that refers to the claim already counts, as long as no node is known.
    """
    wanted, smallest = class_of(claim), None
    selector = claim["spec"].get("selector")
    matcher = from_label_selector(selector) if selector is not None else None
    taken = list(taken)
    for volume in volumes:
        if volume["metadata"]["name"] in taken or not _could_hold(volume, claim):
            continue
        if is_bound_to(volume, claim):
            return volume if node is None or fits_node(volume, node) else None
        if (node is None and delayed) or not _is_free(volume, wanted):
            continue
        if matcher is not None and not matcher.matches(volume["metadata"].get("labels") or {}):
            continue
        if node is not None and not fits_node(volume, node):
            continue
        if smallest is None or capacity(volume) < capacity(smallest):
            smallest = volume
    return smallest


def _could_hold(volume: Obj, claim: Obj) -> bool:
    if volume["spec"].get("claimRef") and not is_bound_to(volume, claim):
        return False
    if capacity(volume) < requested(claim) or mode_of(volume) != mode_of(claim):
        return False
    if volume["metadata"].get("deletionTimestamp") or attributes_class(volume) != attributes_class(claim):
        return False
    return has_modes(claim, volume)


def _is_free(volume: Obj, wanted: str) -> bool:
    return (volume.get("status") or {}).get("phase") == "Available" and class_of(volume) == wanted
