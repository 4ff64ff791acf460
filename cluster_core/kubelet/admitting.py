"""A pod comes to a node: it is refused, or taken, and what it asks for is granted.

The node refuses pods while it shuts down, some or all while it is under pressure, and those that it has no room for. A refused pod has failed for good.
Upstream: `pkg/kubelet/kubelet.go` (HandlePodAdditions, rejectPod), `pkg/kubelet/lifecycle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.kinds.pod import qos_class
from cluster_core.kubelet import eviction, preemption, pulling, sandbox, shutdown, stages, termination
from cluster_core.kubelet.admission import Refusal
from cluster_core.kubelet.annotations import problems_of

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker


def admit(worker: PodWorker) -> None:
    """Take a pod up and begin with its sandbox, or refuse it."""
    refused = _refusal(worker)
    if refused is not None:
        worker.stage = stages.REJECTED
        worker.facts.refused = True
        worker.facts.reason, worker.facts.message = refused.reason, f"Pod was rejected: {refused.message}"
        worker.event("Warning", refused.reason, refused.message)
        worker.record("pod.rejected", reason=refused.reason)
        worker.report()
        return
    for problem in problems_of(worker.pod):
        worker.event("Warning", "UnreadableAnnotation", problem)
    worker.kubelet.resizes.admitted(worker)
    termination.await_deadline(worker)
    if worker.pod["spec"].get("imagePullSecrets"):
        pulling.look_for_secrets(worker)
    sandbox.begin(worker)
    worker.report()


def _refusal(worker: PodWorker) -> Refusal | None:
    kubelet = worker.kubelet
    if kubelet.shutdown.began:
        return Refusal(shutdown.REFUSED_REASON, shutdown.REFUSED)
    if kubelet.eviction.refuses(worker.pod, qos_class(worker.pod["spec"])):
        return Refusal(eviction.REASON, f"The node had condition: [{' '.join(kubelet.eviction.conditions)}]. ")
    return preemption.refusal(worker)
