"""How far Jobs are, and when CronJobs run next."""

from __future__ import annotations

from cluster_core.api import cron
from cluster_core.api.objects import key
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.controllers.cron_job_plan import SCHEDULED
from cluster_core.controllers.job_backoff import BackOffRecord, remaining
from cluster_core.controllers.job_pods import is_indexed
from cluster_core.projection.source import Source, controller_of
from cluster_core.projection.workload_cards import CronJobPart, Firing, JobPart
from cluster_core.sim.kernel import US_PER_SECOND

FIRINGS = 5
DECIDED = ("Complete", "Failed")


def job_part(job: Obj, source: Source) -> JobPart:
    """How far a Job is. The back-off is the controller's own count: real Kubernetes keeps it in the controller's memory too."""
    meta, spec, status = job["metadata"], job["spec"], job.get("status") or {}
    record, over, started = _back_off(job, source), _decided(job), _time(status.get("startTime"))
    ended = _time(status.get("completionTime")) or (_time(over.get("lastTransitionTime")) if over else None)
    allowed = spec.get("activeDeadlineSeconds")
    return {
        "indexed": is_indexed(job),
        "completions": spec.get("completions"),
        "parallelism": spec.get("parallelism", 1),
        "active": status.get("active", 0),
        "terminating": status.get("terminating") or 0,
        "succeeded": status.get("succeeded", 0),
        "failed": status.get("failed", 0),
        "completed": str(status.get("completedIndexes", "")),
        "failed_indexes": str(status.get("failedIndexes", "")),
        "backoff_limit": spec.get("backoffLimit", 6),
        "per_index": spec.get("backoffLimitPerIndex"),
        "backoff_until": None if over else _ends(record),
        "failures": record.failures,
        "deadline_at": None if allowed is None or started is None else started + allowed * US_PER_SECOND,
        "suspended": bool(spec.get("suspend")),
        "due": str((meta.get("annotations") or {}).get(SCHEDULED, "")),
        "started": started,
        "ended": ended,
        "state": str(over.get("type", "")),
        "reason": str(over.get("reason", "")),
        "message": str(over.get("message", "")),
    }


def cron_job_part(cron_job: Obj, now: int) -> CronJobPart:
    """When a CronJob runs: the next five times of its schedule after `now` (µs)."""
    spec, status = cron_job["spec"], cron_job.get("status") or {}
    zone = spec.get("timeZone") or ""
    problem = ""
    firings: list[Firing] = []
    try:
        firings = next_firings(spec["schedule"], zone, now)
    except cron.CronError as error:
        problem = str(error)
    return {
        "schedule": spec["schedule"],
        "zone": zone,
        "policy": spec.get("concurrencyPolicy", "Allow"),
        "suspended": bool(spec.get("suspend")),
        "deadline": spec.get("startingDeadlineSeconds"),
        "kept": [spec.get("successfulJobsHistoryLimit", 3), spec.get("failedJobsHistoryLimit", 1)],
        "last": _time(status.get("lastScheduleTime")),
        "last_success": _time(status.get("lastSuccessfulTime")),
        "next": firings,
        "problem": problem,
    }


def next_firings(schedule: str, zone: str, now: int) -> list[Firing]:
    """The next times of a schedule; fewer when it ends within five years. Raises CronError."""
    cron.zone_of(zone)
    found: list[Firing] = []
    at = cron.next_after(schedule, zone, now)
    while at is not None and len(found) < FIRINGS:
        found.append({"at": at, "clock": cron.rfc3339_in(cron.parse(schedule).zone or zone, at)})
        at = cron.next_after(schedule, zone, at)
    return found


def _back_off(job: Obj, source: Source) -> BackOffRecord:
    controller = controller_of(source, "job-controller")
    found: BackOffRecord | None = controller.records.get(key(job)) if controller is not None else None
    return found or BackOffRecord()


def _ends(record: BackOffRecord) -> int | None:
    """When the back-off after the last failure is over."""
    delay = remaining(record.failures, record.last_failure, record.last_failure)
    return record.last_failure + delay if delay else None


def _decided(job: Obj) -> Obj:
    conditions = (job.get("status") or {}).get("conditions") or ()
    return next((one for one in conditions if one["type"] in DECIDED and one["status"] == "True"), {})


def _time(text: str | None) -> int | None:
    return parse(text) if text else None
