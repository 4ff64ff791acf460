"""Watches everything that the recorder of the real cluster watched, and writes each change down."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cluster_core.api.kinds import KINDS
from cluster_core.apiserver.tap import Tap
from cluster_core.cluster.cluster import Cluster
from cluster_core.sim.kernel import US_PER_SECOND
from explorer.kubeapi.door import ADMIN, ADMIN_GROUPS, Visitor
from explorer.live import LiveRun
from explorer.reference.story import SYSTEM, Change, Story

ALWAYS = (
    "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "ControllerRevision", "Pod", "Job", "CronJob",
    "Service", "Endpoints", "EndpointSlice", "Event", "ResourceQuota", "LimitRange", "HorizontalPodAutoscaler", "Node", "Namespace",
    "PodDisruptionBudget", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "StorageClass", "VolumeAttachment",
)  # fmt: skip
QUIET = ("Node", "Event")


class Recorder:
    """One tap for each kind; `changed_at` is when something else than a Node or an Event changed last (µs);
    `told` is told of every change."""

    def __init__(self, live: LiveRun, story: Story, kinds: Iterable[str]) -> None:
        self.cluster: Cluster = live.cluster
        self.story = story
        self.changed_at = self.cluster.now
        self.told: Callable[[Change], None] = _nobody
        visitor = Visitor(live, ADMIN, ADMIN_GROUPS)
        wanted = dict.fromkeys((*ALWAYS, *kinds))
        served = {
            kind.kind: kind.resource
            for kind in KINDS
            if kind.stored and "watch" in kind.verbs and kind.group not in ("events.k8s.io", "metrics.k8s.io")
        }
        self._taps = {
            kind: Tap(lambda: self.cluster.world.apiserver, visitor.request("watch", served[kind]))
            for kind in wanted
            if kind in served
        }

    def look(self) -> None:
        """Write down what has happened since the last look, in the order in which it was written."""
        at = self.cluster.now / US_PER_SECOND
        found = [
            (int(obj["metadata"]["resourceVersion"]), what, kind, obj)
            for kind, tap in self._taps.items()
            for what, obj in tap.poll()
            if what in ("ADDED", "MODIFIED", "DELETED")
        ]
        for _, what, kind, obj in sorted(found, key=lambda row: row[0]):
            step = max(0, len(self.story.steps) - 1)
            change = Change(at, step, what, kind, obj["metadata"]["name"], obj)
            self.story.add(change)
            self.told(change)
            if kind not in QUIET and obj["metadata"].get("namespace") not in SYSTEM:
                self.changed_at = self.cluster.now


def _nobody(_change: Change) -> None:
    """Nobody wants to know."""
