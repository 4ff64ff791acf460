"""TaintNodesByCondition: a Node begins with the taint not-ready, so that nothing is scheduled before its kubelet says Ready.

Upstream: `plugin/pkg/admission/nodetaint`.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import WatchCache

TAINT = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def add_taint(node: Obj, _cache: WatchCache, _suffix: Callable[[int], str]) -> Obj:
    """Add the taint; the node controller takes it away once the node is Ready."""
    taints = list((node.get("spec") or {}).get("taints") or ())
    if any((taint.get("key"), taint.get("effect")) == (TAINT["key"], TAINT["effect"]) for taint in taints):
        return node
    return with_path(node, ("spec", "taints"), [*taints, TAINT])
