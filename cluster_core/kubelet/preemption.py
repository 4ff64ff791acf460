"""Room for critical pods: a kubelet that is full ends other pods rather than refuse a static or system-critical one.

Upstream: `pkg/kubelet/preemption/preemption.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.kinds.pod import qos_class
from cluster_core.kubelet import admission, stages, termination
from cluster_core.kubelet.admission import Claim, Refusal
from cluster_core.kubelet.ranking import is_critical

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker

REASON, MESSAGE = "Preempting", "Preempted in order to admit critical pod"
SHORT = "OutOf"
QUALITIES = ("BestEffort", "Burstable", "Guaranteed")


def refusal(worker: PodWorker) -> Refusal | None:
    """Why a node refuses a pod; for a critical one room is made first, if that is what it lacks."""
    kubelet = worker.kubelet
    refused = kubelet.refusal(worker, worker.claim)
    if refused is None or not is_critical(worker.pod) or not refused.reason.startswith(SHORT):
        return refused
    victims = _victims(worker)
    for victim in victims:
        victim.event("Warning", REASON, MESSAGE)
        victim.record("pod.preempted-by-kubelet", by=worker.object_name)
        termination.kill(victim, termination.grace_us(victim.pod) // 1_000_000, REASON, MESSAGE, disruption=True)
    return None if victims else refused


def _victims(worker: PodWorker) -> list[PodWorker]:
    """As few pods as make room, those of the lowest quality of service first; none if all together would not."""
    kubelet = worker.kubelet
    others = [one for one in kubelet.workers.values() if one is not worker and one.active]
    may_go = [one for one in others if one.stage != stages.TERMINATING and not is_critical(one.pod)]
    chosen: list[PodWorker] = []
    for victim in sorted(may_go, key=_place):
        if _fits(worker, others, chosen):
            break
        chosen.append(victim)
    if not _fits(worker, others, chosen):
        return []
    # Those that turned out not to be needed are spared, the most valuable first.
    for victim in sorted(chosen, key=_place, reverse=True):
        fewer = [one for one in chosen if one is not victim]
        if _fits(worker, others, fewer):
            chosen = fewer
    return chosen


def _place(worker: PodWorker) -> tuple[int, int, str]:
    quality = QUALITIES.index(qos_class(worker.pod["spec"]))
    return quality, int(worker.pod["spec"].get("priority") or 0), worker.uid


def _fits(worker: PodWorker, others: list[PodWorker], victims: list[PodWorker]) -> bool:
    left: list[Claim] = [one.claim for one in others if one not in victims]
    return admission.refusal(worker.claim, left, worker.kubelet.node.allocatable()) is None
