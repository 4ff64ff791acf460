"""Workloads as kubectl describes them: what they want, what there is, their template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.duration import human
from cluster_core.kubectl.describe.page import Page, controller, flag, moment, pairs, selector
from cluster_core.kubectl.describe.pod import describe_template

REVISION = "deployment.kubernetes.io/revision"


@dataclass(slots=True)
class Owned:
    """What belongs to a workload: the pods that it controls, the ReplicaSets of a Deployment."""

    pods: list[Obj] = field(default_factory=list)
    replica_sets: list[Obj] = field(default_factory=list)


def describe_deployment(page: Page, obj: Obj, owned: Owned) -> None:
    """A Deployment."""
    spec, status = obj["spec"], obj.get("status", {})
    page.name(obj)
    page.write(0, f"CreationTimestamp:\t{moment(obj['metadata']['creationTimestamp'])}")
    page.marks(obj)
    page.write(0, f"Selector:\t{selector(spec.get('selector'))}")
    counts = (
        ("replicas", "desired", spec),
        ("updatedReplicas", "updated", status),
        ("replicas", "total", status),
        ("availableReplicas", "available", status),
        ("unavailableReplicas", "unavailable", status),
    )
    page.write(0, "Replicas:\t" + " | ".join(f"{source.get(name, 0)} {word}" for name, word, source in counts))
    page.write(0, f"StrategyType:\t{spec['strategy']['type']}")
    page.write(0, f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}")
    rolling = spec["strategy"].get("rollingUpdate")
    if rolling:
        words = f"{rolling['maxUnavailable']} max unavailable, {rolling['maxSurge']} max surge"
        page.write(0, f"RollingUpdateStrategy:\t{words}")
    describe_template(page, spec["template"])
    page.conditions(status.get("conditions"))
    old, new = _old_and_new(obj, owned.replica_sets)
    if old or new:
        page.write(0, f"OldReplicaSets:\t{_sets(old)}")
        page.write(0, f"NewReplicaSet:\t{_sets(new)}")


def _old_and_new(obj: Obj, sets: list[Obj]) -> tuple[list[Obj], list[Obj]]:
    """The new ReplicaSet has the Deployment's revision; of the old ones those that ever mattered."""
    revision = (obj["metadata"].get("annotations") or {}).get(REVISION)
    new = [one for one in sets if (one["metadata"].get("annotations") or {}).get(REVISION) == revision]
    return [one for one in sets if one not in new], new


def _sets(sets: list[Obj]) -> str:
    shown = [
        f"{one['metadata']['name']} ({one.get('status', {}).get('replicas', 0)}/{one['spec'].get('replicas', 0)} replicas created)"
        for one in sets
    ]
    return ", ".join(shown) or "<none>"


def describe_replica_set(page: Page, obj: Obj, owned: Owned) -> None:
    """A ReplicaSet or a ReplicationController."""
    spec, status = obj["spec"], obj.get("status", {})
    page.name(obj)
    wanted = spec.get("selector")
    page.write(0, f"Selector:\t{pairs(wanted) if obj['kind'] == 'ReplicationController' else selector(wanted)}")
    page.marks(obj)
    if controller(obj) and obj["kind"] == "ReplicaSet":
        page.write(0, f"Controlled By:\t{controller(obj)}")
    page.write(0, f"Replicas:\t{status.get('replicas', 0)} current / {spec.get('replicas', 0)} desired")
    page.write(0, f"Pods Status:\t{phases(owned.pods)}")
    describe_template(page, spec["template"])
    page.conditions(status.get("conditions"))


def phases(pods: list[Obj]) -> str:
    """How many pods are in which phase."""
    names = (("Running", "Running"), ("Pending", "Waiting"), ("Succeeded", "Succeeded"), ("Failed", "Failed"))
    found = [pod.get("status", {}).get("phase") for pod in pods]
    return " / ".join(f"{found.count(phase)} {word}" for phase, word in names)


def describe_stateful_set(page: Page, obj: Obj, owned: Owned) -> None:
    """A StatefulSet."""
    spec, status = obj["spec"], obj.get("status", {})
    page.name(obj)
    page.write(0, f"CreationTimestamp:\t{moment(obj['metadata']['creationTimestamp'])}")
    page.write(0, f"Selector:\t{selector(spec.get('selector'))}")
    page.marks(obj)
    if spec.get("serviceName"):
        page.write(0, f"Service Name:\t{spec['serviceName']}")
    if spec.get("podManagementPolicy"):
        page.write(0, f"Pod Management Policy:\t{spec['podManagementPolicy']}")
    page.write(0, f"Replicas:\t{spec.get('replicas', 0)} desired | {status.get('replicas', 0)} total")
    strategy = spec.get("updateStrategy") or {}
    page.write(0, f"Update Strategy:\t{strategy.get('type', '')}")
    if "partition" in (strategy.get("rollingUpdate") or {}):
        page.write(1, f"Partition:\t{strategy['rollingUpdate']['partition']}")
    policy = spec.get("persistentVolumeClaimRetentionPolicy")
    if policy:
        page.write(0, "Persistent Volume Claim Retention Policy:")
        page.write(1, f"WhenDeleted:\t{policy['whenDeleted']}")
        page.write(1, f"WhenScaled:\t{policy['whenScaled']}")
    page.write(0, f"Pods Status:\t{phases(owned.pods)}")
    describe_template(page, spec["template"])
    _claims(page, spec.get("volumeClaimTemplates"))


