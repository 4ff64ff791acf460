"""What follows when an attempt to schedule a pod fails. Upstream: `handleSchedulingFailure` in `pkg/scheduler/schedule_one.go`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.objects import set_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.scheduler.framework import Write
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.queue import QueuedPod

if TYPE_CHECKING:
    from cluster_core.scheduler.scheduler import Scheduler

SCHEDULER_ERROR = "SchedulerError"
UNSCHEDULABLE = "Unschedulable"
MESSAGE_MAX = 1024


def fail(
    scheduler: Scheduler, queued: QueuedPod, message: str, plugins: list[str], nominate: str | None = None
) -> None:
    """The pod waits for what could help the plugins that refused it, or backs off after an error (no plugin did); and it is
    told, by an Event and in the pod's status. `nominate`: the node that is being made free for it, "" for none any more.
    """
    pod, nominator = queued.info, scheduler.queue.nominator
    current = scheduler.informers["pods"].get(pod.key)
    if current is not None and current["metadata"]["uid"] == pod.uid and not current["spec"].get("nodeName"):
        queued.info = pod = pod if current is pod.pod else PodInfo.of(current)
        scheduler.queue.give_back(queued, plugins, scheduler.sim.now)
        nominator.nominate(pod, pod.nominated_node if nominate is None else nominate)
    else:
        scheduler.queue.done(pod.key)
    scheduler.events_of(pod).event(pod.pod, "Warning", "FailedScheduling", _truncated(message))
    _tell(scheduler, pod, message, UNSCHEDULABLE if plugins else SCHEDULER_ERROR, nominate)


def _tell(scheduler: Scheduler, pod: PodInfo, message: str, reason: str, nominate: str | None) -> None:
    """Patch the pod's status, if anything about it is new."""
    condition = {
        "type": "PodScheduled",
        "observedGeneration": pod.pod["metadata"].get("generation", 1),
        "status": "False",
        "lastProbeTime": None,
        "reason": reason,
        "message": message,
    }
    known = pod.pod.get("status", {}).get("conditions", [])
    conditions = set_condition(known, condition, rfc3339(scheduler.sim.now))
    status: Obj = {"conditions": conditions} if conditions != known else {}
    if nominate is not None and nominate != pod.nominated_node:
        status["nominatedNodeName"] = nominate or None
    if status:
        namespace, _, name = pod.key.partition("/")
        options = {"patch_type": "strategic"}
        scheduler.write(("status",), Write("patch", "pods", name, namespace, {"status": status}, "status", options))


def _truncated(message: str) -> str:
    """An Event's message has at most 1024 characters. Upstream: truncateMessage."""
    return message if len(message) <= MESSAGE_MAX else f"{message[: MESSAGE_MAX - 4]} ..."
