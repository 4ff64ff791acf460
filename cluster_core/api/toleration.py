"""Tolerations and taints. Upstream: `k8s.io/component-helpers/scheduling/corev1`, `k8s.io/api/core/v1` (ToleratesTaint)."""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj


def tolerates(tolerations: Iterable[Obj], taint: Obj) -> bool:
    """Whether one of the tolerations covers the taint."""
    return any(covers(toleration, taint) for toleration in tolerations)


def covers(toleration: Obj, taint: Obj) -> bool:
    """Whether a toleration covers a taint: no key (with Exists) is every key, no effect every effect."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")
