"""LimitRanger: defaults and bounds of resources by the LimitRanges of a namespace. Upstream: `plugin/pkg/admission/limitranger`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster_core.api.objects import with_path
from cluster_core.api.pod_resources import pod_total
from cluster_core.api.quantity import canonical, parse
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, UPDATE, Attributes, Plugin
from cluster_core.apiserver.watch_cache import WatchCache

ANNOTATION = "kubernetes.io/limit-ranger"
CLAIMS = "persistentvolumeclaims"
CONTAINERS = (("containers", "container"), ("initContainers", "init container"))
Amounts = dict[str, Any]


class LimitRanger(Plugin):
    """Fills in requests and limits of new pods, then holds pods and claims to the bounds."""

    name = "LimitRanger"
    points = ((CREATE, "pods", ""), (UPDATE, "pods", "resize"), (CREATE, CLAIMS, ""), (UPDATE, CLAIMS, ""))

    def admit(self, attributes: Attributes) -> Obj:
        """A pod with the defaults of every LimitRange."""
        obj = attributes.obj
        if attributes.kind.kind == "Pod" and attributes.operation == CREATE:
            for limit_range in ranges(attributes.cache, attributes.namespace):
                obj = _with_defaults(obj, limit_range)
        return obj

    def validate(self, attributes: Attributes) -> None:
        """Every bound; 403 with all that are missed."""
        for limit_range in ranges(attributes.cache, attributes.namespace):
            judge = _of_pod if attributes.kind.kind == "Pod" else _of_claim
            wrong = [why for limit in limit_range["spec"].get("limits") or () for why in judge(limit, attributes.obj)]
            if wrong:
                unique = list(dict.fromkeys(wrong))
                raise attributes.refused(unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]")


def ranges(cache: WatchCache, namespace: str) -> list[Obj]:
    """The LimitRanges of a namespace, by name."""
    there = cache.objects.get("limitranges")
    if not there:
        return []
    return [there[key] for key in sorted(there) if there[key]["metadata"]["namespace"] == namespace]


def _with_defaults(pod: Obj, limit_range: Obj) -> Obj:
    requests, limits = _container_defaults(limit_range)
    if not requests and not limits:
        return pod
    spec, told = dict(pod["spec"]), list[str]()
    for field, word in CONTAINERS:
        if field in spec:
            spec[field] = [_filled(one, requests, limits, word, told) for one in spec[field]]
    if not told:
        return pod
    annotations = {
        **(pod["metadata"].get("annotations") or {}),
        ANNOTATION: "LimitRanger plugin set: " + "; ".join(told),
    }
    return with_path({**pod, "spec": spec}, ("metadata", "annotations"), annotations)


def _container_defaults(limit_range: Obj) -> tuple[Amounts, Amounts]:
    requests: Amounts = {}
    limits: Amounts = {}
    for limit in limit_range["spec"].get("limits") or ():
        if limit["type"] == "Container":
            requests.update(limit.get("defaultRequest") or {})
            limits.update(limit.get("default") or {})
    return requests, limits


def _filled(container: Obj, requests: Amounts, limits: Amounts, word: str, told: list[str]) -> Obj:
    resources = dict(container.get("resources") or {})
    for field, kind, defaults in (("requests", "request", requests), ("limits", "limit", limits)):
        there = resources.get(field) or {}
        added = {name: amount for name, amount in defaults.items() if name not in there}
        if added:
            resources[field] = {**there, **added}
            told.append(f"{', '.join(sorted(added))} {kind} for {word} {container['name']}")
    return {**container, "resources": resources}


def _of_pod(limit: Obj, pod: Obj) -> Iterator[str]:
    if limit["type"] == "Container":
        for field, _word in CONTAINERS:
            for container in pod["spec"].get(field) or ():
                resources = container.get("resources") or {}
                yield from _bounds(limit, resources.get("requests") or {}, resources.get("limits") or {})
    elif limit["type"] == "Pod":
        yield from _bounds(limit, pod_total(pod, "requests"), pod_total(pod, "limits"))


def _of_claim(limit: Obj, claim: Obj) -> Iterator[str]:
    if limit["type"] != "PersistentVolumeClaim":
        return
    requests = ((claim.get("spec") or {}).get("resources") or {}).get("requests") or {}
    for name, least in sorted((limit.get("min") or {}).items()):
        yield from _least(limit["type"], name, least, requests, {})
    for name, most in sorted((limit.get("max") or {}).items()):
        start = f"maximum {name} usage per {limit['type']} is {canonical(most)}"
        if name not in requests:
            yield f"{start}.  No request is specified"
        elif parse(requests[name]) > parse(most):
            yield f"{start}, but request is {canonical(requests[name])}"


def _bounds(limit: Obj, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name, least in sorted((limit.get("min") or {}).items()):
        yield from _least(limit["type"], name, least, requests, limits)
    for name, most in sorted((limit.get("max") or {}).items()):
        yield from _most(limit["type"], name, most, requests, limits)
    for name, ratio in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        yield from _ratio(limit["type"], name, ratio, requests, limits)


def _least(kind: str, name: str, least: Any, requests: Amounts, limits: Amounts) -> Iterator[str]:
    start = f"minimum {name} usage per {kind} is {canonical(least)}"
    if name not in requests:
        yield f"{start}.  No request is specified"
    elif parse(requests[name]) < parse(least):
        yield f"{start}, but request is {canonical(requests[name])}"
    elif name in limits and parse(limits[name]) < parse(least):
        yield f"{start}, but limit is {canonical(limits[name])}"


def _most(kind: str, name: str, most: Any, requests: Amounts, limits: Amounts) -> Iterator[str]:
    start = f"maximum {name} usage per {kind} is {canonical(most)}"
    if name not in limits:
        yield f"{start}.  No limit is specified"
    elif parse(limits[name]) > parse(most):
        yield f"{start}, but limit is {canonical(limits[name])}"
    elif name in requests and parse(requests[name]) > parse(most):
        yield f"{start}, but request is {canonical(requests[name])}"


def _ratio(kind: str, name: str, ratio: Any, requests: Amounts, limits: Amounts) -> Iterator[str]:
    start = f"{name} max limit to request ratio per {kind} is {canonical(ratio)}"
    request, most = parse(requests.get(name, 0)), parse(limits.get(name, 0))
    if not request:
        yield f"{start}, but no request is specified or request is 0"
    elif not most:
        yield f"{start}, but no limit is specified or limit is 0"
    elif most / request > parse(ratio):
        yield f"{start}, but provided ratio is {float(most / request):f}"