def _claims(page: Page, claims: list[Obj] | None) -> None:
    page.write(0, "Volume Claims:" + ("" if claims else "\t<none>"))
    for claim in claims or ():
        spec = claim.get("spec", {})
        page.write(1, f"Name:\t{claim['metadata']['name']}")
        page.write(1, f"StorageClass:\t{spec.get('storageClassName', '')}")
        page.labels("Labels", claim["metadata"].get("labels"), "  ")
        page.labels("Annotations", claim["metadata"].get("annotations"), "  ")
        amount = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "<default>")
        page.write(1, f"Capacity:\t{amount}")
        page.write(1, f"Access Modes:\t[{' '.join(spec.get('accessModes', ()))}]")


def describe_daemon_set(page: Page, obj: Obj, owned: Owned) -> None:
    """A DaemonSet."""
    spec, status = obj["spec"], obj.get("status", {})
    page.name(obj)
    page.write(0, f"Selector:\t{selector(spec.get('selector'))}")
    page.write(0, f"Node-Selector:\t{pairs((spec['template'].get('spec') or {}).get('nodeSelector'))}")
    page.marks(obj)
    for words, name in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        page.write(0, f"{words}: {status.get(name, 0)}")
    page.write(0, f"Pods Status:\t{phases(owned.pods)}")
    describe_template(page, spec["template"])


def describe_job(page: Page, obj: Obj, _owned: Owned) -> None:
    """A Job."""
    spec, status = obj["spec"], obj.get("status", {})
    page.name(obj)
    page.write(0, f"Selector:\t{selector(spec.get('selector'))}")
    page.marks(obj)
    if controller(obj):
        page.write(0, f"Controlled By:\t{controller(obj)}")
    _job_settings(page, spec)
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        page.write(0, f"Start Time:\t{moment(start)}")
    if end:
        page.write(0, f"Completed At:\t{moment(end)}")
    if start and end:
        page.write(0, f"Duration:\t{human(parse(end) - parse(start))}")
    if "activeDeadlineSeconds" in spec:
        page.write(0, f"Active Deadline Seconds:\t{spec['activeDeadlineSeconds']}s")
    ready = f" ({status['ready']} Ready)" if "ready" in status else ""
    counts = f"{status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed"
    page.write(0, f"Pods Statuses:\t{status.get('active', 0)} Active{ready} / {counts}")
    if spec.get("completionMode") == "Indexed":
        page.write(0, f"Completed Indexes:\t{status.get('completedIndexes') or '<none>'}")
    describe_template(page, spec["template"])


def _job_settings(page: Page, spec: Obj) -> None:
    for name, words in (
        ("parallelism", "Parallelism"),
        ("completions", "Completions"),
        ("completionMode", "Completion Mode"),
        ("suspend", "Suspend"),
        ("backoffLimit", "Backoff Limit"),
        ("ttlSecondsAfterFinished", "TTL Seconds After Finished"),
    ):
        if name in spec or name == "completions":
            value = spec.get(name, "<unset>")
            page.write(0, f"{words}:\t{flag(value) if isinstance(value, bool) else value}")


def describe_cron_job(page: Page, obj: Obj, _owned: Owned) -> None:
    """A CronJob."""
    spec, status = obj["spec"], obj.get("status", {})
    page.name(obj)
    page.marks(obj)
    page.write(0, f"Schedule:\t{spec['schedule']}")
    page.write(0, f"Concurrency Policy:\t{spec.get('concurrencyPolicy', '')}")
    page.write(0, f"Suspend:\t{str(bool(spec.get('suspend'))).capitalize()}")
    page.write(0, f"Successful Job History Limit:\t{spec.get('successfulJobsHistoryLimit', '<unset>')}")
    page.write(0, f"Failed Job History Limit:\t{spec.get('failedJobsHistoryLimit', '<unset>')}")
    deadline = spec.get("startingDeadlineSeconds")
    page.write(0, f"Starting Deadline Seconds:\t{'<unset>' if deadline is None else f'{deadline}s'}")
    template = spec["jobTemplate"]["spec"]
    page.write(0, f"Selector:\t{selector(template['selector']) if 'selector' in template else '<unset>'}")
    for name, words in (("parallelism", "Parallelism"), ("completions", "Completions")):
        page.write(0, f"{words}:\t{template.get(name, '<unset>')}")
    if "activeDeadlineSeconds" in template:
        page.write(0, f"Active Deadline Seconds:\t{template['activeDeadlineSeconds']}s")
    describe_template(page, template["template"])
    page.write(0, f"Last Schedule Time:\t{moment(status.get('lastScheduleTime'))}")
    active = ", ".join(one.get("name", "") for one in status.get("active", ()))
    page.write(0, f"Active Jobs:\t{active or '<none>'}")


WORKLOADS: dict[str, Callable[[Page, Obj, Owned], None]] = {
    "Deployment": describe_deployment,
    "ReplicaSet": describe_replica_set,
    "ReplicationController": describe_replica_set,
    "StatefulSet": describe_stateful_set,
    "DaemonSet": describe_daemon_set,
    "Job": describe_job,
    "CronJob": describe_cron_job,
}
