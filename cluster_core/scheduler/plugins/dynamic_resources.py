"""DynamicResources: devices that pods claim. Upstream: `plugins/dynamicresources`.

Real Kubernetes allocates ResourceClaims here; the kind is not served, so the plugin has nothing to do but what upstream's says
of every pod without claims when no node fits.
"""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, Plugin, PostFilterResult
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import UNSCHEDULABLE, NodeStatuses, Status


class DynamicResources(Plugin):
    """PostFilter: upstream tries to free a claim; without claims there is nothing to free."""

    name = "DynamicResources"

    def post_filter(
        self, profile: Profile, state: CycleState, pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses
    ) -> PostFilterResult:
        """The words of a pod without claims."""
        return PostFilterResult(Status(UNSCHEDULABLE, ["no new claims to deallocate"]))
