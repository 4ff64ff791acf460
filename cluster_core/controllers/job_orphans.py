"""Pods that keep the finalizer of a Job that no longer counts them: it is taken off, so that they can go.

Upstream: the orphan queue of `pkg/controller/job/job_controller.go` (`syncOrphanPod`, `cleanupPodFinalizers`).
"""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.client.controller import Controller, Plan
from cluster_core.controllers.job_pods import finished_condition, is_tracked, managed_elsewhere, untracked
from cluster_core.sim.kernel import US_PER_SECOND


class JobOrphanController(Controller):
    """A part of the Job controller with a queue of its own; keys are those of pods."""

    name = "job-orphan-pods"
    account = "job-controller"
    resources = ("jobs.batch", "pods")
    workers = 1
    back_off = (US_PER_SECOND, 60 * US_PER_SECOND)

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A pod without a Job that counts it; the pods of a Job that went, or is over."""
        if resource == "pods":
            return [_key(new)] if new is not None and is_tracked(new) and self._is_left(new) else []
        job = new or old
        assert job is not None
        if new is not None and (old is None or not finished_condition(new)):
            return []
        pods = self.informer("pods").by_index("owner", job["metadata"]["uid"])
        return [_key(pod) for pod in pods if is_tracked(pod)]

    def reconcile(self, key: str) -> Plan | None:
        """Take the finalizer off, if the pod is still nobody's."""
        pod = self.informer("pods").get(key)
        if pod is None:
            return None
        return Plan(stages=[[untracked(pod)]] if is_tracked(pod) and self._is_nobodys(pod) else [])

    def _is_left(self, pod: Obj) -> bool:
        """Whether a change of a pod concerns us: one that has an owner only when it is being deleted."""
        if owner_controller(pod) is None:
            return True
        return bool(pod["metadata"].get("deletionTimestamp")) and self._is_nobodys(pod)

    def _is_nobodys(self, pod: Obj) -> bool:
        owner = owner_controller(pod)
        if owner is None:
            return True
        if owner["kind"] != "Job" or owner["apiVersion"] != "batch/v1":
            return False
        job = self.informer("jobs.batch").get(f"{pod['metadata']['namespace']}/{owner['name']}")
        if job is None or job["metadata"]["uid"] != owner["uid"]:
            return True
        return not managed_elsewhere(job) and bool(finished_condition(job))


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
