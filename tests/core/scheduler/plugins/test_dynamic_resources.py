"""DynamicResources."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.dynamic_resources import DynamicResources
from cluster_core.scheduler.status import UNSCHEDULABLE, NodeStatuses, Status
from tests.core.scheduler.machines import pod, profile, snapshot


def test_without_claims_there_is_nothing_to_free() -> None:
    result = DynamicResources().post_filter(profile(), CycleState(), pod(), snapshot(), NodeStatuses())
    assert result.status == Status(UNSCHEDULABLE, ["no new claims to deallocate"]) and result.nominate is None
