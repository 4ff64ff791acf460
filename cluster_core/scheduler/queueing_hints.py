"""Which cluster events could make a refused pod schedulable, by the plugin that refused. Upstream: `EventsToRegister` of each plugin.

An event is "Resource/Action" in upstream's words (`pkg/scheduler/framework/types.go`).
"""

from __future__ import annotations

EVENTS: dict[str, tuple[str, ...]] = {
    "SchedulingGates": ("TargetPod/UpdatePodSchedulingGatesEliminated",),
    "NodeUnschedulable": ("Node/Add", "Node/UpdateNodeTaint", "TargetPod/UpdatePodToleration"),
    "NodeName": ("Node/Add",),
    "TaintToleration": ("Node/Add", "Node/UpdateNodeTaint", "TargetPod/UpdatePodToleration"),
    "NodeAffinity": ("Node/Add", "Node/UpdateNodeLabel"),
    "NodePorts": ("AssignedPod/Delete", "Node/Add"),
    "NodeResourcesFit": (
        "AssignedPod/Delete",
        "AssignedPod/UpdatePodScaleDown",
        "TargetPod/UpdatePodScaleDown",
        "Node/Add",
        "Node/UpdateNodeAllocatable",
    ),
}


def waits_for(plugins: list[str]) -> list[str]:
    """The events that a pod waits for which these plugins refused, each once."""
    return list(dict.fromkeys(event for plugin in plugins for event in EVENTS.get(plugin, ())))
