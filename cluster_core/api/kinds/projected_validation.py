"""Files of volumes: keys of ConfigMaps and Secrets, fields of the pod, tokens, all of them projected into one directory.

Upstream: `validateProjectionSources`, `validateKeyToPath`, `validateDownwardAPIVolumeFile` of `pkg/apis/core/validation`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import required
from cluster_core.api.kinds.field_refs import OF_FILES, validate_field_ref, validate_resource_ref
from cluster_core.api.kinds.paths import unreserved_path
from cluster_core.api.qualified_names import signer_name
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

MODE_WORDS = "must be a number between 0 and 0777 (octal), both inclusive"
SAME_PATH = "conflicting duplicate paths"
SHORTEST_S = 600
# The files that nearly every pod gets for its service account: known to be good, compared at once.
USUAL: Obj = {
    "defaultMode": 420,
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {
            "downwardAPI": {
                "items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]
            }
        },
    ],
}


def validate_mode(mode: int | None, path: str) -> list[Cause]:
    """Permissions of files."""
    return [] if mode is None or 0 <= mode <= 0o777 else [Cause(path, "Invalid", MODE_WORDS, mode)]


def validate_keys(items: Any, path: str) -> list[Cause]:
    """Keys and the files that they become."""
    causes: list[Cause] = []
    for index, item in enumerate(items):
        here = f"{path}[{index}]"
        causes += required(item, here, "key", "path") + unreserved_path(item.get("path") or "", f"{here}.path")
        causes += validate_mode(item.get("mode"), f"{here}.mode")
    return causes


def validate_downward_files(items: Any, path: str) -> list[Cause]:
    """Fields and resources of the pod as files; upstream does not tell which."""
    causes: list[Cause] = []
    for item in items:
        field, resource = item.get("fieldRef"), item.get("resourceFieldRef")
        causes += required(item, path, "path") + unreserved_path(item.get("path") or "", f"{path}.path")
        if field is not None:
            causes += validate_field_ref(field, OF_FILES, f"{path}.fieldRef")
        if field is not None and resource is not None:
            words = "fieldRef and resourceFieldRef can not be specified simultaneously"
            causes.append(Cause(path, "Invalid", words, "resource"))
        elif resource is not None:
            causes += validate_resource_ref(resource, f"{path}.resourceFieldRef", in_volume=True)
        elif field is None:
            causes.append(Cause(path, "Required", "one of fieldRef and resourceFieldRef is required"))
        causes += validate_mode(item.get("mode"), f"{path}.mode")
    return causes


def validate_projected(source: Obj, path: str) -> list[Cause]:
    """Several sources of files in one directory."""
    if source == USUAL:
        return []
    causes = validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
    places: list[str] = []
    for index, one in enumerate(source.get("sources") or ()):
        here = f"{path}.sources[{index}]"
        for field in ("secret", "configMap", "downwardAPI"):
            given = one.get(field)
            if given is None:
                continue
            items = given.get("items") or ()
            if field == "downwardAPI":
                causes += validate_downward_files(items, f"{here}.{field}")
            else:
                causes += required(given, f"{here}.{field}", "name")
                causes += validate_keys(items, f"{here}.{field}.items")
            for place in [item["path"] for item in items if item.get("path")]:
                shown = place if field == "downwardAPI" else given.get("name") or ""
                causes += _taken(place, places, shown, path)
        causes += _validate_token(one.get("serviceAccountToken"), f"{here}.serviceAccountToken", path)
        bundle = one.get("clusterTrustBundle")
        if bundle is not None:
            causes += _validate_bundle(bundle, f"{here}.clusterTrustBundle")
            causes += _taken(bundle.get("path") or "", places, bundle.get("path") or "", path)
        if len([field for field in one if one[field] is not None]) > 1:
            causes.append(Cause(here, "Forbidden", "may not specify more than 1 volume type per source"))
    return causes


def _taken(place: str, places: list[str], shown: str, path: str) -> list[Cause]:
    if place in places:
        return [Cause(path, "Invalid", SAME_PATH, shown)]
    places.append(place)
    return []


def _validate_token(token: Obj | None, here: str, path: str) -> list[Cause]:
    if token is None:
        return []
    seconds, field = token.get("expirationSeconds") or 0, f"{here}.expirationSeconds"
    causes: list[Cause] = []
    if seconds < SHORTEST_S:
        causes.append(Cause(field, "Invalid", "may not specify a duration less than 10 minutes", seconds))
    if seconds > 2**32:
        causes.append(Cause(field, "Invalid", "may not specify a duration larger than 2^32 seconds", seconds))
    if not token.get("path"):
        return [*causes, Cause(f"{path}.path", "Required")]
    return causes + unreserved_path(token["path"], f"{path}.path")


def _validate_bundle(bundle: Obj, path: str) -> list[Cause]:
    name, signer, selector = bundle.get("name"), bundle.get("signerName"), bundle.get("labelSelector")
    causes: list[Cause] = []
    if name is not None and signer is not None:
        causes.append(Cause(path, "Invalid", "only one of name and signerName may be used", bundle))
    elif name is not None:
        if name == "":
            causes.append(Cause(f"{path}.name", "Required", "must be a valid object name"))
        if selector is not None:
            words = "labelSelector must be unset if name is specified"
            causes.append(Cause(f"{path}.labelSelector", "Invalid", words, selector))
    elif signer is not None:
        if signer == "":
            causes.append(Cause(f"{path}.signerName", "Required", "must be a valid signer name"))
        causes += signer_name(signer, f"{path}.signerName")
        causes += validate_label_selector(selector or {}, f"{path}.labelSelector")
    else:
        causes.append(Cause(path, "Required", "either name or signerName must be specified"))
    return causes + required(bundle, path, "path") + unreserved_path(bundle.get("path") or "", f"{path}.path")
