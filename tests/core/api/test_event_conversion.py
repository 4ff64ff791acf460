"""Events of two groups."""

from __future__ import annotations

from cluster_core.api.event_conversion import to_core, to_events


def test_there_and_back() -> None:
    stored = {"involvedObject": {"name": "a"}, "message": "m", "count": 2, "reason": "R"}
    shown = {"regarding": {"name": "a"}, "note": "m", "deprecatedCount": 2, "reason": "R"}
    assert to_events(stored) == shown
    assert to_core(shown) == stored
