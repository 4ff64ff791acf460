"""Which changes the scheduler has to look at."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.changes import same_for_scheduling

NODE: dict[str, Any] = {"metadata": {"labels": {}}, "spec": {}, "status": {"allocatable": {"cpu": "4"}}}


def test_a_heartbeat_is_nothing_and_a_taint_is_something() -> None:
    assert same_for_scheduling(NODE, {**NODE, "status": {**NODE["status"], "conditions": [{}]}})
    assert not same_for_scheduling(NODE, {**NODE, "spec": {"taints": [{}]}})
    assert not same_for_scheduling(NODE, {**NODE, "metadata": {"labels": {"a": "b"}}})
