"""Admission plugins: first those that change a new object, then those that may refuse it."""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.default_toleration_seconds import add_tolerations
from cluster_core.apiserver.admission.namespace_lifecycle import check_namespace
from cluster_core.apiserver.admission.node_taint import add_taint
from cluster_core.apiserver.admission.pod_topology_labels import add_topology_labels
from cluster_core.apiserver.admission.priority import add_priority
from cluster_core.apiserver.admission.service_account import add_service_account
from cluster_core.apiserver.watch_cache import WatchCache

Mutate = Callable[[Obj, WatchCache, Callable[[int], str]], Obj]

MUTATING: list[tuple[str, str, Mutate]] = [
    ("ServiceAccount", "pods", add_service_account),
    ("PodTopologyLabels", "pods", add_topology_labels),
    ("Priority", "pods", add_priority),
    ("DefaultTolerationSeconds", "pods", add_tolerations),
    ("TaintNodesByCondition", "nodes", add_taint),
]

__all__ = ["MUTATING", "check_namespace"]
