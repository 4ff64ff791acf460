"""What a pod asks for as a whole. Upstream: component-helpers `resource/helpers.go`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj

BINARY = ("memory", "storage", "ephemeral-storage")


def amounts(pod: Obj, field: str) -> dict[str, Fraction]:
    """What a pod has of "requests" or "limits": its own where it says so, else those of its containers; overhead on top."""
    spec = pod["spec"]
    total = aggregated(spec, field)
    for name, value in ((spec.get("resources") or {}).get(field) or {}).items():
        if is_pod_level(name):
            total[name] = parse(value)
    for name, value in (spec.get("overhead") or {}).items():
        if field == "requests" or name in total:
            total[name] = total.get(name, Fraction(0)) + parse(value)
    return total


def is_pod_level(name: str) -> bool:
    """Whether a pod as a whole can have it."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def aggregated(spec: Obj, field: str) -> dict[str, Fraction]:
    """The sum over containers and sidecars, or the init container that asks for more."""
    total: dict[str, Fraction] = {}
    for container in spec.get("containers") or ():
        _add(total, _of(container, field))
    sidecars: dict[str, Fraction] = {}
    most: dict[str, Fraction] = {}
    for container in spec.get("initContainers") or ():
        wanted = _of(container, field)
        if container.get("restartPolicy") == "Always":
            _add(total, wanted)
            _add(sidecars, wanted)
            wanted = dict(sidecars)
        else:
            wanted = _sum(wanted, sidecars)
        most = {name: max(most.get(name, Fraction(0)), wanted.get(name, Fraction(0))) for name in {**most, **wanted}}
    return {name: max(total.get(name, Fraction(0)), most.get(name, Fraction(0))) for name in {**total, **most}}


def pod_total(pod: Obj, field: str) -> dict[str, str]:
    """The same as quantities."""
    return {name: quantity(name, value) for name, value in amounts(pod, field).items()}


def quantity(name: str, value: Fraction) -> str:
    """A sum as a quantity in the family of its resource: Ki, Mi … for bytes that come out even, else m, k, M …"""
    if value.denominator == 1 and (name.rpartition(".")[2] in BINARY or name.startswith("hugepages-")):
        for suffix, factor in (("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
            if value and value % factor == 0:
                return f"{value // factor}{suffix}"
    if value.denominator != 1:
        return f"{-(-value * 1000 // 1)}m"
    return decimal(int(value))


def decimal(value: int) -> str:
    """A whole number with the greatest suffix that leaves one: 2000 is "2k"."""
    for suffix, factor in (("E", 10**18), ("P", 10**15), ("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if value and value % factor == 0:
            return f"{value // factor}{suffix}"
    return str(value)


def _of(container: Obj, field: str) -> dict[str, Fraction]:
    given: dict[str, Any] = (container.get("resources") or {}).get(field) or {}
    return {name: parse(value) for name, value in given.items()}


def _add(total: dict[str, Fraction], more: dict[str, Fraction]) -> None:
    for name, value in more.items():
        total[name] = total.get(name, Fraction(0)) + value


def _sum(first: dict[str, Fraction], second: dict[str, Fraction]) -> dict[str, Fraction]:
    found = dict(first)
    _add(found, second)
    return found
