"""Eviction under pressure: when a node runs low on memory or disk, its kubelet says so in the node's conditions and ends pods, one at a time.

Thresholds are those of a kubelet that kubeadm has set up: hard ones for memory and disk, none for process ids, no soft ones. It looks every 10 s; here the
next look that finds something is worked out, and while nothing presses there is none. Real Kubernetes also counts inodes, and removes unused images already at 85 % of the
disk, every five minutes; here at the threshold of the image file system, which is the same 85 %.
Upstream: `pkg/kubelet/eviction/eviction_manager.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.kubelet import stages, termination
from cluster_core.kubelet.disk import storage_limit, storage_limits
from cluster_core.kubelet.image_names import reference
from cluster_core.kubelet.ranking import (
    MEMORY,
    STORAGE,
    Candidate,
    Observation,
    eviction_message,
    in_pages,
    is_critical,
    limit_message,
    ranked,
)
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

MONITOR_US = 10 * US_PER_SECOND
CLEANUP_US, CLEANUP_POLL_US = 30 * US_PER_SECOND, US_PER_SECOND
TRANSITION_US = 300 * US_PER_SECOND
MEMORY_AVAILABLE = 100 << 20
NODEFS_PERCENT, IMAGEFS_PERCENT = 10, 15
GRACE_SECONDS = 1
REASON = "Evicted"
MEMORY_PRESSURE, DISK_PRESSURE = "MemoryPressure", "DiskPressure"
TOLERATED = "node.kubernetes.io/memory-pressure"


class Eviction:
    """`conditions` are those that the node has now, `observed` when each was last found (µs); `waits_for` the pod that was evicted last,
    until it is gone or `waits_until`. `due` is when it looks next, `serial` voids earlier alarms."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.memory_level = kubelet.memory.capacity - MEMORY_AVAILABLE
        self.conditions: tuple[str, ...] = ()
        self.observed: dict[str, int] = {}
        self.waits_for = ""
        self.waits_until = 0
        self.due: int | None = None
        self.serial = 0

    def begin(self) -> None:
        """The kubelet has started: what an earlier life has observed is forgotten."""
        self.conditions, self.observed, self.waits_for, self.due = (), {}, "", None

    def expect(self, at: int) -> None:
        """A threshold is passed at `at` (µs): the next look sees it."""
        phase = self.kubelet.relist_phase
        late = -(-(max(at, self.kubelet.sim.now) - phase) // MONITOR_US) * MONITOR_US + phase
        if self.due is None or late < self.due:
            self._alarm(late)

    def written(self, worker: PodWorker) -> None:
        """A program of a pod has written: if that is over a limit, the next look sees it."""
        if worker.limits_storage and self.due is None and self._over_limit(worker):
            self.expect(self.kubelet.sim.now)

    def grown(self) -> None:
        """Something more lies on the disk."""
        if any(one.is_met for one in self.disk_signals()):
            self.expect(self.kubelet.sim.now)

    def refuses(self, pod: Obj, quality: str) -> bool:
        """Whether a pod is not taken because the node is under pressure."""
        if not self.conditions or is_critical(pod):
            return False
        if self.conditions != (MEMORY_PRESSURE,):
            return True
        tolerations = pod["spec"].get("tolerations") or ()
        tolerated = any(
            one.get("effect", "NoSchedule") in ("", "NoSchedule")
            and one.get("operator", "Equal") == "Exists"
            and one.get("key") in (None, "", TOLERATED)
            for one in tolerations
        )
        return quality == "BestEffort" and not tolerated

    def wake(self, serial: int) -> None:
        """The look that is due."""
        if serial != self.serial:
            return
        self.due = None
        now = self.kubelet.sim.now
        if self.waits_for and now < self.waits_until and not self._is_cleaned_up():
            self._alarm(now + CLEANUP_POLL_US)
            return
        self.waits_for = ""
        met = [one for one in self.signals() if one.is_met]
        self._tell_conditions([one.condition for one in met])
        evicted = self._keep_limits() or (self._relieve(met) if met else None)
        if evicted is not None:
            self.waits_for, self.waits_until = evicted.uid, now + CLEANUP_US
            self._alarm(now + CLEANUP_POLL_US)
        elif met:
            self._alarm(now + MONITOR_US)
        elif self.conditions:
            self.expect(min(self.observed[one] for one in self.conditions) + TRANSITION_US)
            self.kubelet.memory.look()

    def signals(self) -> list[Observation]:
        """Every signal as it is now, memory first."""
        memory = self.kubelet.memory
        available = in_pages(max(0, memory.capacity - memory.used()))
        found = Observation("memory.available", MEMORY, MEMORY_PRESSURE, available, memory.capacity, MEMORY_AVAILABLE)
        return [found, *self.disk_signals()]

    def disk_signals(self) -> list[Observation]:
        """Those of the disk."""
        disk = self.kubelet.disk
        available = in_pages(max(0, disk.capacity - disk.used()))
        return [
            Observation(signal, STORAGE, DISK_PRESSURE, available, disk.capacity, disk.capacity * percent // 100)
            for signal, percent in (("nodefs.available", NODEFS_PERCENT), ("imagefs.available", IMAGEFS_PERCENT))
        ]

    def _alarm(self, at: int) -> None:
        self.serial += 1
        self.due = at
        self.kubelet.node_alarm(at, "eviction", self.serial)

    def _tell_conditions(self, found: list[str]) -> None:
        """A condition that was found stays for five minutes after it is gone."""
        now = self.kubelet.sim.now
        self.observed |= dict.fromkeys(found, now)
        kept = tuple(one for one in sorted(self.observed) if now - self.observed[one] < TRANSITION_US)
        before, self.conditions = self.conditions, kept
        if before != kept:
            self.kubelet.registration.pressure_changed(before, kept)

    def _relieve(self, met: list[Observation]) -> PodWorker | None:
        """Win back what is short: unused images first, then the pod that can be spared most."""
        first, kubelet = met[0], self.kubelet
        if kubelet.registration.node_object is not None:
            text = f"Attempting to reclaim {first.resource}"
            kubelet.events.event(kubelet.registration.node_object, "Warning", "EvictionThresholdMet", text)
        if first.resource == STORAGE and self._delete_images():
            return None
        by_container, by_pod = kubelet.memory.by_container(), kubelet.disk.by_pod()
        workers = self._active()
        candidates = []
        for worker in workers.values():
            usage = by_container.get(worker.uid, {}) if first.resource == MEMORY else by_pod.get(worker.uid, {})
            candidates.append(_candidate(worker.pod, usage))
        for candidate in ranked(candidates, first.resource):
            if not is_critical(candidate.pod):
                worker = workers[candidate.pod["metadata"]["uid"]]
                text = eviction_message(candidate, first.resource, first)
                self._evict(worker, text, disruption=True)
                return worker
        return None

    def _delete_images(self) -> bool:
        """Remove every image that no container uses; whether that is enough."""
        kubelet = self.kubelet
        used = {
            reference(state.spec["image"]) for worker in kubelet.workers.values() for state in worker.states.values()
        }
        unused = [image for image in kubelet.images.present if image not in used]
        for image in unused:
            del kubelet.images.present[image]
            kubelet.record("node.image-removed", image=image, node=kubelet.node.name)
        return bool(unused) and not any(one.is_met for one in self.disk_signals())

    def _keep_limits(self) -> PodWorker | None:
        """End the pods that have written more than they may; the last of them."""
        evicted = None
        for worker in self._active().values():
            if worker.limits_storage and not is_critical(worker.pod) and (text := self._over_limit(worker)):
                self._evict(worker, text, disruption=False)
                evicted = worker
        return evicted

    def _over_limit(self, worker: PodWorker) -> str:
        if not storage_limits(worker.pod):
            return ""
        trees = self.kubelet.volumes.pods.get(worker.uid, {})
        dirs = {
            volume["name"]: (trees[volume["name"]].bytes, str(volume["emptyDir"]["sizeLimit"]))
            for volume in worker.pod["spec"].get("volumes") or ()
            if (volume.get("emptyDir") or {}).get("sizeLimit") and volume["name"] in trees
        }
        return limit_message(_candidate(worker.pod, self.kubelet.disk.of(worker)), storage_limit, dirs)

    def _evict(self, worker: PodWorker, text: str, disruption: bool) -> None:
        worker.event("Warning", REASON, text)
        worker.record("pod.evicted-by-kubelet", reason=text.strip())
        termination.kill(worker, GRACE_SECONDS, REASON, text, disruption)

    def _active(self) -> dict[str, PodWorker]:
        """The pods that are not on their way out, by the uid of their object."""
        workers = self.kubelet.workers.values()
        return {
            worker.pod["metadata"].get("uid", ""): worker
            for worker in workers
            if worker.stage in (stages.ADMITTED, stages.RUNNING)
        }

    def _is_cleaned_up(self) -> bool:
        worker = self.kubelet.workers.get(self.waits_for)
        return worker is None or worker.stage not in (stages.ADMITTED, stages.RUNNING, stages.TERMINATING)


def _candidate(pod: Obj, usage: dict[str, int]) -> Candidate:
    containers = {name: in_pages(used) for name, used in usage.items() if not name.startswith("volume/")}
    return Candidate(pod, containers, sum(used for name, used in usage.items() if name.startswith("volume/")))
