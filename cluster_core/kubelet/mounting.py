"""The volumes of a pod are set up before its sandbox: what is missing holds it back, and is tried again with a growing delay.

Upstream: `pkg/kubelet/volumemanager`, `pkg/volume/util/operationexecutor`, `pkg/util/goroutinemap/exponentialbackoff`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.kubelet.claimed_volume import (
    NO_CLIENT,
    NOT_REGISTERED,
    attached_names,
    claimed_volume,
    is_awaited,
    problem_of,
)
from cluster_core.kubelet.host_path import host_path_problem
from cluster_core.kubelet.volume_files import NotMountable, files_of, is_made
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker

FIRST_DELAY_US, DELAY_MAX_US = US_PER_SECOND // 2, 122 * US_PER_SECOND
DEADLINE_US = 123 * US_PER_SECOND
LATE = "Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[{}], failed to process volumes=[{}]: {}"


@dataclass(slots=True)
class Look:
    """One attempt: problems by volume, in the words of their Events; volumes that wait to be attached; those that are not understood."""

    problems: dict[str, str] = field(default_factory=dict)
    awaited: list[str] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """Every volume that is not mounted."""
        return [*self.unknown, *self.problems, *self.awaited]


def mounted(worker: PodWorker) -> bool:
    """Whether every volume of a pod can be set up now; else its events say what is missing, and the worker is woken to try again.

    Real Kubernetes has a delay for each volume, and counts from when the attempt failed.
    """
    use(worker)
    look = look_at(worker)
    _tell(worker, look)
    if not look.missing():
        return True
    if worker.mounts_tried == 0:
        worker.alarm(worker.now + DEADLINE_US, "mount_late")
    worker.alarm(worker.now + min(FIRST_DELAY_US << min(worker.mounts_tried, 20), DELAY_MAX_US), "mount")
    worker.mounts_tried += 1
    return False


def use(worker: PodWorker) -> None:
    """The volumes of the pod that are attached are in use on this node from now on."""
    worker.kubelet.in_use.use(worker.uid, attached_names(worker))


def late(worker: PodWorker) -> None:
    """Two minutes have passed and the pod still waits for volumes: say for which, and wait again."""
    look = look_at(worker)
    names = look.missing()
    if not names:
        return
    text = LATE.format(" ".join(names), " ".join(look.awaited), " ".join(look.unknown), "context deadline exceeded")
    worker.event("Warning", "FailedMount", text)
    worker.alarm(worker.now + DEADLINE_US, "mount_late")


def look_at(worker: PodWorker) -> Look:
    """What is wrong with the volumes of a pod."""
    look = Look()
    for volume in worker.pod["spec"].get("volumes") or ():
        name = volume["name"]
        known = claimed_volume(worker.pod, volume, worker.kubelet.reach.get)
        if known is not None and known.volume is not None:
            if is_awaited(worker, known.volume):
                look.awaited.append(name)
            elif problem := problem_of(worker, known.volume):
                look.problems[name] = problem
        elif known is not None:
            look.unknown[name] = known.unknown
        elif problem := _own_problem(worker, volume):
            look.problems[name] = f'MountVolume.SetUp failed for volume "{name}" : {problem}'
    return look


def _own_problem(worker: PodWorker, volume: Obj) -> str:
    """What is wrong with a volume that is made of API objects or is a path of the node."""
    if "hostPath" in volume:
        return host_path_problem(worker.kubelet.volumes.host, volume)
    if "csi" in volume and volume["csi"].get("driver") not in worker.kubelet.plugins.registered:
        return f"{NO_CLIENT[False]}{NOT_REGISTERED.format(volume['csi'].get('driver'))}"
    if is_made(volume):
        try:
            files_of(worker.pod, volume, worker.named_facts(), worker.kubelet.reach.get)
        except NotMountable as problem:
            return str(problem)
    return ""


def _tell(worker: PodWorker, look: Look) -> None:
    for volume, text in look.problems.items():
        worker.event("Warning", "FailedMount", text)
        if worker.mount_problems.get(volume) != text:
            worker.record("pod.mount-failed", volume=volume, reason=text.partition(" : ")[2] or text)
    if look.unknown:
        names = " ".join(look.unknown)
        worker.event("Warning", "FailedMount", LATE.format(names, "", names, "; ".join(look.unknown.values())))
    for volume in look.awaited:
        if volume not in worker.mount_problems:
            worker.record("pod.waits-for-attach", volume=volume)
    worker.mount_problems = {**look.problems, **look.unknown, **dict.fromkeys(look.awaited, "awaited")}
