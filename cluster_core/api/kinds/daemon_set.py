"""DaemonSet: one pod per node."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class DaemonSet(Kind):
    """A pod on every eligible node."""

    group, kind, plural, short_names = "apps", "DaemonSet", "daemonsets", ("ds",)
    categories = ("all",)
    initial_status = {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
    }
