"""Nodes and pods for tests of the scheduler."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.framework import Plugin
from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins import PLUGINS
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile


def node(name: str = "n1", cpu: str = "4", memory: str = "8Gi", pods: int = 110, **facts: Any) -> NodeInfo:
    """A node; facts: labels, taints, unschedulable, images {name: bytes}."""
    spec = {"taints": facts.get("taints", []), **({"unschedulable": True} if facts.get("unschedulable") else {})}
    images = [{"names": [image], "sizeBytes": size} for image, size in facts.get("images", {}).items()]
    allocatable = {
        "cpu": cpu,
        "memory": memory,
        "pods": str(pods),
        "ephemeral-storage": "100Gi",
        **facts.get("extended", {}),
    }
    meta = {"name": name, "labels": {"kubernetes.io/hostname": name, **facts.get("labels", {})}}
    return NodeInfo.of({"metadata": meta, "spec": spec, "status": {"allocatable": allocatable, "images": images}})


def pod(name: str = "p", cpu: str = "100m", memory: str = "64Mi", image: str = "nginx", **spec: Any) -> PodInfo:
    """A pod with one container; labels, namespace and owner (kind, name) of its metadata, its status; more fields of its spec by name."""
    container: dict[str, Any] = {"name": "c", "image": image, "resources": {"requests": {"cpu": cpu, "memory": memory}}}
    if "ports" in spec:
        container["ports"] = spec.pop("ports")
    if "requests" in spec:
        container["resources"] = {"requests": spec.pop("requests")}
    meta: dict[str, Any] = {"name": name, "namespace": spec.pop("namespace", "default"), "uid": name}
    meta["labels"] = spec.pop("labels", {})
    if "owner" in spec:
        kind, owner = spec.pop("owner")
        meta["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": kind, "name": owner, "controller": True}]
    status = spec.pop("status", {})
    spec = {"containers": [container], "schedulerName": "default-scheduler", **spec}
    return PodInfo.of({"metadata": meta, "spec": spec, "status": status})


def snapshot(*nodes: NodeInfo, **objects: list[Any]) -> Snapshot:
    """The nodes, on how many of them each image is, and objects by resource."""
    images: dict[str, int] = {}
    for one in nodes:
        for image in one.images:
            images[image] = images.get(image, 0) + 1
    lister = ObjectLister({resource.replace("_", "."): given for resource, given in objects.items()})
    return Snapshot({one.name: one for one in nodes}, images, lister)


def profile(*extra: Plugin) -> Profile:
    """The default profile, with more plugins before it."""
    return Profile([*extra, *(kind() for kind in PLUGINS)])
