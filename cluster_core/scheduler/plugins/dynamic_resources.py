"""DynamicResources: devices that pods claim. Upstream: `plugins/dynamicresources`.

Real Kubernetes allocates ResourceClaims here; the kind is not served, so the plugin has nothing to do but what upstream's says
of every pod without claims when no node fits.
"""

from __future__ import annotations

from cluster_core.scheduler.framework import Plugin, PodInfo, Status


class DynamicResources(Plugin):
    """PostFilter: upstream tries to free a claim; without claims there is nothing to free."""

    name = "DynamicResources"

    def post_filter(self, pod: PodInfo, refused: dict[str, Status]) -> str:
        """The words of a pod without claims."""
        return "no new claims to deallocate"
