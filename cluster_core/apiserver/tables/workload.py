"""The rows of Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs, ControllerRevisions. Upstream: printers.go."""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.cells import (
    NONE,
    age,
    containers,
    is_true,
    labels,
    name,
    selector,
    selector_text,
    spec,
    status,
    yes,
)
from cluster_core.apiserver.tables.duration import human, since
from cluster_core.apiserver.tables.printer import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    Cell,
    Column,
    Printer,
    counted,
    named,
    wide,
)


def _template(obj: Obj) -> Obj:
    return spec(obj).get("template") or {}


def _deployment(obj: Obj, now: int) -> list[Cell]:
    found = status(obj)
    return [
        name(obj),
        f"{counted(found.get('readyReplicas'))}/{counted(spec(obj).get('replicas'))}",
        counted(found.get("updatedReplicas")),
        counted(found.get("availableReplicas")),
        age(obj, now),
        *containers(_template(obj)),
        selector_text(spec(obj).get("selector")),
    ]


def _replica_counts(obj: Obj) -> list[Cell]:
    found = status(obj)
    return [counted(spec(obj).get("replicas")), counted(found.get("replicas")), counted(found.get("readyReplicas"))]


def _replica_set(obj: Obj, now: int) -> list[Cell]:
    cells: list[Cell] = [name(obj), *_replica_counts(obj), age(obj, now), *containers(_template(obj))]
    return [*cells, selector(spec(obj).get("selector"))]


def _replication_controller(obj: Obj, now: int) -> list[Cell]:
    cells: list[Cell] = [name(obj), *_replica_counts(obj), age(obj, now), *containers(_template(obj))]
    return [*cells, labels(spec(obj).get("selector"))]


def _stateful_set(obj: Obj, now: int) -> list[Cell]:
    ready = f"{counted(status(obj).get('readyReplicas'))}/{counted(spec(obj).get('replicas'))}"
    return [name(obj), ready, age(obj, now), *containers(_template(obj))]


DAEMON_COUNTS = (
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
)


def _daemon_set(obj: Obj, now: int) -> list[Cell]:
    counts: list[Cell] = [counted(status(obj).get(field)) for field in DAEMON_COUNTS]
    nodes = labels(spec(_template(obj)).get("nodeSelector"))
    cells: list[Cell] = [name(obj), *counts, nodes, age(obj, now), *containers(_template(obj))]
    return [*cells, selector(spec(obj).get("selector"))]


def _job(obj: Obj, now: int) -> list[Cell]:
    cells = [name(obj), _job_status(obj), _completions(obj), _job_duration(status(obj), now), age(obj, now)]
    return [*cells, *containers(_template(obj)), selector(spec(obj).get("selector"))]


def _job_status(obj: Obj) -> str:
    conditions = status(obj).get("conditions")
    for kind in ("Complete", "Failed"):
        if is_true(conditions, kind):
            return kind
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    on_the_way = ("Suspended", "FailureTarget", "SuccessCriteriaMet")
    return next((kind for kind in on_the_way if is_true(conditions, kind)), "Running")


def _completions(obj: Obj) -> str:
    succeeded, wanted = counted(status(obj).get("succeeded")), spec(obj).get("completions")
    if wanted is not None:
        return f"{succeeded}/{wanted}"
    parallelism = counted(spec(obj).get("parallelism"))
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _job_duration(found: Obj, now: int) -> str:
    if not found.get("startTime"):
        return ""
    end = parse(found["completionTime"]) if found.get("completionTime") else now
    return human(end - parse(found["startTime"]))


def _cron_job(obj: Obj, now: int) -> list[Cell]:
    last, job = status(obj).get("lastScheduleTime"), spec(spec(obj).get("jobTemplate") or {})
    return [
        name(obj),
        spec(obj).get("schedule", ""),
        spec(obj).get("timeZone") or NONE,
        yes(spec(obj).get("suspend")),
        len(status(obj).get("active") or ()),
        since(last, now) if last else NONE,
        age(obj, now),
        *containers(job.get("template")),
        selector(job.get("selector")),
    ]


