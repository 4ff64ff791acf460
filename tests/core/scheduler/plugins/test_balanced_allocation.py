"""NodeResourcesBalancedAllocation; its exact scores are compared with recorded ones in tests/reference."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.balanced_allocation import NodeResourcesBalancedAllocation
from cluster_core.scheduler.status import skip
from tests.core.scheduler.machines import node, pod, snapshot


def test_a_pod_that_restores_the_balance_is_welcome() -> None:
    full = node(cpu="4", memory="8Gi")
    full.add_pod(pod("other", "3", "1Gi"))
    plugin, there = NodeResourcesBalancedAllocation(), snapshot(full)
    assert (
        plugin.score(CycleState(), pod("p", "100m", "5Gi"), full, there)
        > 75
        > plugin.score(CycleState(), pod("p", "900m", "1Mi"), full, there)
    )


def test_a_pod_without_requests_has_no_say() -> None:
    there = node()
    plugin, wants = NodeResourcesBalancedAllocation(), pod(requests={})
    assert plugin.pre_score(CycleState(), wants, [there], snapshot(there)) == skip()


def test_three_resources_are_balanced_by_their_deviation() -> None:
    resources = [{"name": name} for name in ("cpu", "memory", "ephemeral-storage")]
    there, plugin = node(), NodeResourcesBalancedAllocation({"resources": resources})
    wants = pod(requests={"cpu": "2", "memory": "4Gi", "ephemeral-storage": "50Gi"})
    assert plugin.score(CycleState(), wants, there, snapshot(there)) == 75
    uneven = pod(requests={"cpu": "4"})
    assert plugin.score(CycleState(), uneven, there, snapshot(there)) == 50 + (50 - 48) // 2
