"""Jobs that are over go after their `ttlSecondsAfterFinished`. Upstream: `pkg/controller/ttlafterfinished`."""

from __future__ import annotations

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import parse
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan
from cluster_core.controllers.job_pods import finished_condition
from cluster_core.sim.kernel import US_PER_SECOND


class TtlAfterFinishedController(Controller):
    """Waits until a Job has expired, reads it once more, and deletes it in the foreground."""

    name = "ttl-after-finished-controller"
    resources = ("jobs.batch",)

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.fresh: dict[str, Obj] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A Job that is over and has a time to live."""
        return [_key(new)] if new is not None and expires_at(new) is not None else []

    def reconcile(self, key: str) -> Plan | None:
        """Wait, or read the Job again: its time to live may have changed."""
        self.fresh.pop(key, None)
        job = self.informer("jobs.batch").get(key)
        if job is None:
            return None
        at = expires_at(job)
        if at is None:
            return Plan()
        if at > self.now:
            return Plan(requeue_after=at - self.now)
        meta = job["metadata"]
        seconds = job["spec"]["ttlSecondsAfterFinished"]
        decisions = [Decision("job.expired", {"job": meta["name"], "seconds": seconds})]
        return Plan([[Action("get", "jobs.batch", meta["namespace"], meta["name"], ignore=("NotFound",))]], decisions)

    def observe(self, key: str, action: Action, response: Response) -> None:
        """The Job as it is now."""
        if action.verb == "get" and response.ok:
            self.fresh[key] = response.body

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """Delete the Job if it is still due."""
        job = self.fresh.pop(key, None)
        at = expires_at(job) if job is not None else None
        if job is None or at is None:
            return []
        if at > self.now:
            self.add_after(key, at - self.now)
            return []
        meta = job["metadata"]
        options = {"propagation_policy": "Foreground", "preconditions": {"uid": meta["uid"]}}
        return [Action("delete", "jobs.batch", meta["namespace"], meta["name"], options=options)]

    def restart(self) -> None:
        """What was read is forgotten."""
        super().restart()
        self.fresh.clear()


def expires_at(job: Obj) -> int | None:
    """When a Job is to go (µs); None if it is not over, has no time to live, or goes already."""
    seconds, over = job["spec"].get("ttlSecondsAfterFinished"), finished_condition(job)
    told = condition(job, over) if over else None
    if seconds is None or told is None or job["metadata"].get("deletionTimestamp"):
        return None
    return parse(told["lastTransitionTime"]) + int(seconds) * US_PER_SECOND


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
