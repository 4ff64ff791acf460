"""What may change in the spec of a pod that runs: its deadline, the resources and the images of its containers.

Upstream: `ValidatePodUpdate` says what may, `pkg/kubelet/kubelet.go` (HandlePodUpdates) what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.kubelet import container_start, termination
from cluster_core.kubelet.container_state import INIT

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker


def undertake(worker: PodWorker) -> None:
    """The spec is new to a pod worker: do what is different in it."""
    worker.kubelet.resizes.changed(worker)
    termination.await_deadline(worker)
    for spec in [*(worker.pod["spec"].get("initContainers") or ()), *worker.pod["spec"]["containers"]]:
        state = worker.states.get(spec["name"])
        if state is not None and state.role != INIT and state.spec["image"] != spec["image"]:
            container_start.redefined(worker, state, spec["image"])
