"""Discovery: which groups, versions, resources and verbs the API server serves, as pure functions of its kinds.

    aggregated(kinds, "v2" | "v2beta1", core=True)   GET /api (core) or /apis, APIGroupDiscoveryList
    api_versions()                                   GET /api, APIVersions
    group_list(kinds)                                GET /apis, APIGroupList
    group(kinds, "apps")                             GET /apis/apps, APIGroup; None if there is no such group
    resource_list(kinds, "apps", "v1")               GET /apis/apps/v1 (group "" for /api/v1), APIResourceList; None if not served

Upstream: apiserver `pkg/endpoints/discovery`, kube-aggregator. Real Kubernetes also tells a storageVersionHash per resource.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.api.subresource import Subresource

# kube-aggregator lists groups by their APIService's groupPriorityMinimum; a CRD's group has 1000, a metrics server's 100.
GROUP_PRIORITY = {
    "apiregistration.k8s.io": 20000,
    "": 18000,
    "apps": 17800,
    "events.k8s.io": 17750,
    "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600,
    "autoscaling": 17500,
    "batch": 17400,
    "certificates.k8s.io": 17300,
    "networking.k8s.io": 17200,
    "policy": 17100,
    "rbac.authorization.k8s.io": 17000,
    "storage.k8s.io": 16800,
    "apiextensions.k8s.io": 16700,
    "admissionregistration.k8s.io": 16700,
    "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500,
    "node.k8s.io": 16300,
    "discovery.k8s.io": 16200,
    "metrics.k8s.io": 100,
    "custom.metrics.k8s.io": 100,
    "external.metrics.k8s.io": 100,
}
CUSTOM_PRIORITY = 1000
STAGES = {"": 3, "beta": 2, "alpha": 1}
_VERSION = re.compile(r"v(\d{1,9})(?:(alpha|beta)(\d{1,9}))?", re.ASCII)


def aggregated(kinds: Iterable[Kind], version: str, core: bool = False) -> Obj:
    """APIGroupDiscoveryList in "v2" or "v2beta1": the core group alone, or all the others."""
    kinds = list(kinds)
    groups = [name for name in _groups(kinds) if (name == "") == core]
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": [_group_discovery(kinds, name) for name in groups],
    }


def api_versions() -> Obj:
    """APIVersions of the core group. Real Kubernetes also tells its address per client network; clients do not read it."""
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def group_list(kinds: Iterable[Kind]) -> Obj:
    """APIGroupList of the named groups."""
    kinds = list(kinds)
    groups = [_group(kinds, name) for name in _groups(kinds) if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(kinds: Iterable[Kind], name: str) -> Obj | None:
    """APIGroup of a named group, or None."""
    kinds = list(kinds)
    known = name and any(kind.group == name for kind in kinds)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(kinds, name)} if known else None


def resource_list(kinds: Iterable[Kind], group: str, version: str) -> Obj | None:
    """APIResourceList of a group and version with the subresources, or None."""
    served = _served(kinds, group, version)
    if not served:
        return None
    entries = [entry for kind in served for entry in _legacy_entries(kind)]
    head: Obj = {"kind": "APIResourceList", "apiVersion": "v1"} if group else {"kind": "APIResourceList"}
    return {**head, "groupVersion": f"{group}/{version}" if group else version, "resources": entries}


def group_versions(kinds: Iterable[Kind]) -> list[tuple[str, str]]:
    """Every served (group, version): groups by priority, the preferred version first."""
    kinds = list(kinds)
    return [(name, version) for name in _groups(kinds) for version in _versions(kinds, name)]


def version_order(version: str) -> tuple[int, int, int, str]:
    """Sorts versions as upstream does: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name (`version/helpers.go`)."""
    match = _VERSION.fullmatch(version)
    if match is None:
        return (0, 0, 0, version)
    return (-STAGES[match[2] or ""], -int(match[1]), -int(match[3] or 0), version)


def _groups(kinds: list[Kind]) -> list[str]:
    names = {kind.group: None for kind in kinds}
    return sorted(names, key=lambda name: (-GROUP_PRIORITY.get(name, CUSTOM_PRIORITY), name))


def _versions(kinds: list[Kind], group: str) -> list[str]:
    found = {version: None for kind in kinds if kind.group == group for version in kind.served_versions}
    return sorted(found, key=version_order)


def _served(kinds: Iterable[Kind], group: str, version: str) -> list[Kind]:
    found = [kind for kind in kinds if kind.group == group and version in kind.served_versions]
    return sorted(found, key=lambda kind: kind.plural)


def _group(kinds: list[Kind], name: str) -> Obj:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in _versions(kinds, name)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _group_discovery(kinds: list[Kind], name: str) -> Obj:
    versions = [
        {
            "version": version,
            "resources": [_resource_discovery(kind) for kind in _served(kinds, name, version)],
            "freshness": "Current",
        }
        for version in _versions(kinds, name)
    ]
    return {"metadata": {"name": name, "creationTimestamp": None}, "versions": versions}


def _resource_discovery(kind: Kind) -> Obj:
    entry: Obj = {
        "resource": kind.plural,
        "responseKind": _response_kind(kind.kind),
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    if kind.subresources:
        entry["subresources"] = [_subresource_discovery(each) for each in kind.subresources]
    return entry


def _subresource_discovery(found: Subresource) -> Obj:
    return {
        "subresource": found.name,
        "responseKind": _response_kind(found.kind, found.group, found.version),
        "verbs": list(found.verbs),
    }


def _response_kind(kind: str, group: str = "", version: str = "") -> Obj:
    """Empty group and version stand for those of the resource."""
    return {"group": group, "version": version, "kind": kind}


def _legacy_entries(kind: Kind) -> list[Obj]:
    own: Obj = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        own["shortNames"] = list(kind.short_names)
    if kind.categories:
        own["categories"] = list(kind.categories)
    return [own, *(_legacy_subresource(kind, each) for each in kind.subresources)]


def _legacy_subresource(kind: Kind, found: Subresource) -> Obj:
    entry: Obj = {"name": f"{kind.plural}/{found.name}", "singularName": "", "namespaced": kind.namespaced}
    if found.version:
        entry |= {"group": found.group, "version": found.version}
    return {**entry, "kind": found.kind, "verbs": list(found.verbs)}
