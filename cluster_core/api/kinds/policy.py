"""PodDisruptionBudget: how many pods may be evicted at once."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class PodDisruptionBudget(Kind):
    """A bound on voluntary disruptions."""

    group, kind, plural, short_names = "policy", "PodDisruptionBudget", "poddisruptionbudgets", ("pdb",)
    initial_status = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}
