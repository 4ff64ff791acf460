"""DefaultTolerationSeconds: pods stay 300 s on a node that is not ready. Upstream: `plugin/pkg/admission/defaulttolerationseconds`."""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import WatchCache

KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
SECONDS = 300


def add_tolerations(pod: Obj, _cache: WatchCache, _suffix: Callable[[int], str]) -> Obj:
    """Add each of the two tolerations that the pod lacks."""
    tolerations = list(pod["spec"].get("tolerations") or ())
    missing = [key for key in KEYS if not any(_covers(toleration, key) for toleration in tolerations)]
    if not missing:
        return pod
    added = [{"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS} for key in missing]
    return with_path(pod, ("spec", "tolerations"), [*tolerations, *added])


def _covers(toleration: Obj, key: str) -> bool:
    return toleration.get("key", key) == key and toleration.get("effect", "NoExecute") in ("NoExecute", "")
