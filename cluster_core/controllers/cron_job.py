"""CronJob: a Job at each time of a schedule. Upstream: `pkg/controller/cronjob/cronjob_controllerv2.go`.

Nothing polls: after each turn an alarm stands at the next time of the schedule, a tenth of a second later as upstream.
"""

from __future__ import annotations

from cluster_core.api.cron import CronError
from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj, Response
from cluster_core.client.controller import Action, Controller, ControllerManager, Plan
from cluster_core.controllers.cron_job_plan import CronLook, clean_up, plan, started
from cluster_core.controllers.cron_job_schedule import look_again
from cluster_core.controllers.job_pods import finished_condition


class CronJobController(Controller):
    """The loop for CronJobs. `asked` holds what the API server said about Jobs and CronJobs that the caches disagree about."""

    name = "cronjob-controller"
    resources = ("cronjobs.batch", "jobs.batch")
    remembers = True
    concludes_in_steps = True

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.asked: dict[str, dict[tuple[str, str], Obj | None]] = {}
        self.looks: dict[str, CronLook] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A change of the CronJob, or of a Job that it owns; a new schedule waits for its next time."""
        obj = new or old
        assert obj is not None
        if resource == "jobs.batch":
            found = [self._owner_key(one) for one in (old, new) if one is not None]
            return list(dict.fromkeys(key for key in found if key is not None))
        if old is not None and new is not None and _schedule(old) != _schedule(new):
            self._rescheduled(_key(new), new)
            return []
        return [_key(obj)]

    def reconcile(self, key: str) -> Plan | None:
        """Remove old Jobs, then start what is due; where the caches disagree, ask first."""
        self.looks.pop(key, None)
        answers = self.asked.pop(key, {})
        cron_job = self.informer("cronjobs.batch").get(key)
        if cron_job is None:
            return None
        cron_job = answers.get(("cronjobs.batch", cron_job["metadata"]["name"])) or cron_job
        uid, status = cron_job["metadata"]["uid"], cron_job.get("status") or {}
        jobs = [job for job in self.informer("jobs.batch").by_index("owner", uid) if _is_owned(job, uid)]
        look = CronLook(cron_job, jobs, self.now, active=list(status.get("active") or ()))
        look.last, look.last_success = status.get("lastScheduleTime"), status.get("lastSuccessfulTime")
        questions = self._questions(look, answers)
        if questions:
            return Plan(stages=[questions])
        look.gone = [ref["uid"] for ref in look.active if answers.get(("jobs.batch", ref["name"]), ref) is None]
        clean_up(look)
        plan(look)
        self.looks[key] = look
        return Plan(_stages(look), look.decisions, look.requeue)

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about Jobs that were made or removed; the answers to what was asked."""
        look = self.looks.get(key)
        if look is None:
            if response.ok or response.reason == "NotFound":
                answers = self.asked.setdefault(key, {})
                answers[(action.resource, action.name)] = response.body if response.ok else None
                self.add(key)
        elif action.verb == "create":
            self._created(look, response)
        elif action.verb == "delete":
            self._deleted(look, action, response)
        elif action.verb == "get" and response.ok and _is_owned(response.body, look.cron_job["metadata"]["uid"]):
            # It was made in an earlier turn whose report got lost.
            started(look, response.body)

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """Look at a Job that was there already; then tell the status, if it is another."""
        look = self.looks.get(key)
        if look is None:
            return []
        if look.exists:
            look.exists = False
            meta = (look.make or {})["metadata"]
            return [Action("get", "jobs.batch", meta["namespace"], meta["name"])]
        del self.looks[key]
        for kind, reason, message in look.events:
            self.events.event(look.cron_job, kind, reason, message)
        status, meta = look.status(), look.cron_job["metadata"]
        if status == (look.cron_job.get("status") or {}):
            return []
        body = {**look.cron_job, "status": status}
        return [Action("update", "cronjobs.batch", meta["namespace"], meta["name"], body, "status")]

    def restart(self) -> None:
        """What was asked and seen is forgotten."""
        super().restart()
        self.asked.clear()
        self.looks.clear()

    def _owner_key(self, job: Obj) -> str | None:
        owner = owner_controller(job)
        if owner is None or owner["kind"] != "CronJob":
            return None
        key = f"{job['metadata']['namespace']}/{owner['name']}"
        there = self.informer("cronjobs.batch").get(key)
        return key if there is not None and there["metadata"]["uid"] == owner["uid"] else None

    def _rescheduled(self, key: str, cron_job: Obj) -> None:
        try:
            delay = look_again(cron_job, self.now)
        except CronError:
            text = f"unparseable schedule for cronjob: {cron_job['spec']['schedule']}"
            self.events.event(cron_job, "Warning", "UnParseableCronJobSchedule", text)
            return
        if delay is not None:
            self.add_after(key, max(0, delay))

    def _questions(self, look: CronLook, answers: dict[tuple[str, str], Obj | None]) -> list[Action]:
        """An unfinished Job that is not listed: is the CronJob in the cache old? A listed Job that is not there: is it gone?"""
        meta = look.cron_job["metadata"]
        listed, there = {ref["uid"] for ref in look.active}, {job["metadata"]["uid"] for job in look.jobs}
        asked: list[Action] = []
        if any(job["metadata"]["uid"] not in listed and not finished_condition(job) for job in look.jobs):
            asked = [Action("get", "cronjobs.batch", meta["namespace"], meta["name"], ignore=("NotFound",))]
        for ref in look.active:
            if ref["uid"] not in there:
                asked.append(Action("get", "jobs.batch", meta["namespace"], ref["name"], ignore=("NotFound",)))
        return [action for action in asked if (action.resource, action.name) not in answers]

    def _created(self, look: CronLook, response: Response) -> None:
        if response.ok:
            look.say("Normal", "SuccessfulCreate", f"Created job {response.body['metadata']['name']}")
            started(look, response.body)
        elif response.reason == "AlreadyExists":
            look.exists = True
        elif "because it is being terminated" not in str(response.body["message"]):
            look.say("Warning", "FailedCreate", f"Error creating job: {response.body['message']}")

    def _deleted(self, look: CronLook, action: Action, response: Response) -> None:
        if not response.ok:
            text = f"Deleted job: {response.body['message']}"
            self.events.event(look.cron_job, "Warning", "FailedDelete", text)
            return
        look.active = [ref for ref in look.active if ref.get("name") != action.name]
        self.events.event(look.cron_job, "Normal", "SuccessfulDelete", f"Deleted job {action.name}")


def _stages(look: CronLook) -> list[list[Action]]:
    """The deletions, and the Job to be made.

    Real Kubernetes reads a Job before it replaces it, and goes on when an old one cannot be deleted.
    """
    names = [job["metadata"]["name"] for job in look.expired], [ref["name"] for ref in look.replaced]
    stages = [[_delete(look, name) for name in group] for group in names]
    if look.make is not None:
        namespace = look.make["metadata"]["namespace"]
        stages.append([Action("create", "jobs.batch", namespace, body=look.make, ignore=("AlreadyExists",))])
    return stages


def _delete(look: CronLook, name: str) -> Action:
    options = {"propagation_policy": "Background"}
    return Action("delete", "jobs.batch", look.cron_job["metadata"]["namespace"], name, options=options)


def _is_owned(job: Obj, uid: str) -> bool:
    owner = owner_controller(job)
    return owner is not None and bool(owner["uid"] == uid)


def _schedule(cron_job: Obj) -> tuple[str, str | None]:
    return (cron_job["spec"]["schedule"], cron_job["spec"].get("timeZone"))


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
