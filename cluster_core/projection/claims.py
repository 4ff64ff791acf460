"""Claim cards: what a claim has, who uses it, where its volume is attached, and for what it waits."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.api.volume_binding import CLAIMS, CLASSES, VOLUMES, class_of, waits_for_consumer
from cluster_core.api.volume_source import ATTACHMENTS, claims_of, driver_of
from cluster_core.projection.cards import StorageCard
from cluster_core.projection.source import Source, changed_at

CARDS_MAX, USERS_MAX = 500, 20


SHOWN = (CLAIMS, VOLUMES, CLASSES, ATTACHMENTS, "pods")


class ClaimCards:
    """The cards of the last moment, made again when something that they show has changed."""

    def __init__(self) -> None:
        self._at: tuple[int, ...] = ()
        self._cards: dict[str, StorageCard] = {}

    def of(self, source: Source, again: bool) -> dict[str, StorageCard]:
        """The cards of a moment; `again` after a seek."""
        at = tuple(changed_at(source, resource) for resource in SHOWN)
        if again or at != self._at:
            self._at, self._cards = at, claim_cards(source)
        return self._cards


def claim_cards(source: Source) -> dict[str, StorageCard]:
    """The claims by uid, the first 500; a run without any costs nothing."""
    claims = list(source.objects(CLAIMS).values())[:CARDS_MAX]
    if not claims:
        return {}
    users: dict[str, list[str]] = {}
    for key, pod in source.objects("pods").items():
        for name in claims_of(pod):
            users.setdefault(f"{pod['metadata']['namespace']}/{name}", []).append(key.partition("/")[2])
    places: dict[str, list[str]] = {}
    for one in source.objects(ATTACHMENTS).values():
        if (one.get("status") or {}).get("attached"):
            name = (one["spec"].get("source") or {}).get("persistentVolumeName", "")
            places.setdefault(name, []).append(one["spec"].get("nodeName", ""))
    return {one["metadata"]["uid"]: _card(one, source, users, places) for one in claims}


def _card(claim: Obj, source: Source, users: dict[str, list[str]], places: dict[str, list[str]]) -> StorageCard:
    meta, spec, status = claim["metadata"], claim["spec"], claim.get("status") or {}
    name = spec.get("volumeName", "")
    volume = source.objects(VOLUMES).get(name) if name else None
    return {
        "name": meta["name"],
        "namespace": meta["namespace"],
        "uid": meta["uid"],
        "phase": "Terminating" if meta.get("deletionTimestamp") else status.get("phase", "Pending"),
        "volume": name,
        "storage_class": class_of(claim),
        "driver": driver_of(volume) if volume is not None else "",
        "requested": ((spec.get("resources") or {}).get("requests") or {}).get("storage", ""),
        "capacity": (status.get("capacity") or {}).get("storage", ""),
        "modes": list(spec.get("accessModes") or ()),
        "reclaim": str(volume["spec"].get("persistentVolumeReclaimPolicy", "")) if volume is not None else "",
        "users": sorted(users.get(f"{meta['namespace']}/{meta['name']}", ()))[:USERS_MAX],
        "attached": sorted(places.get(name, ())),
        "waits": _waits(claim, source),
        "created": parse(meta["creationTimestamp"]),
        "rv": int(meta["resourceVersion"]),
    }


def _waits(claim: Obj, source: Source) -> str:
    """For what a claim waits: no-class, provisioner, consumer, volume, no-such-class, resize; "" if for nothing."""
    conditions = (claim.get("status") or {}).get("conditions") or ()
    if any(one["type"] == "FileSystemResizePending" for one in conditions):
        return "resize"
    if claim["spec"].get("volumeName"):
        return "" if (claim.get("status") or {}).get("phase") != "Pending" else "volume"
    name = class_of(claim)
    storage_class = source.objects(CLASSES).get(name) if name else None
    if not name:
        return "no-class"
    if storage_class is None:
        return "no-such-class"
    notes = claim["metadata"].get("annotations") or {}
    if waits_for_consumer(storage_class) and "volume.kubernetes.io/selected-node" not in notes:
        return "consumer"
    return "volume" if str(storage_class.get("provisioner", "")).startswith("kubernetes.io/") else "provisioner"
