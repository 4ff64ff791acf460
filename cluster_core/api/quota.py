"""What objects count for ResourceQuotas, and which quotas they concern. Upstream: `pkg/quota/v1`, its `evaluator/core`.

Amounts are exact numbers by the name of the resource: {"pods": 1, "requests.cpu": 1/4, "count/deployments.apps": 1}.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from cluster_core.api.pod_resources import amounts, quantity
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse as parse_time

Usage = dict[str, Fraction]
ONE = Fraction(1)
# Kinds that are counted under their plain name too.
PLAIN = ("configmaps", "resourcequotas", "replicationcontrollers", "secrets")
COMPUTE = ("cpu", "memory", "ephemeral-storage")
REQUIRED = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
CLASS = ".storageclass.storage.k8s.io/"
SECONDS = 1_000_000


def usage_of(resource: str, obj: Obj, now: int) -> Usage:
    """What one object uses."""
    found = {f"count/{resource}": ONE}
    if resource == "pods":
        return {**found, **_pod(obj)} if is_charged(obj, now) else found
    if resource == "services":
        return {**found, **_service(obj)}
    if resource == "persistentvolumeclaims":
        return {**found, **_claim(obj)}
    return {**found, resource: ONE} if resource in PLAIN else found


def tracked(resource: str, names: Iterable[str]) -> list[str]:
    """Those of a quota's names that objects of a resource can use."""
    return [name for name in names if name == f"count/{resource}" or _is_of(resource, name)]


def concerns(quota: Obj, resource: str, obj: Obj) -> list[str]:
    """The names of a quota that an object counts for; none if its scopes leave the object out."""
    found = tracked(resource, (quota.get("status") or {}).get("hard") or {})
    return found if found and in_scopes(quota, resource, obj) else []


def in_scopes(quota: Obj, resource: str, obj: Obj) -> bool:
    """Whether an object is in every scope of a quota. Only pods have scopes."""
    spec = quota.get("spec") or {}
    wanted = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    wanted += (spec.get("scopeSelector") or {}).get("matchExpressions") or []
    return not wanted or (resource == "pods" and all(_in_scope(one, obj) for one in wanted))


def unset(pod: Obj, names: Iterable[str]) -> str:
    """What the containers of a pod must say because a quota counts it; "" if they do. Upstream's words."""
    required = sorted(name for name in names if name in REQUIRED)
    missing: dict[str, list[str]] = {}
    for container in (*(pod["spec"].get("containers") or ()), *(pod["spec"].get("initContainers") or ())):
        resources = container.get("resources") or {}
        there = _compute(resources.get("requests") or {}, resources.get("limits") or {})
        for name in required:
            if name not in there:
                missing.setdefault(name, []).append(container["name"])
    return "; ".join(f"{name} for: {','.join(sorted(containers))}" for name, containers in sorted(missing.items()))


def is_charged(pod: Obj, now: int) -> bool:
    """Whether a pod has not ended and is not stuck on its way out."""
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return False
    meta = pod["metadata"]
    since, grace = meta.get("deletionTimestamp"), meta.get("deletionGracePeriodSeconds")
    return since is None or grace is None or now <= parse_time(since) + int(grace) * SECONDS


def total(usages: Iterable[Usage], names: Iterable[str]) -> dict[str, str]:
    """The sum of usages for some names, as quantities."""
    found = dict.fromkeys(names, Fraction(0))
    for usage in usages:
        for name in found:
            found[name] += usage.get(name, Fraction(0))
    return {name: quantity(name, value) for name, value in found.items()}


def _is_of(resource: str, name: str) -> bool:
    if resource == "pods":
        known = ("pods", *COMPUTE, *(f"{kind}.{one}" for kind in ("requests", "limits") for one in COMPUTE))
        return name in known or name.startswith(("hugepages-", "requests.hugepages-")) or _is_extended(name)
    if resource == "services":
        return name in ("services", "services.loadbalancers", "services.nodeports")
    if resource == "persistentvolumeclaims":
        return name in ("persistentvolumeclaims", "requests.storage") or CLASS in name
    return resource in PLAIN and name == resource


def _is_extended(name: str) -> bool:
    """requests.example.com/gpu."""
    return name.startswith("requests.") and "/" in name and CLASS not in name


def _pod(pod: Obj) -> Usage:
    return {"pods": ONE, **_compute(amounts(pod, "requests"), amounts(pod, "limits"))}


def _compute(requests: dict[str, Any], limits: dict[str, Any]) -> Usage:
    found: Usage = {}
    for name, value in requests.items():
        amount = parse(value) if not isinstance(value, Fraction) else value
        if name in COMPUTE or name.startswith("hugepages-"):
            found[name] = amount
        if name in COMPUTE or name.startswith("hugepages-") or "/" in name:
            found[f"requests.{name}"] = amount
    for name, value in limits.items():
        if name in COMPUTE:
            found[f"limits.{name}"] = parse(value) if not isinstance(value, Fraction) else value
    return found


def _service(service: Obj) -> Usage:
    spec = service.get("spec") or {}
    ports, kind = spec.get("ports") or (), spec.get("type")
    found = {"services": ONE}
    if kind == "NodePort":
        found["services.nodeports"] = Fraction(len(ports))
    elif kind == "LoadBalancer":
        found["services.loadbalancers"] = ONE
        allots = spec.get("allocateLoadBalancerNodePorts", True)
        found["services.nodeports"] = Fraction(sum(1 for port in ports if allots or port.get("nodePort")))
    return found


def _claim(claim: Obj) -> Usage:
    spec = claim.get("spec") or {}
    found = {"persistentvolumeclaims": ONE}
    name = spec.get("storageClassName")
    if name:
        found[f"{name}{CLASS}persistentvolumeclaims"] = ONE
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if asked is not None:
        found["requests.storage"] = parse(asked)
        if name:
            found[f"{name}{CLASS}requests.storage"] = parse(asked)
    return found


def _in_scope(wanted: Obj, pod: Obj) -> bool:
    spec, scope = pod["spec"], wanted.get("scopeName")
    terminating = (spec.get("activeDeadlineSeconds") or -1) >= 0
    if scope in ("Terminating", "NotTerminating"):
        return bool(terminating == (scope == "Terminating"))
    if scope in ("BestEffort", "NotBestEffort"):
        return bool(_is_best_effort(spec) == (scope == "BestEffort"))
    if scope == "PriorityClass":
        return _has_class(wanted, spec.get("priorityClassName", ""))
    return scope == "CrossNamespacePodAffinity" and _crosses_namespaces(spec)


def _has_class(wanted: Obj, name: str) -> bool:
    operator, values = wanted.get("operator"), wanted.get("values") or ()
    if operator == "Exists":
        return bool(name)
    if operator == "DoesNotExist":
        return not name
    return (name in values) == (operator == "In")


def _is_best_effort(spec: Obj) -> bool:
    containers = (*(spec.get("containers") or ()), *(spec.get("initContainers") or ()))
    given = [(one.get("resources") or {}).get(field) or {} for one in containers for field in ("requests", "limits")]
    return not any(parse(value) for amounts in given for name, value in amounts.items() if name in ("cpu", "memory"))


def _crosses_namespaces(spec: Obj) -> bool:
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = (spec.get("affinity") or {}).get(kind) or {}
        terms = list(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())
        terms += [
            one.get("podAffinityTerm") or {}
            for one in rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        ]
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False
