"""Objects that the tests of the admission plugins begin with."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import WatchCache


def suffix(length: int) -> str:
    return "x" * length


def cache(**account: Any) -> WatchCache:
    found = WatchCache()
    meta = {"name": "default", "namespace": "default"}
    found.load("/registry/serviceaccounts/default/default", {"metadata": meta, **account}, 1)
    labels = {"topology.kubernetes.io/zone": "z1", "topology.kubernetes.io/region": "r1", "disk": "ssd"}
    found.load("/registry/nodes/n1", {"metadata": {"name": "n1", "labels": labels}, "spec": {}}, 2)
    return found


def pod(**spec: Any) -> Obj:
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": {"containers": [{"name": "c"}], **spec}}
