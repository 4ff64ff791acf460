"""Objects as both runs can be compared by: without names that are drawn, times and what only a real machine knows."""

from __future__ import annotations

import json
import re
from typing import Any

from explorer.reference.naming import Names, plain
from explorer.reference.player import untranslated
from explorer.reference.story import Obj

# What an API server or a recorder adds to every object.
DROPPED = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink", "apiVersion", "kind")
TIMES = re.compile(r"([a-z](Time|Timestamp|At)|^time)$")
DISTRIBUTION = "openshift"
KUBECTL = "kubectl.kubernetes.io/"
Fields = dict[str, Any]

# The recorded kubelets were scripts: they had no runtime, and sent what a scripted one knows.
OF_THE_MACHINE = (
    "containerID", "imageID", "hostIP", "hostIPs", "podIP", "podIPs", "volumeMounts", "user", "allocatedResources", "resources",
    "allocatedResourcesStatus", "image", "nodeInfo", "images", "addresses", "daemonEndpoints", "capacity", "allocatable", "features",
    "runtimeHandlers", "podCIDR", "podCIDRs", "config", "declaredFeatures",
)  # fmt: skip
SCRIPTED = ("Pod", "Node")
# Lists whose order is that of addresses or of a map.
UNORDERED = (
    "endpoints",
    "addresses",
    "notReadyAddresses",
    "subsets",
    "taints",
    "tolerations",
    "ownerReferences",
    "sources",
)


def shape(names: Names, obj: Obj, kind: str) -> Obj:
    """metadata, spec, status and the rest of an object, comparable."""
    obj = SUMMARIES[kind](obj) if kind in SUMMARIES else obj
    meta = obj.get("metadata", {})
    found: Obj = {"metadata": _metadata(meta)}
    for part, value in obj.items():
        if part not in ("metadata", *DROPPED):
            found[part] = value
    found = _pruned(untranslated(found), kind, "")
    shown: Obj = _sorted(plain(names, found))
    return shown


def _metadata(meta: Obj) -> Obj:
    found = {name: value for name, value in meta.items() if name not in (*DROPPED, "name", "namespace")}
    annotations = {
        name: value for name, value in (meta.get("annotations") or {}).items() if not name.startswith(KUBECTL)
    }
    found["annotations"] = annotations
    return found


def _pruned(value: Any, kind: str, place: str) -> Any:
    if isinstance(value, list):
        return [_pruned(part, kind, place) for part in value if not _is_of_the_distribution(part)]
    if not isinstance(value, dict):
        return value
    found: Obj = {}
    for name, part in value.items():
        if name in ("uid", "resourceVersion") or (
            kind in SCRIPTED and place.startswith(".status") and name in OF_THE_MACHINE
        ):
            continue
        if part in ({}, [], None, ""):
            continue
        if TIMES.search(name) and isinstance(part, str):
            found[name] = "<time>"
            continue
        pruned = _pruned(part, kind, f"{place}.{name}")
        if pruned not in ({}, []):
            found[name] = pruned
    return found


def _is_of_the_distribution(source: Any) -> bool:
    """Whether something is the certificate that the recorded control plane added to the token volume of every pod."""
    named = source.get("configMap") if isinstance(source, dict) else None
    return isinstance(named, dict) and str(named.get("name", "")).startswith(DISTRIBUTION)


def slice_summary(obj: Obj) -> Obj:
    """An EndpointSlice by how many of its endpoints are in which condition; which addresses they have is drawn."""
    rows = [one.get("conditions") or {} for one in obj.get("endpoints") or ()]
    counts = {name: sum(bool(row.get(name)) for row in rows) for name in ("ready", "serving", "terminating")}
    rest = {name: value for name, value in obj.items() if name not in ("endpoints", "status")}
    return {**rest, "status": {"endpoints": len(rows), **counts}}


def endpoints_summary(obj: Obj) -> Obj:
    """Endpoints by how many addresses are ready and not, and on which ports."""
    subsets = obj.get("subsets") or ()
    counts = {name: sum(len(one.get(name) or ()) for one in subsets) for name in ("addresses", "notReadyAddresses")}
    ports = [one.get("ports") for one in subsets][:1]
    rest = {name: value for name, value in obj.items() if name not in ("subsets", "status")}
    return {**rest, "status": {"ready": counts["addresses"], "notReady": counts["notReadyAddresses"]}, "ports": ports}


SUMMARIES = {"EndpointSlice": slice_summary, "Endpoints": endpoints_summary}


def _sorted(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key], key) for key in sorted(value)}
    if isinstance(value, list):
        parts = [_sorted(part) for part in value]
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True)) if name in UNORDERED else parts
    return value


def fields(value: Any, place: str = "") -> Fields:
    """The leaves of a shape by their paths; items of a list by their type or name, where they have one."""
    found: Fields = {}
    if isinstance(value, dict):
        for name, part in value.items():
            found.update(fields(part, f"{place}.{name}" if place else name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            key = part.get("type") or part.get("name") if isinstance(part, dict) else None
            found.update(fields(part, f"{place}[{key if key is not None else number}]"))
    else:
        found[place] = value
    return found
