"""Which changes of nodes the scheduler has to look at. Upstream: `pkg/scheduler/eventhandlers.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj


def same_for_scheduling(old: Obj, new: Obj) -> bool:
    """Whether nothing of a node changed that a plugin looks at (a heartbeat, a condition's time)."""
    before, after = old.get("status", {}), new.get("status", {})
    return bool(
        old["spec"] == new["spec"]
        and old["metadata"].get("labels") == new["metadata"].get("labels")
        and before.get("allocatable") == after.get("allocatable")
        and before.get("images") == after.get("images")
    )
