"""Whether there are admission policies at all: most clusters have none, and then nothing of theirs is even loaded."""

from __future__ import annotations

from cluster_core.apiserver.watch_cache import WatchCache

GROUP = "admissionregistration.k8s.io"
POLICIES, BINDINGS = f"validatingadmissionpolicies.{GROUP}", f"validatingadmissionpolicybindings.{GROUP}"


def has_policies(cache: WatchCache) -> bool:
    """Whether any policy is bound."""
    return bool(cache.of(BINDINGS)) and bool(cache.of(POLICIES))
