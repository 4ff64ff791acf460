"""Which changes the scheduler has to look at."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.changes import asks_differently, same_for_scheduling

NODE: dict[str, Any] = {"metadata": {"labels": {}}, "spec": {}, "status": {"allocatable": {"cpu": "4"}}}
POD: dict[str, Any] = {"metadata": {"labels": {}}, "spec": {"tolerations": []}, "status": {}}


def test_a_heartbeat_is_nothing_and_a_taint_is_something() -> None:
    assert same_for_scheduling(NODE, {**NODE, "status": {**NODE["status"], "conditions": [{}]}})
    assert not same_for_scheduling(NODE, {**NODE, "spec": {"taints": [{}]}})
    assert not same_for_scheduling(NODE, {**NODE, "metadata": {"labels": {"a": "b"}}})


def test_a_pod_asks_by_its_spec_and_labels() -> None:
    assert not asks_differently(POD, {**POD, "status": {"phase": "Pending"}})
    assert asks_differently(POD, {**POD, "spec": {"tolerations": [{}]}})
