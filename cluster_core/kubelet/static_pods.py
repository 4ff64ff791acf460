"""Static pods: manifests on the node's disk, run without an API server, shown in it as mirror pods.

Upstream: `pkg/kubelet/config/common.go`, `pkg/kubelet/pod/mirror_client.go`.
"""

from __future__ import annotations

import hashlib
import json

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339

MIRROR = "kubernetes.io/config.mirror"
HASH = "kubernetes.io/config.hash"
SEEN = "kubernetes.io/config.seen"
SOURCE = "kubernetes.io/config.source"
EVERYTHING = [{"operator": "Exists", "effect": "NoExecute"}]


def mirror_pod(manifest: Obj, node: str, node_uid: str, now: int) -> Obj:
    """The Pod object of a manifest: the node's name is added to its name, its hash is its uid on the node."""
    digest = manifest_hash(manifest, node)
    meta = manifest["metadata"]
    notes = {HASH: digest, MIRROR: digest, SEEN: rfc3339(now), SOURCE: "file"}
    metadata: Obj = {
        **meta,
        "name": f"{meta['name']}-{node}",
        "namespace": meta.get("namespace", "default"),
        "annotations": {**(meta.get("annotations") or {}), **notes},
    }
    if node_uid:
        owner = {"apiVersion": "v1", "kind": "Node", "name": node, "uid": node_uid, "controller": True}
        metadata["ownerReferences"] = [owner]
    given = manifest["spec"].get("tolerations") or []
    tolerations = [*given, *(one for one in EVERYTHING if one not in given)]
    spec = {**manifest["spec"], "tolerations": tolerations, "nodeName": node}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def manifest_hash(manifest: Obj, node: str) -> str:
    """The uid of a static pod on its node."""
    return hashlib.sha256(f"{node}/{json.dumps(manifest, sort_keys=True)}".encode()).hexdigest()[:32]


def static_uid(pod: Obj) -> str:
    """The uid by which a kubelet knows a pod: that of the manifest for a mirror pod, else the object's."""
    notes = pod["metadata"].get("annotations") or {}
    return str(notes.get(MIRROR) or pod["metadata"].get("uid", ""))


def is_mirror(pod: Obj) -> bool:
    """Whether a Pod object only shows a static pod."""
    return MIRROR in (pod["metadata"].get("annotations") or {})
