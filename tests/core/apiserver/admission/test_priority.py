"""Priority."""

from __future__ import annotations

from cluster_core.apiserver.admission.priority import add_priority
from tests.core.apiserver.admission.samples import cache, pod, suffix


def test_priorities() -> None:
    assert add_priority(pod(), cache(), suffix)["spec"]["priority"] == 0
    critical = add_priority(pod(priorityClassName="system-node-critical"), cache(), suffix)["spec"]
    assert (critical["priority"], critical["preemptionPolicy"]) == (2_000_001_000, "PreemptLowerPriority")
