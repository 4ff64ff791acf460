"""Events as events.k8s.io/v1 shows them: the same objects as the core ones, by other names of fields.

Upstream: `pkg/apis/events/v1/conversion.go`.
"""

from __future__ import annotations

from cluster_core.api.request import Obj

# The names in the core group and in events.k8s.io.
RENAMED = (
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("reportingComponent", "reportingController"),
)
_THERE = dict(RENAMED)
_BACK = {new: old for old, new in RENAMED}


def to_events(obj: Obj) -> Obj:
    """A stored event as events.k8s.io/v1."""
    return {_THERE.get(name, name): value for name, value in obj.items()}


def to_core(obj: Obj) -> Obj:
    """An event of events.k8s.io/v1 as it is stored."""
    return {_BACK.get(name, name): value for name, value in obj.items()}
