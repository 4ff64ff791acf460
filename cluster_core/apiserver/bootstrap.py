"""What an API server writes before it answers anybody: system namespaces, default roles and bindings, priority classes.

Upstream: the post-start hooks `start-system-namespaces-controller`, `rbac/bootstrap-roles` and
`scheduling/bootstrap-system-priority-classes`. Real Kubernetes answers
meanwhile, with 403 for everybody who is not in system:masters; here requests wait the few ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.authorization.bootstrap import bootstrap_policy
from cluster_core.apiserver.watch_cache import WatchCache, storage_key

NAMESPACES = ("kube-system", "kube-public", "kube-node-lease", "default")
CLASSES = (
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
)


@dataclass(slots=True)
class Bootstrap:
    """The writes that are on their way, by the id of their transaction."""

    writes: dict[int, None] = field(default_factory=dict)

    def missing(self, cache: WatchCache, sim: Any) -> Iterator[tuple[str, Obj]]:
        """(key in etcd, object) of everything that is not there yet."""
        for resource, obj in (*_namespaces(), *bootstrap_policy(), *_classes()):
            meta = obj["metadata"]
            namespace = meta.get("namespace", "")
            if cache.get(resource, namespace, meta["name"]) is None:
                made = {"uid": sim.streams.uid("apiserver/bootstrap"), "creationTimestamp": rfc3339(sim.now)}
                yield storage_key(resource, namespace, meta["name"]), {**obj, "metadata": {**meta, **made}}


def _namespaces() -> list[tuple[str, Obj]]:
    return [("namespaces", _namespace(name)) for name in NAMESPACES]


def _namespace(name: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def _classes() -> list[tuple[str, Obj]]:
    return [("priorityclasses.scheduling.k8s.io", _class(*values)) for values in CLASSES]


def _class(name: str, value: int, description: str) -> Obj:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name, "generation": 1},
        "value": value,
        "description": description,
        "preemptionPolicy": "PreemptLowerPriority",
    }
