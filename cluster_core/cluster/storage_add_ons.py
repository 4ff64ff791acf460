"""The drivers of storage that a scenario starts with: the manifests that an administrator would apply."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cluster_core.api.kinds import by_gvk
from cluster_core.api.request import Obj
from cluster_core.api.yaml import load_manifests

FOLDER = Path(__file__).parent.parent / "csi" / "manifests"


@lru_cache(maxsize=8)
def storage_manifest(name: str) -> str:
    """The manifest of a driver: hostpath, nfs, rbd."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def storage_objects(names: tuple[str, ...]) -> list[tuple[str, Obj]]:
    """The objects of drivers with their resources, in the order of the files."""
    found = []
    for name in names:
        for obj in load_manifests(storage_manifest(name)):
            found.append((by_gvk(obj["apiVersion"], obj["kind"]).resource, obj))
    return found
