"""Names of resources that are counted: cpu, hugepages-2Mi, example.com/gpu, count/jobs.batch, and what may be said of their amounts.

Upstream: `pkg/apis/core/helper/helpers.go`, `pkg/apis/core/validation/validation.go`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import not_a_quantity_below_zero
from cluster_core.api.kinds.kind import named

CONTAINER = ("cpu", "memory", "ephemeral-storage")
OBJECTS = (
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
COMPUTE = (
    *CONTAINER,
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
)
QUOTA = (*COMPUTE, *OBJECTS)
STANDARD = (*QUOTA, "storage")
HUGE = "hugepages-"
NATIVE = "kubernetes.io/"


def is_native(name: str) -> bool:
    """Kubernetes' own: without a prefix, or with one of its own."""
    return "/" not in name or NATIVE in name


def is_huge_page(name: str) -> bool:
    """ "hugepages-2Mi"."""
    return name.startswith(HUGE)


def is_quota_huge_page(name: str) -> bool:
    """Huge pages, also as requests of a quota."""
    return name.startswith((HUGE, f"requests.{HUGE}"))


def is_extended(name: str) -> bool:
    """Somebody else's: "example.com/gpu"."""
    if is_native(name) or name.startswith("requests."):
        return False
    return not names.qualified(f"requests.{name}")


def is_overcommittable(name: str) -> bool:
    """Whether requests may be less than limits."""
    return is_native(name) and not is_huge_page(name)


def is_quota(name: str) -> bool:
    """What a quota may bound by a name of its own."""
    return name in QUOTA or is_quota_huge_page(name)


def is_integer(name: str) -> bool:
    """What there is no half of."""
    return name in OBJECTS or is_extended(name)


def validate_resource_name(name: str, path: str) -> list[Cause]:
    """A standard resource, or a qualified name."""
    causes = named(name, names.qualified, path)
    if causes or "/" in name or name in STANDARD or is_quota_huge_page(name):
        return causes
    return [Cause(path, "Invalid", "must be a standard resource type or fully qualified", name)]


def validate_container_resource_name(name: str, path: str) -> list[Cause]:
    """What a container may ask for."""
    if name in CONTAINER:
        return []
    causes = validate_resource_name(name, path)
    if "/" not in name:
        fits = is_huge_page(name)
        return causes if fits else [*causes, Cause(path, "Invalid", "must be a standard resource for containers", name)]
    if not is_native(name) and not is_extended(name):
        causes.append(Cause(path, "Invalid", "doesn't follow extended resource name standard", name))
    return causes


def validate_quota_resource_name(name: str, path: str) -> list[Cause]:
    """What a quota may bound."""
    causes = validate_resource_name(name, path)
    if "/" not in name and not is_quota(name):
        causes.append(Cause(path, "Invalid", "must be a standard resource for quota", name))
    return causes


def validate_amount(name: str, amount: Any, path: str) -> list[Cause]:
    """Not below zero, and whole where there is no half."""
    causes = not_a_quantity_below_zero(amount, path)
    if is_integer(name) and quantity.parse(amount).denominator != 1:
        causes.append(Cause(path, "Invalid", "must be an integer", quantity.canonical(amount)))
    return causes


def validate_huge_pages(name: str, amount: Any, path: str) -> list[Cause]:
    """A whole number of pages of the size in the name."""
    try:
        size = quantity.parse(name.removeprefix(HUGE))
    except ValueError:
        size = Fraction(0)
    if size > 0 and (quantity.parse(amount) / size).denominator == 1:
        return []
    shown = quantity.canonical(amount)
    return [Cause(path, "Invalid", f"{shown} is not positive integer multiple of {name}", shown)]
