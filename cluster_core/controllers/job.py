"""Job: pods that run to their end, as many at a time and in all as are wanted. Upstream: `pkg/controller/job/job_controller.go`.

Changes of pods are looked at a second later, all together. A turn first makes or removes pods, then writes the status, takes the finalizers off
the pods that are counted, and writes the status again: each of these waits for the one before.
"""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import from_label_selector
from cluster_core.client.controller import Action, ControllerManager, Decision, Plan
from cluster_core.controllers import job_report
from cluster_core.controllers.job_backoff import BackOffRecord
from cluster_core.controllers.job_look import COMPLETE, JobLook, deadline_in, survey
from cluster_core.controllers.job_plan import JobStep, next_step
from cluster_core.controllers.job_pods import (
    TRACKING,
    adopted,
    deleted,
    finished_condition,
    is_tracked,
    managed_elsewhere,
    released,
    untracked,
)
from cluster_core.controllers.job_watch import BATCH_US, JobWatch
from cluster_core.sim.kernel import US_PER_SECOND


class JobController(JobWatch):
    """The loop for Jobs. What a turn has seen and done stays in `looks` until its last write has answered."""

    name = "job-controller"
    resources = ("jobs.batch", "pods")
    back_off = (US_PER_SECOND, 60 * US_PER_SECOND)
    remembers = True
    concludes_in_steps = True

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.records: dict[str, BackOffRecord] = {}
        self.looks: dict[str, JobLook] = {}

    def reconcile(self, key: str) -> Plan | None:
        """Claim pods, count them, and begin with the writes."""
        self.looks.pop(key, None)
        job = self.informer("jobs.batch").get(key)
        if job is None:
            self.forget(key)
            self.records.pop(key, None)
            return None
        if managed_elsewhere(job):
            return Plan()
        if finished_condition(job):
            self.records.pop(key, None)
            return Plan()
        pods, claims = self._claimed(job)
        satisfied = self.expectations.satisfied(key, self.now)
        awaited, record = dict(self.awaited.get(key, {})), self.records.get(key, BackOffRecord())
        look = self.looks[key] = survey(job, pods, self.now, satisfied, awaited, record)
        left = deadline_in(look)
        if look.finish is None and left is not None:
            self.add_after(key, left)
        step = next_step(look)
        return Plan([*([claims] if claims else []), *self._stages(key, look, step)], self._told(look, step))

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about pods that were made or removed; what failed is no longer awaited."""
        look = self.looks.get(key)
        if look is None:
            return
        if action.resource == "jobs.batch":
            self._reported(key, look, response)
        elif action.verb == "create":
            self._created(key, look, response)
        elif action.verb == "delete":
            self._deleted(key, look, action, response)
        elif "ownerReferences" in action.body["metadata"]:
            look.broken = look.broken or not (response.ok or response.reason in action.ignore)
        else:
            self._untracked(key, look, action, response)

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """The next writes of the turn that are due."""
        look = self.looks.get(key)
        actions: list[Action] = []
        while look is not None and look.phases and not look.broken and not actions:
            phase = look.phases.pop(0)
            if phase == "remove":
                actions = [deleted(pod) for pod in look.victims if pod["metadata"]["uid"] not in look.refused]
            elif phase == "report":
                actions = self._report(key, look)
            elif phase == "untrack":
                actions = self._untrack(key, look)
            elif phase == "finish":
                actions = self._finish(key, look, failed)
            else:
                self._say(look)
        if look is not None and not actions:
            self._end(key, look)
        return actions

    def restart(self) -> None:
        """Nothing is awaited any more, and back-offs begin anew."""
        super().restart()
        self.records.clear()
        self.looks.clear()

    # What a turn does.

    def _claimed(self, job: Obj) -> tuple[list[Obj], list[Action]]:
        """The pods of a Job, with those that it adopts, without those that it releases; and the patches for both.

        Real Kubernetes asks the API server before it adopts whether the Job is being deleted; here the cache says so.
        """
        uid, selector = job["metadata"]["uid"], from_label_selector(job["spec"].get("selector"))
        going = bool(job["metadata"].get("deletionTimestamp"))
        pods, claims = [], []
        for pod in self.informer("pods").by_index("owner", uid):
            holder = owner_controller(pod)
            if holder is None or holder["uid"] != uid:
                continue
            if selector.matches(pod["metadata"].get("labels") or {}):
                pods.append(pod)
            elif not going:
                claims.append(released(pod, job))
        for pod in () if going else self.informer("pods").by_index("orphan", job["metadata"]["namespace"]):
            meta = pod["metadata"]
            if not meta.get("deletionTimestamp") and selector.matches(meta.get("labels") or {}):
                claims.append(adopted(pod, job))
                finalizers = [*(meta.get("finalizers") or ()), TRACKING]
                pods.append({**pod, "metadata": {**meta, "finalizers": finalizers}})
        return pods, claims

    def _stages(self, key: str, look: JobLook, step: JobStep) -> list[list[Action]]:
        look.phases = ["report", "untrack", "finish", "say"]
        if step.wait:
            self.add_after(key, max(step.wait, BATCH_US))
        if step.make:
            self.expectations.expect_creations(key, len(step.make), self.now)
            look.unsent = len(step.make)
            namespace = look.job["metadata"]["namespace"]
            return slow_start([Action("create", "pods", namespace, body=body) for body in step.make])
        if step.remove:
            look.victims = step.remove
            look.phases.insert(0, "remove")
            if step.untrack:
                self.expectations.expect_deletions(key, [pod["metadata"]["uid"] for pod in step.remove], self.now)
                return [[untracked(pod) for pod in step.remove if is_tracked(pod)]]
        return []

    def _told(self, look: JobLook, step: JobStep) -> list[Decision]:
        if look.finish is None or look.condition(look.finish["type"]) is not None:
            return step.decisions
        facts = {"reason": look.finish["reason"], "message": look.finish["message"]}
        return [Decision("job.decided", facts), *step.decisions]

    def _report(self, key: str, look: JobLook) -> list[Action]:
        for _ in range(look.unsent):
            self.expectations.created(key)
        look.unsent = 0
        job_report.report(look)
        if any(reason in ("Suspended", "Resumed") for _, reason, _ in look.events):
            self._say(look)
        return self._written(look)

    def _untrack(self, key: str, look: JobLook) -> list[Action]:
        if look.untrack:
            awaited = self.awaited.setdefault(key, {})
            awaited.update({pod["metadata"]["uid"]: None for pod in look.untrack})
        return [untracked(pod) for pod in look.untrack]

    def _finish(self, key: str, look: JobLook, failed: bool) -> list[Action]:
        lost = failed and any(pod["metadata"]["uid"] in look.tracked for pod in look.untrack)
        if job_report.finish(look, lost) and look.finish is not None:
            look.events += _last_words(look)
        return self._written(look)

    def _written(self, look: JobLook) -> list[Action]:
        if not look.flush:
            return []
        meta = look.job["metadata"]
        return [Action("update", "jobs.batch", meta["namespace"], meta["name"], job_report.body(look), "status")]

    def _say(self, look: JobLook) -> None:
        for kind, reason, message in look.events:
            self.events.event(look.job, kind, reason, message)
        look.events = []

    def _end(self, key: str, look: JobLook) -> None:
        """The turn is over; after a failure, what was never asked for is not awaited."""
        for _ in range(look.unsent):
            self.expectations.created(key)
        if "remove" in look.phases:
            for pod in look.victims:
                self.expectations.deleted(key, pod["metadata"]["uid"])
        self.looks.pop(key, None)

    # What the writes came to.

    def _reported(self, key: str, look: JobLook, response: Response) -> None:
        if not response.ok:
            look.broken = True
            return
        look.job, look.flush = response.body, False
        self.records[key] = look.record

    def _created(self, key: str, look: JobLook, response: Response) -> None:
        look.unsent -= 1
        if response.ok:
            look.created += 1
            message = f"Created pod: {response.body['metadata']['name']}"
            self.events.event(look.job, "Normal", "SuccessfulCreate", message)
            return
        self.expectations.created(key)
        message = str(response.body["message"])
        if "because it is being terminated" not in message:
            self.events.event(look.job, "Warning", "FailedCreate", f"Error creating: {message}")

    def _deleted(self, key: str, look: JobLook, action: Action, response: Response) -> None:
        if response.ok:
            self.events.event(look.job, "Normal", "SuccessfulDelete", f"Deleted pod: {action.name}")
            return
        uid = next(pod["metadata"]["uid"] for pod in look.victims if pod["metadata"]["name"] == action.name)
        self.expectations.deleted(key, uid)
        if response.reason != "NotFound":
            look.refused[uid] = None
            self.events.event(look.job, "Warning", "FailedDelete", f"Error deleting: {response.body['message']}")

    def _untracked(self, key: str, look: JobLook, action: Action, response: Response) -> None:
        """The finalizer of a pod has gone, or not: one that is to be deleted is then left alone."""
        counted = next((pod for pod in look.untrack if pod["metadata"]["name"] == action.name), None)
        pod = counted or next(pod for pod in look.victims if pod["metadata"]["name"] == action.name)
        uid = pod["metadata"]["uid"]
        gone = response.ok or response.reason == "NotFound"
        if counted is None:
            if not response.ok:
                self.expectations.deleted(key, uid)
                look.refused[uid] = None
            return
        if gone:
            look.tracked.pop(uid, None)
        if not response.ok:
            self.removal_seen(key, pod)


def slow_start(actions: list[Action]) -> list[list[Action]]:
    """1, 2, 4, … at a time: a mistake in the template costs one request."""
    stages, size, done = [], 1, 0
    while done < len(actions):
        stages.append(actions[done : done + size])
        done, size = done + size, size * 2
    return stages


def _last_words(look: JobLook) -> list[tuple[str, str, str]]:
    told = look.finish
    assert told is not None
    if told["type"] != COMPLETE:
        return [("Warning", told["reason"], told["message"])]
    completions, words = look.spec.get("completions"), []
    if completions is not None and look.status.get("succeeded", 0) > completions:
        text = "Too many succeeded pods running after completion count reached"
        words.append(("Warning", "TooManySucceededPods", text))
    return [*words, ("Normal", "Completed", "Job completed")]
