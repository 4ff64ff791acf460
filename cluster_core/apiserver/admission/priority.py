"""Priority: the number of a pod's priority class. Upstream: `plugin/pkg/admission/priority`.

Real Kubernetes looks the class up among PriorityClass objects; until that kind is served, the two built-in classes are known.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.errors import forbidden
from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import WatchCache

CLASSES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def add_priority(pod: Obj, _cache: WatchCache, _suffix: Callable[[int], str]) -> Obj:
    """Resolve priorityClassName; 0 without one."""
    spec = pod["spec"]
    name = spec.get("priorityClassName")
    if name and name not in CLASSES:
        raise forbidden("pods", pod["metadata"].get("name", ""), f"no PriorityClass with name {name} was found")
    return {**pod, "spec": {**spec, "priority": CLASSES.get(name, 0), "preemptionPolicy": "PreemptLowerPriority"}}
