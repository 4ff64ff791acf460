"""The versions of a CustomResourceDefinition, as they are stored (apiextensions.k8s.io/v1)."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj

SHARED = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")


def schema_of_version(version: Obj) -> Obj | None:
    """The schema of a version, or None."""
    found: Obj | None = (version.get("schema") or {}).get("openAPIV3Schema")
    return found


def storage_version(crd: Obj) -> str:
    """The version that objects are stored in, or ""."""
    return next((str(one.get("name", "")) for one in crd["spec"].get("versions") or () if one.get("storage")), "")


def served_versions(crd: Obj) -> list[Obj]:
    """The versions that clients may speak."""
    return [one for one in crd["spec"].get("versions") or () if one.get("served")]


def condition_is_true(crd: Obj, name: str) -> bool:
    """Whether a condition of the status is True."""
    conditions = (crd.get("status") or {}).get("conditions") or ()
    return any(one.get("type") == name and one.get("status") == "True" for one in conditions)


def shared_by_all(versions: list[Obj], field: str) -> Any:
    """What all versions have the same of; None if they differ. Upstream checks such a field once, above the versions."""
    if not versions or any(one.get(field) != versions[0].get(field) for one in versions):
        return None
    return versions[0].get(field)
