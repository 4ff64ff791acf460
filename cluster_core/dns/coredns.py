"""The process `coredns`: watches Services and EndpointSlices and answers from what it knows.

Real clusters run two CoreDNS pods with a watch each; here they share this one. A question reaches it only if a packet reaches one
of the pods (see `cluster/probe.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.dns.records import Answer, Zone

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_LABEL = "kubernetes.io/service-name"


def service_of(part: Obj) -> Sequence[str]:
    """Indexer: the Service of a slice."""
    meta = part["metadata"]
    name = (meta.get("labels") or {}).get(SERVICE_LABEL)
    return (f"{meta['namespace']}/{name}",) if name else ()


class CoreDns(InformerProcess):
    """`forward` are names outside the cluster, as the machine's name server knows them."""

    def __init__(self, sim: Any, host: str, forward: dict[str, str]) -> None:
        super().__init__(sim, "coredns", host, "system:serviceaccount:kube-system:coredns")
        self.add_informer(Informer("services"))
        self.add_informer(Informer(SLICES, indexers={"service": service_of}))
        self.forward = forward

    def lookup(self, name: str, kind: str = "A") -> Answer:
        """Answer a question of a pod."""
        slices = self.informers[SLICES]
        zone = Zone(self.informers["services"].get, lambda key: slices.by_index("service", key), self.forward)
        return zone.answer(name, kind)

    def outside(self, name: str) -> Answer:
        """What the machine's own name server answers: it knows nothing of the cluster."""
        return Zone(no_service, no_slices, self.forward).answer(name)


def no_service(key: str) -> Obj | None:
    """No Service is known."""
    return None


def no_slices(key: str) -> list[Obj]:
    """Nor any endpoint."""
    return []
