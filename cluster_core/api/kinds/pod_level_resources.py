"""Resources of a pod as a whole, which its containers share: defaults and validation.

Upstream: `defaultPodRequests`, `defaultPodLimits` of `pkg/apis/core/v1/defaults.go`, `validatePodResources`; KEP-2837.
"""

from __future__ import annotations

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import named
from cluster_core.api.kinds.container_validation import validate_resources
from cluster_core.api.kinds.resource_names import is_huge_page
from cluster_core.api.pod_resources import aggregated, is_pod_level
from cluster_core.api.pod_resources import quantity as as_quantity
from cluster_core.api.request import Obj

NAMES = ("cpu", "hugepages-", "memory")


def default_pod_resources(spec: Obj) -> Obj:
    """Requests and limits of the pod that follow from each other and from those of its containers."""
    given = spec.get("resources")
    limits, requests = dict((given or {}).get("limits") or {}), dict((given or {}).get("requests") or {})
    if not limits and not requests:
        return spec
    had_limits = any(is_pod_level(name) for name in limits)
    of_containers = aggregated(spec, "limits")
    for name, amount in of_containers.items():
        if is_huge_page(name) and name not in requests:
            limits.setdefault(name, as_quantity(name, amount))
    if limits:
        for name, amount in aggregated(spec, "requests").items():
            if is_pod_level(name) and not is_huge_page(name):
                requests.setdefault(name, as_quantity(name, amount))
        requests |= {name: amount for name, amount in limits.items() if name not in requests and is_pod_level(name)}
    if not had_limits:
        for name, amount in of_containers.items():
            if is_pod_level(name) and not is_huge_page(name) and _all_limited(spec, name):
                limits.setdefault(name, as_quantity(name, amount))
    filled = {name: value for name, value in (("limits", limits), ("requests", requests)) if value}
    return {**spec, "resources": {**(given or {}), **filled}}


def _all_limited(spec: Obj, name: str) -> bool:
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    return all(name in ((one.get("resources") or {}).get("limits") or {}) for one in containers)


def validate_pod_resources(spec: Obj, path: str) -> list[Cause]:
    """What is wrong with the resources of a pod, which it has."""
    given, causes = spec["resources"], list[Cause]()
    if given.get("claims") is not None:
        causes.append(Cause(f"{path}.claims", "Forbidden", "claims cannot be set for Resources at pod-level"))
    causes += validate_resources(given, path, _validate_name)
    requests, limits = given.get("requests") or {}, given.get("limits") or {}
    for name, amount in aggregated(spec, "requests").items():
        if amount > quantity.parse(requests.get(name, "0")):
            words = f"must be greater than or equal to aggregate container requests of {as_quantity(name, amount)}"
            shown = quantity.canonical(requests.get(name, "0"))
            causes.append(Cause(f"{path}.requests[{name}]", "Invalid", words, shown))
    for index, container in enumerate(spec.get("containers") or ()):
        for name, amount in ((container.get("resources") or {}).get("limits") or {}).items():
            if name in limits and quantity.parse(amount) > quantity.parse(limits[name]):
                words = f"must be less than or equal to pod limits of {quantity.canonical(limits[name])}"
                here = f"{path}.containers[{index}][{name}].limits"
                causes.append(Cause(here, "Invalid", words, quantity.canonical(amount)))
    return causes


def _validate_name(name: str, path: str) -> list[Cause]:
    causes = named(name, names.qualified, path)
    if causes or is_pod_level(name):
        return causes
    return [Cause(path, "NotSupported", supported(*NAMES), name)]
