"""What refused pods wait for."""

from __future__ import annotations

from cluster_core.scheduler.queueing_hints import waits_for


def test_the_events_of_several_plugins_come_once() -> None:
    events = waits_for(["NodeName", "NodeAffinity"])
    assert events == ["Node/Add", "Node/UpdateNodeLabel"]