def _controller_revision(obj: Obj, now: int) -> list[Cell]:
    owner = owner_controller(obj)
    return [name(obj), NONE if owner is None else _owner(owner), counted(obj.get("revision")), age(obj, now)]


def _owner(owner: Obj) -> str:
    group = owner["apiVersion"].rpartition("/")[0]
    return f"{owner['kind']}.{group}".rstrip(".").lower() + f"/{owner['name']}"


def _scale(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), counted(spec(obj).get("replicas")), counted(status(obj).get("replicas")), age(obj, now)]


def _count(name: str, description: str) -> Column:
    return Column(name, description, "integer")


def _replicas(struct: str) -> tuple[Column, ...]:
    return (
        *named(
            _count("Desired", f"@{struct}Spec.replicas"),
            _count("Current", f"@{struct}Status.replicas"),
            _count("Ready", f"@{struct}Status.readyReplicas"),
        ),
        CONTAINERS,
        IMAGES,
        wide("Selector", f"@{struct}Spec.selector"),
    )


DEPLOYMENT = (
    *named(
        Column("Ready", "Number of the pod with ready state"),
        Column("Up-to-date", "@apps.v1.DeploymentStatus.updatedReplicas"),
        Column("Available", "@apps.v1.DeploymentStatus.availableReplicas"),
    ),
    CONTAINERS,
    IMAGES,
    wide("Selector", "@apps.v1.DeploymentSpec.selector"),
)

DAEMON_SET = (
    *named(
        _count("Desired", "@apps.v1.DaemonSetStatus.desiredNumberScheduled"),
        _count("Current", "@apps.v1.DaemonSetStatus.currentNumberScheduled"),
        _count("Ready", "@apps.v1.DaemonSetStatus.numberReady"),
        _count("Up-to-date", "@apps.v1.DaemonSetStatus.updatedNumberScheduled"),
        _count("Available", "@apps.v1.DaemonSetStatus.numberAvailable"),
        Column("Node Selector", "@core.v1.PodSpec.nodeSelector"),
    ),
    CONTAINERS,
    IMAGES,
    wide("Selector", "@apps.v1.DaemonSetSpec.selector"),
)

JOB = (
    *named(
        Column("Status", "Status of the job."),
        Column("Completions", "@batch.v1.JobStatus.succeeded"),
        Column("Duration", "Time required to complete the job."),
    ),
    CONTAINERS,
    IMAGES,
    wide("Selector", "@batch.v1.JobSpec.selector"),
)

CRON_JOB = (
    *named(
        Column("Schedule", "@batch.v1.CronJobSpec.schedule"),
        Column("Timezone", "@batch.v1.CronJobSpec.timeZone"),
        Column("Suspend", "@batch.v1.CronJobSpec.suspend", "boolean"),
        _count("Active", "@batch.v1.CronJobStatus.active"),
        Column("Last Schedule", "@batch.v1.CronJobStatus.lastScheduleTime"),
    ),
    CONTAINERS,
    IMAGES,
    wide("Selector", "@batch.v1.JobSpec.selector"),
)

STATEFUL_SET = (*named(Column("Ready", "Number of the pod with ready state")), CONTAINERS, IMAGES)

REVISION = named(
    Column("Controller", "Controller of the object"), Column("Revision", "@apps.v1.ControllerRevision.revision")
)

SCALE = Printer(
    (
        Column("Name", NAME.description),
        _count("Desired", "@autoscaling.v1.ScaleSpec.replicas"),
        _count("Available", "@autoscaling.v1.ScaleStatus.replicas"),
        AGE,
    ),
    _scale,
)

PRINTERS = {
    "deployments.apps": Printer(DEPLOYMENT, _deployment),
    "replicasets.apps": Printer(_replicas("apps.v1.ReplicaSet"), _replica_set),
    "replicationcontrollers": Printer(_replicas("core.v1.ReplicationController"), _replication_controller),
    "statefulsets.apps": Printer(STATEFUL_SET, _stateful_set),
    "daemonsets.apps": Printer(DAEMON_SET, _daemon_set),
    "jobs.batch": Printer(JOB, _job),
    "cronjobs.batch": Printer(CRON_JOB, _cron_job),
    "controllerrevisions.apps": Printer(REVISION, _controller_revision),
}
