"""A pod as the scheduler sees it. Upstream: `pkg/scheduler/framework/types.go` (PodInfo)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.affinity_terms import NONE, AffinityTerms, affinity_terms
from cluster_core.scheduler.requests import Requests, pod_requests
from cluster_core.scheduler.resized import counted_spec

Signature = tuple[Any, ...]
"""What plugins look at in the spec of a pod. With what `Plugin.sign` adds, pods with the same signature get the same verdicts."""

SIGNED = ("nodeName", "nodeSelector", "affinity", "tolerations", "overhead", "resources", "topologySpreadConstraints")


@dataclass(slots=True)
class PodInfo:
    """A pod with what the plugins ask of it, computed once."""

    pod: Obj
    key: str
    uid: str
    requests: Requests
    nonzero: Requests
    ports: list[tuple[str, str, int]]
    signature: Signature
    namespace: str
    labels: dict[str, str]
    priority: int
    nominated_node: str
    terms: AffinityTerms

    @classmethod
    def of(cls, pod: Obj) -> PodInfo:
        """Read a pod."""
        meta, spec = pod["metadata"], pod["spec"]
        counted = counted_spec(pod)
        signature = sign(spec)
        claims = _claims(counted, signature if counted is spec else sign(counted))
        return cls(
            pod,
            f"{meta['namespace']}/{meta['name']}",
            meta["uid"],
            *claims,
            signature,
            meta["namespace"],
            meta.get("labels") or {},
            spec.get("priority") or 0,
            pod.get("status", {}).get("nominatedNodeName", ""),
            _terms(spec, signature, meta["namespace"]) if spec.get("affinity") else NONE,
        )

    @property
    def terminating(self) -> bool:
        """Whether it is being deleted."""
        return "deletionTimestamp" in self.pod["metadata"]


def host_ports(spec: Obj) -> list[tuple[str, str, int]]:
    """(hostIP, protocol, hostPort) that the pod wants on its node."""
    return [
        (port.get("hostIP", "0.0.0.0") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"])
        for container in spec.get("containers", ())
        for port in container.get("ports", ())
        if port.get("hostPort")
    ]


def sign(spec: Obj) -> Signature:
    """The signature of a pod."""
    containers = tuple(
        (
            container["image"],
            container.get("restartPolicy"),
            str(container.get("resources")),
            str(container.get("ports")),
        )
        for field in ("containers", "initContainers")
        for container in spec.get(field, ())
    )
    rest = str([spec.get(name) for name in SIGNED])
    return (len(spec.get("containers", ())), containers, rest)


def counts_on_node(pod: Obj) -> bool:
    """Whether a bound pod still takes resources: until it has finished."""
    return bool(pod["spec"].get("nodeName")) and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")


_CLAIMS_MAX = 1024
_claims_by_signature: dict[Signature, tuple[Requests, Requests, list[tuple[str, str, int]]]] = {}


def _claims(spec: Obj, signature: Signature) -> tuple[Requests, Requests, list[tuple[str, str, int]]]:
    """Requests, requests for scoring and host ports: a function of the signature, so pods of a template share them."""
    found = _claims_by_signature.get(signature)
    if found is None:
        if len(_claims_by_signature) >= _CLAIMS_MAX:
            _claims_by_signature.clear()
        found = (pod_requests(spec), pod_requests(spec, nonzero=True), host_ports(spec))
        _claims_by_signature[signature] = found
    return found


_terms_by_signature: dict[tuple[Signature, str], AffinityTerms] = {}


def _terms(spec: Obj, signature: Signature, namespace: str) -> AffinityTerms:
    """Affinity terms: a function of the signature and the namespace."""
    found = _terms_by_signature.get((signature, namespace))
    if found is None:
        if len(_terms_by_signature) >= _CLAIMS_MAX:
            _terms_by_signature.clear()
        found = _terms_by_signature[signature, namespace] = affinity_terms(spec, namespace)
    return found
