"""Ephemeral containers: added to a pod that runs, for somebody who looks into it; never restarted, never waited for.

Real ones may share the process namespace of their target; here they share the pod's network and volumes only.
Upstream: `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (EphemeralContainersToStart).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.kubelet import container_start
from cluster_core.kubelet.container_state import EPHEMERAL, ContainerState, mounts_of
from cluster_core.sim.shelf import Fixed

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker


def begin(worker: PodWorker) -> None:
    """Start those that are new."""
    for spec in worker.pod["spec"].get("ephemeralContainers") or ():
        if spec["name"] not in worker.states:
            state = worker.states[spec["name"]] = ContainerState(Fixed(spec), EPHEMERAL, mounts=mounts_of(spec))
            container_start.begin(worker, state)
