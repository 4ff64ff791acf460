"""PodTopologyLabels: a pod carries the zone and the region of its node. Upstream: `plugin/pkg/admission/podtopologylabels`."""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import WatchCache

KEYS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


def add_topology_labels(pod: Obj, cache: WatchCache, _suffix: Callable[[int], str]) -> Obj:
    """Copy the labels of the node that a pod names; the binding of a pod does the same."""
    name = pod["spec"].get("nodeName")
    node = cache.get("nodes", "", name) if name else None
    labels = (node or {}).get("metadata", {}).get("labels") or {}
    copied = {key: labels[key] for key in KEYS if key in labels}
    if not copied:
        return pod
    return with_path(pod, ("metadata", "labels"), {**(pod["metadata"].get("labels") or {}), **copied})
