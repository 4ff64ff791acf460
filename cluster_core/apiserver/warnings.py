"""Warnings that travel with an answer: what a client should know of an object that is accepted, and of a version that is deprecated.

Upstream: `pkg/registry/*/strategy.go` (WarningsOnCreate, WarningsOnUpdate), `pkg/api/service/warnings.go`, apiserver
`endpoints/deprecation`. Real Kubernetes also warns of addresses that are written in an unusual way.
"""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.conversion import Form
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.apiserver.pod_warnings import pod_warnings

WARNINGS_MAX = 32
TEMPLATES: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("ReplicationController", "ReplicaSet", "Deployment", "DaemonSet", "StatefulSet", "Job"), ("spec", "template")
    ),
}
DEPRECATED = {
    ("v1", "Endpoints"): "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ("v1", "ComponentStatus"): "v1 ComponentStatus is deprecated in v1.19+",
}
HOSTNAME = "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: "
OWNERS_TWICE = (
    ".metadata.ownerReferences contains duplicate entries{after}; API server dedups owner references in 1.20+, and may reject "
    "such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {uids}"
)


def warnings_of(kind: Kind, new: Obj, old: Obj | None) -> list[str]:
    """What is worth a warning in an object that a client creates (`old` None) or changes."""
    found = kind.warnings(new, old)
    if kind.kind == "Service" and not kind.custom:
        return _service(new)
    path = TEMPLATES.get(kind.kind)
    if path is None or kind.custom:
        return found
    if kind.kind == "Pod" and old is None:
        problems = names.label(new["metadata"]["name"])
        found = [f"{HOSTNAME}[{' '.join(problems)}]"] if problems else []
    if path and old is not None and new["metadata"].get("generation") == old["metadata"].get("generation"):
        return found
    template = new
    for name in path:
        template = template.get(name) or {}
    return found + pod_warnings(template, "".join(f"{name}." for name in path))


def deprecation(form: Form) -> tuple[str, ...]:
    """The warning that every request for a deprecated version gets."""
    found = DEPRECATED.get((form.api_version, form.kind.kind)) or form.kind.deprecation(form.version)
    return (found,) if found else ()


def deduplicated(meta: Obj, warnings: list[str], after_admission: bool = False) -> Obj:
    """Metadata in which no owner is named twice."""
    owners = meta.get("ownerReferences")
    if not owners or len(owners) < 2:
        return meta
    kept: list[Obj] = []
    twice: list[str] = []
    for owner in owners:
        if owner in kept:
            twice.append(str(owner.get("uid", "")))
        else:
            kept.append(owner)
    if not twice:
        return meta
    after = " after mutating admission happens" if after_admission else ""
    warnings.append(OWNERS_TWICE.format(after=after, uids=", ".join(twice[:8])))
    return {**meta, "ownerReferences": kept}


def told(warnings: list[str]) -> tuple[str, ...]:
    """Each warning once, and not more than fit into an answer."""
    return tuple(dict.fromkeys(warnings))[:WARNINGS_MAX]


def _service(service: Obj) -> list[str]:
    spec, found = service["spec"], []
    annotations = service["metadata"].get("annotations") or {}
    if "service.kubernetes.io/topology-aware-hints" in annotations:
        old, instead = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"
        found.append(f"annotation {old} is deprecated, please use {instead} instead")
    kind, externals = spec.get("type"), spec.get("externalIPs")
    if kind == "ClusterIP" and spec.get("clusterIP") == "None":
        ignored = {"spec.loadBalancerIP": spec.get("loadBalancerIP"), "spec.externalIPs": externals}
        found += [f"{name} is ignored for headless services" for name, value in ignored.items() if value]
        if spec.get("sessionAffinity", "None") != "None":
            found.append("spec.SessionAffinity is ignored for headless services")
    if kind == "ExternalName" and externals:
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if kind != "ExternalName" and spec.get("externalName"):
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found
