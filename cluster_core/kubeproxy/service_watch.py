"""The Services and EndpointSlices of the cluster, indexed by Service: what the kube-proxies share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.client.informer import Informer
from cluster_core.client.shared_watch import SharedWatch
from cluster_core.kubeproxy.ruleset import Snapshot
from cluster_core.kubeproxy.service_port import ServiceEntry

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_LABEL = "kubernetes.io/service-name"
USER = "system:serviceaccount:kube-system:kube-proxy"


def service_of(part: Obj) -> Sequence[str]:
    """Indexer: the Service that a slice belongs to, as "namespace/name"."""
    meta = part["metadata"]
    name = (meta.get("labels") or {}).get(SERVICE_LABEL)
    return (f"{meta['namespace']}/{name}",) if name else ()


class ServiceWatch(SharedWatch):
    """The shared watch. `entries` has each Service with its slices; a change replaces one entry."""

    def __init__(self, sim: Any, host: str) -> None:
        informers = [Informer("services"), Informer(SLICES, indexers={"service": service_of})]
        super().__init__(sim, "kube-proxy-watch", host, USER, informers)
        self.entries: dict[str, ServiceEntry] = {}
        self.endpoints = 0
        self._snapshot: tuple[int, Snapshot] | None = None

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Replace the entry of the Service that changed."""
        super().on_change(resource, old, new)
        keys = {self.key_of(resource, obj): None for obj in (old, new) if obj is not None}
        for key in keys:
            self._replace(key)

    def key_of(self, resource: str, obj: Obj) -> str:
        """The Service's key."""
        if resource == "services":
            return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
        return next(iter(service_of(obj)), "")

    def snapshot(self) -> Snapshot:
        """All services as they are now; the same object until something changes."""
        if self._snapshot is None or self._snapshot[0] != self.version:
            self._snapshot = (self.version, Snapshot(dict(self.entries), self.endpoints))
        return self._snapshot[1]

    def _replace(self, key: str) -> None:
        service = self.informers["services"].get(key)
        known = self.entries.pop(key, None)
        self.endpoints -= known.endpoints if known is not None else 0
        if service is not None:
            entry = ServiceEntry(service, tuple(self.informers[SLICES].by_index("service", key)))
            self.entries[key] = entry
            self.endpoints += entry.endpoints
