"""Graceful node shutdown: the machine is about to go off, and its kubelet holds it until its pods have ended, critical ones last.

systemd asks (an inhibitor lock); the kubelet holds the machine for `shutdownGracePeriod`, of which the last `shutdownGracePeriodCriticalPods`
belong to critical pods. kubeadm sets both to 0: then nothing is held, and the containers die with the machine.
Upstream: `pkg/kubelet/nodeshutdown/nodeshutdown_manager.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.kubelet import stages, termination
from cluster_core.kubelet.ranking import CRITICAL_PRIORITY
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import Message

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

REASON, MESSAGE = "Terminated", "Pod was terminated in response to imminent node shutdown."
REFUSED_REASON, REFUSED = "NodeShutdown", "Pod was rejected as the node is shutting down."


@dataclass(slots=True)
class MachineReleased(Message):
    """The kubelet no longer holds a machine that is to go off: told to who switches it off."""

    handler = "on_machine_released"

    node: str


class Shutdown:
    """`groups` are the seconds and pods (by uid) that are still to be ended, those of now first; `began` once a
    shutdown is under way, `serial` voids earlier alarms."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.began = False
        self.groups: list[tuple[int, list[str]]] = []
        self.serial = 0

    def begin(self) -> None:
        """The kubelet has started: no shutdown that it would know of."""
        self.began, self.groups = False, []
        self.serial += 1

    def prepare(self, grace: int, critical: int) -> None:
        """The machine is to go off: end the pods within `grace` seconds, the last `critical` of them for critical pods."""
        if self.began:
            return
        self.began = True
        if grace <= 0:
            self.kubelet.release_machine()
            return
        name = self.kubelet.node.name
        self.kubelet.record(
            "node.shutdown-began", object=f"node/{name}", node=name, grace=grace * US_PER_SECOND, critical=critical
        )
        self.kubelet.registration.shutdown_changed()
        active = [one for one in self.kubelet.workers.values() if one.stage in (stages.ADMITTED, stages.RUNNING)]
        first = [one.uid for one in active if not _is_critical(one)]
        last = [one.uid for one in active if _is_critical(one)]
        self.groups = [(seconds, uids) for seconds, uids in ((grace - critical, first), (critical, last)) if uids]
        self._begin_group()

    def pod_ended(self) -> None:
        """A pod has ended: if it was the last of its group, the next one follows."""
        if self.groups and not any(self._runs(uid) for uid in self.groups[0][1]):
            self._next_group()

    def wake(self, serial: int) -> None:
        """The time of a group is over."""
        if serial == self.serial and self.groups:
            self._next_group()

    def _next_group(self) -> None:
        del self.groups[0]
        self._begin_group()

    def _begin_group(self) -> None:
        if not self.groups:
            self.kubelet.release_machine()
            return
        seconds, uids = self.groups[0]
        self.serial += 1
        self.kubelet.node_alarm(self.kubelet.sim.now + seconds * US_PER_SECOND, "shutdown", self.serial)
        for uid in uids:
            worker = self.kubelet.workers.get(uid)
            if worker is not None:
                own = worker.pod["spec"].get("terminationGracePeriodSeconds")
                grace = seconds if own is None else min(int(own), seconds)
                termination.kill(worker, max(1, grace), REASON, MESSAGE, disruption=True)

    def _runs(self, uid: str) -> bool:
        worker = self.kubelet.workers.get(uid)
        return worker is not None and worker.stage == stages.TERMINATING


def _is_critical(worker: PodWorker) -> bool:
    return int(worker.pod["spec"].get("priority") or 0) >= CRITICAL_PRIORITY
