"""What a CronJob does next, as a pure function of what its controller sees.

Upstream: `syncCronJob` and `cleanupFinishedJobs` in `pkg/controller/cronjob/cronjob_controllerv2.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api import cron
from cluster_core.api.objects import owner_reference
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc1123z, rfc3339, unix_nanoseconds
from cluster_core.client.plan import Decision
from cluster_core.controllers.cron_job_schedule import MISSED_MAX, ScheduleError, due, look_again
from cluster_core.controllers.job_pods import finished_condition

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
TZ_WORDS = (
    "CRON_TZ or TZ used in schedule {} is not officially supported, see "
    "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
)


@dataclass(slots=True)
class CronLook:
    """A CronJob and the Jobs that it owns; then what is to be done. `gone`: uids of Jobs that it lists and that are no more.

    `expired`: finished Jobs beyond the limits of the history; `replaced`: references to running ones that give way;
    `make`: the Job to be created, of the time `at` (µs). `active`, `last`, `last_success` become the status.
    """

    cron_job: Obj
    jobs: list[Obj]
    now: int
    gone: list[str] = field(default_factory=list)
    active: list[Obj] = field(default_factory=list)
    last: str | None = None
    last_success: str | None = None
    expired: list[Obj] = field(default_factory=list)
    replaced: list[Obj] = field(default_factory=list)
    make: Obj | None = None
    exists: bool = False
    at: int = 0
    requeue: int | None = None
    events: list[tuple[str, str, str]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def say(self, kind: str, reason: str, message: str) -> None:
        """A Kubernetes Event about the CronJob."""
        self.events.append((kind, reason, message))

    def drop(self, uid: str) -> None:
        """A Job is not active any more."""
        self.active = [ref for ref in self.active if ref.get("uid") != uid]

    def status(self) -> Obj:
        """The status; what is empty is left out."""
        known = {**(self.cron_job.get("status") or {})}
        told = {"active": self.active, "lastScheduleTime": self.last, "lastSuccessfulTime": self.last_success}
        known.update(told)
        return {name: value for name, value in known.items() if value}


def clean_up(look: CronLook) -> None:
    """Which finished Jobs are more than are kept, the oldest first; they are not listed as active any more."""
    spec = look.cron_job["spec"]
    for kind, field_name in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
        limit = spec.get(field_name)
        finished = [job for job in look.jobs if finished_condition(job) == kind]
        if limit is not None and len(finished) > limit:
            look.expired += sorted(finished, key=_start)[: len(finished) - limit]
    for job in look.expired:
        look.drop(job["metadata"]["uid"])
    if look.expired:
        names = [job["metadata"]["name"] for job in look.expired]
        look.decisions.append(Decision("cronjob.cleaned-up", {"jobs": names}))


def plan(look: CronLook) -> None:
    """Bring the list of active Jobs up to date, and start what is due."""
    _note_jobs(look)
    if look.cron_job["metadata"].get("deletionTimestamp") or not _can_be_read(look):
        return
    try:
        at = _unmet(look)
    except ScheduleError as error:
        text = look.cron_job["spec"]["schedule"]
        look.say("Warning", "InvalidSchedule", f"invalid schedule: {text} : {error}")
        return
    look.requeue = look_again(_with_last(look), look.now)
    if at is not None and _may_start(look, at):
        _start_at(look, at)


def job_name(cron_job: Obj, at: int) -> str:
    """The name of the Job of a time: that of the CronJob, and the minutes since 1970."""
    return f"{cron_job['metadata']['name']}-{unix_nanoseconds(at) // 60_000_000_000}"


def job_of(cron_job: Obj, at: int) -> Obj:
    """The Job of a time."""
    template = cron_job["spec"]["jobTemplate"]
    given = template.get("metadata") or {}
    metadata: Obj = {"name": job_name(cron_job, at), "namespace": cron_job["metadata"]["namespace"]}
    if given.get("labels"):
        metadata["labels"] = given["labels"]
    zone = cron_job["spec"].get("timeZone") or ""
    metadata["annotations"] = {**(given.get("annotations") or {}), SCHEDULED: cron.rfc3339_in(zone, at)}
    metadata["ownerReferences"] = [owner_reference(cron_job)]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}


def reference(job: Obj) -> Obj:
    """A Job as it is listed in `status.active`."""
    meta = job["metadata"]
    named = {name: meta[name] for name in ("namespace", "name", "uid", "resourceVersion")}
    return {"kind": "Job", "apiVersion": "batch/v1", **named}


def _note_jobs(look: CronLook) -> None:
    known = {ref.get("uid") for ref in look.active}
    for job in look.jobs:
        meta, over = job["metadata"], finished_condition(job)
        if not over and meta["uid"] not in known:
            text = f"Saw a job that the controller did not create or forgot: {meta['name']}"
            look.say("Warning", "UnexpectedJob", text)
        if over and meta["uid"] in known:
            look.drop(meta["uid"])
            look.say("Normal", "SawCompletedJob", f"Saw completed job: {meta['name']}, condition: {over}")
        ended = (job.get("status") or {}).get("completionTime")
        if over == "Complete" and ended and (look.last_success is None or parse(ended) > parse(look.last_success)):
            look.last_success = ended
    for ref in [ref for ref in look.active if ref.get("uid") in look.gone]:
        look.say("Normal", "MissingJob", f"Active job went missing: {ref.get('name')}")
        look.drop(ref["uid"])


def _can_be_read(look: CronLook) -> bool:
    """Whether the CronJob runs at all: its zone exists, it is not suspended, its schedule is one."""
    spec = look.cron_job["spec"]
    try:
        cron.zone_of(spec.get("timeZone") or "")
    except cron.CronError as error:
        look.say("Warning", "UnknownTimeZone", f"invalid timeZone: {_quoted(spec['timeZone'])}: {error}")
        return False
    if spec.get("suspend"):
        look.decisions.append(Decision("cronjob.suspended", {}, taken=False))
        return False
    text = spec["schedule"]
    if "TZ" in text:
        look.say("Warning", "UnsupportedSchedule", TZ_WORDS.format(_quoted(text)))
    try:
        cron.parse(text)
    except cron.CronError as error:
        look.say("Warning", "UnparseableSchedule", f"unparseable schedule: {_quoted(text)} : {error}")
        return False
    return True


def _unmet(look: CronLook) -> int | None:
    """The most recent time that is due and not too late."""
    known = due(_with_last(look), look.now, deadline=True)
    if known.recent is not None and known.missed > MISSED_MAX:
        text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        look.say("Warning", "TooManyMissedTimes", text)
    return known.recent


def _may_start(look: CronLook, at: int) -> bool:
    spec = look.cron_job["spec"]
    deadline = spec.get("startingDeadlineSeconds")
    if deadline is not None and at + deadline * 1_000_000 < look.now:
        look.say("Warning", "MissSchedule", f"Missed scheduled time to start a job: {rfc1123z(at)}")
        look.decisions.append(Decision("cronjob.too-late", {"at": rfc3339(at)}, taken=False))
        return False
    name = job_name(look.cron_job, at)
    if any(ref.get("name") == name for ref in look.active) or look.last == rfc3339(at):
        return False
    if spec.get("concurrencyPolicy") == "Forbid" and look.active:
        text = "Not starting job because prior execution is running and concurrency policy is Forbid"
        look.say("Normal", "JobAlreadyActive", text)
        running = [str(ref.get("name")) for ref in look.active]
        look.decisions.append(Decision("cronjob.forbidden", {"jobs": running}, taken=False))
        return False
    return True


def started(look: CronLook, job: Obj) -> None:
    """A Job was made, or was there already: it is active, and its time is done with."""
    if all(ref.get("uid") != job["metadata"]["uid"] for ref in look.active):
        look.active = [*look.active, reference(job)]
        look.last = rfc3339(look.at)


def _start_at(look: CronLook, at: int) -> None:
    if look.cron_job["spec"].get("concurrencyPolicy") == "Replace" and look.active:
        look.replaced = list(look.active)
        names = [str(ref.get("name")) for ref in look.active]
        look.decisions.append(Decision("cronjob.replaced", {"jobs": names}))
    look.make, look.at = job_of(look.cron_job, at), at
    look.decisions.append(Decision("cronjob.started", {"job": look.make["metadata"]["name"], "at": rfc3339(at)}))


def _with_last(look: CronLook) -> Obj:
    return {**look.cron_job, "status": {"lastScheduleTime": look.last}}


def _start(job: Obj) -> tuple[bool, str, str]:
    start = (job.get("status") or {}).get("startTime")
    return (start is None, start or "", job["metadata"]["name"])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
