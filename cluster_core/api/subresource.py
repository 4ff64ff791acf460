"""The subresources of kinds, as discovery tells them. Upstream: the storage maps of `pkg/registry/*/rest/storage_*.go`."""

from __future__ import annotations

from dataclasses import dataclass

CHANGE = ("get", "patch", "update")
CREATE = ("create",)
STREAM = ("create", "get")
PROXY = ("create", "delete", "get", "patch", "update")


@dataclass(frozen=True, slots=True)
class Subresource:
    """One subresource. `kind` is what it speaks; group and version are "" where they are those of the resource."""

    name: str
    kind: str
    verbs: tuple[str, ...] = CHANGE
    group: str = ""
    version: str = ""


SCALE = Subresource("scale", "Scale", CHANGE, "autoscaling", "v1")

SUBRESOURCES: dict[str, tuple[Subresource, ...]] = {
    "pods": (
        Subresource("attach", "PodAttachOptions", STREAM),
        Subresource("binding", "Binding", CREATE),
        Subresource("ephemeralcontainers", "Pod"),
        Subresource("eviction", "Eviction", CREATE, "policy", "v1"),
        Subresource("exec", "PodExecOptions", STREAM),
        Subresource("log", "Pod", ("get",)),
        Subresource("portforward", "PodPortForwardOptions", STREAM),
        Subresource("proxy", "PodProxyOptions", PROXY),
        Subresource("resize", "Pod"),
    ),
    "nodes": (Subresource("proxy", "NodeProxyOptions", PROXY),),
    "services": (Subresource("proxy", "ServiceProxyOptions", PROXY),),
    "namespaces": (Subresource("finalize", "Namespace", ("update",)),),
    "serviceaccounts": (Subresource("token", "TokenRequest", CREATE, "authentication.k8s.io", "v1"),),
    "certificatesigningrequests.certificates.k8s.io": (Subresource("approval", "CertificateSigningRequest"),),
    "replicationcontrollers": (SCALE,),
    "deployments.apps": (SCALE,),
    "replicasets.apps": (SCALE,),
    "statefulsets.apps": (SCALE,),
}


def subresources_of(resource: str, kind: str, has_status: bool) -> tuple[Subresource, ...]:
    """The subresources of a built-in resource, by name."""
    found = SUBRESOURCES.get(resource, ()) + ((Subresource("status", kind),) if has_status else ())
    return tuple(sorted(found, key=lambda each: each.name))
