"""The volumes of a pod are set up before its sandbox: what is missing holds it back, and is tried again with a growing delay.

Upstream: `pkg/kubelet/volumemanager`, `pkg/volume/util/operationexecutor`, `pkg/util/goroutinemap/exponentialbackoff`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.kubelet.volume_files import NotMountable, files_of, is_made
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker

FIRST_DELAY_US, DELAY_MAX_US = US_PER_SECOND // 2, 122 * US_PER_SECOND


def mounted(worker: PodWorker) -> bool:
    """Whether every volume of a pod can be set up now; else its events say what is missing, and the worker is woken to try again.

    Real Kubernetes has a delay for each volume, and counts from when the attempt failed.
    """
    problems = problems_of(worker)
    for volume, text in problems.items():
        worker.event("Warning", "FailedMount", f'MountVolume.SetUp failed for volume "{volume}" : {text}')
        if worker.mount_problems.get(volume) != text:
            worker.record("pod.mount-failed", volume=volume, reason=text)
    worker.mount_problems = problems
    if problems:
        worker.alarm(worker.now + min(FIRST_DELAY_US << min(worker.mounts_tried, 20), DELAY_MAX_US), "mount")
        worker.mounts_tried += 1
    return not problems


def problems_of(worker: PodWorker) -> dict[str, str]:
    """What is wrong with the volumes of a pod, by their names."""
    found = {}
    for volume in worker.pod["spec"].get("volumes") or ():
        if is_made(volume):
            try:
                files_of(worker.pod, volume, worker.named_facts(), worker.kubelet.reach.get)
            except NotMountable as problem:
                found[volume["name"]] = str(problem)
    return found
