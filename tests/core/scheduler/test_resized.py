"""What a resized pod counts for on its node."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.resized import counted_spec


def pod(wanted: str, allocated: str = "", in_force: str = "", reason: str = "", generation: int = 2) -> Any:
    told: dict[str, Any] = {"name": "c"}
    if allocated:
        told |= {"allocatedResources": {"cpu": allocated}, "resources": {"requests": {"cpu": in_force or allocated}}}
    pending = [{"type": "PodResizePending", "status": "True", "reason": reason}] if reason else []
    return {
        "metadata": {"name": "web", "namespace": "default", "uid": "u", "generation": generation},
        "spec": {
            "nodeName": "n",
            "containers": [{"name": "c", "image": "i", "resources": {"requests": {"cpu": wanted, "memory": "1Gi"}}}],
        },
        "status": {"containerStatuses": [told], "conditions": pending},
    }


@pytest.mark.parametrize(
    ("one", "cpu"),
    [
        (pod("2", "1"), 2000),
        (pod("2", "1", reason="Deferred"), 2000),
        (pod("2", "1", reason="Infeasible"), 1000),
        (pod("1", "1", "3"), 3000),
        (pod("1", "2"), 2000),
        (pod("1"), 1000),
        (pod("1", "2", generation=1), 1000),
    ],
    ids=["wants more", "waits", "never", "gives back", "was granted more", "not started", "never changed"],
)
def test_the_most_counts(one: Any, cpu: int) -> None:
    found = PodInfo.of(one)
    assert (found.requests.cpu, found.requests.memory) == (cpu, 1 << 30)


def test_a_resize_that_is_done_leaves_the_spec_as_it_is() -> None:
    one = pod("2", "2")
    assert counted_spec(one) is one["spec"]
