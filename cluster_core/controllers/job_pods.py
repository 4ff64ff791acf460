"""The pods of a Job: how they are made and counted, which go first, and the finalizer that keeps them until they are counted.

Upstream: `pkg/controller/job/job_controller.go`, `tracking_utils.go`; `ActivePods` of `pkg/controller/controller_utils.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import condition, is_pod_ready, owner_reference
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.client.plan import Action
from cluster_core.controllers.job_indexes import (
    COMPLETION_INDEX,
    INDEX_FAILURES,
    INDEX_IGNORED,
    index_failures,
    index_failures_all,
    index_of,
    valid_index,
)
from cluster_core.controllers.job_policies import judge

TRACKING = "batch.kubernetes.io/job-tracking"
INDEX_VARIABLE = "JOB_COMPLETION_INDEX"
GENERATED_NAME_MAX = 58
PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def is_indexed(job: Obj) -> bool:
    """Whether each completion has a number."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def is_tracked(pod: Obj) -> bool:
    """Whether the pod is not counted yet."""
    return TRACKING in (pod["metadata"].get("finalizers") or ())


def only_failed_replaced(job: Obj) -> bool:
    """Whether a pod on its way out is replaced only when it has ended."""
    spec = job["spec"]
    return spec.get("podReplacementPolicy") == "Failed" or spec.get("podFailurePolicy") is not None


def is_failed(pod: Obj, job: Obj) -> bool:
    """Whether a pod counts as failed: a deleted pod may never reach its last phase, so it does too, if it is replaced at once."""
    phase = (pod.get("status") or {}).get("phase")
    if phase == "Failed":
        return True
    gone = bool(pod["metadata"].get("deletionTimestamp"))
    return gone and phase != "Succeeded" and not only_failed_replaced(job)


def finished_condition(job: Obj) -> str:
    """ "Complete" or "Failed" if the Job is over, else ""."""
    for found in (job.get("status") or {}).get("conditions") or ():
        if found["type"] in ("Complete", "Failed") and found["status"] == "True":
            return str(found["type"])
    return ""


def managed_elsewhere(job: Obj) -> bool:
    """Whether another controller looks after the Job."""
    return job["spec"].get("managedBy") not in (None, "kubernetes.io/job-controller")


def for_removal(job: Obj, active: list[Obj], at_least: int) -> list[Obj]:
    """Which active pods go: those of an index that another pod has too, or that does not exist, then the least advanced."""
    gone: list[Obj] = []
    left = active
    if is_indexed(job):
        gone, left = _surplus(active, job["spec"]["completions"])
    more = at_least - len(gone)
    return gone + least_advanced(left)[:more] if more > 0 else gone


def least_advanced(pods: list[Obj]) -> list[Obj]:
    """Pods without a node first, then pending ones, then those that are not Ready, or not for long."""
    return sorted(pods, key=_progress)


def new_pod(job: Obj, index: int | None = None, replaced: Obj | None = None) -> Obj:
    """The pod to be made, of an index; `replaced`: the failed pod of that index whose failures it takes over."""
    meta, template = job["metadata"], job["spec"]["template"]
    given = template.get("metadata") or {}
    metadata: dict[str, Any] = {name: given[name] for name in ("labels", "annotations") if given.get(name)}
    metadata["finalizers"] = [*(name for name in given.get("finalizers") or () if name != TRACKING), TRACKING]
    metadata["generateName"] = f"{meta['name']}-"
    metadata["ownerReferences"] = [owner_reference(job)]
    spec = template["spec"]
    if index is not None:
        note = {COMPLETION_INDEX: str(index)}
        metadata["labels"] = {**metadata.get("labels", {}), **note}
        metadata["annotations"] = {**metadata.get("annotations", {}), **note, **_failures(job, replaced)}
        metadata["generateName"] = _indexed_name(meta["name"], index)
        spec = {**_with_variable(spec), "hostname": f"{meta['name']}-{index}"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def untracked(pod: Obj) -> Action:
    """Take the finalizer off a pod."""
    meta = pod["metadata"]
    body = {"metadata": {"$deleteFromPrimitiveList/finalizers": [TRACKING]}}
    options = {"patch_type": "strategic"}
    return Action("patch", "pods", meta["namespace"], meta["name"], body, options=options, ignore=("NotFound",))


def deleted(pod: Obj) -> Action:
    """Delete a pod."""
    meta = pod["metadata"]
    return Action("delete", "pods", meta["namespace"], meta["name"], ignore=("NotFound",))


def adopted(pod: Obj, job: Obj) -> Action:
    """Make a pod the Job's."""
    meta = pod["metadata"]
    owners = [*(meta.get("ownerReferences") or ()), owner_reference(job)]
    finalizers = [*(name for name in meta.get("finalizers") or () if name != TRACKING), TRACKING]
    body = {"metadata": {"ownerReferences": owners, "uid": meta["uid"], "finalizers": finalizers}}
    return _owned(meta, body, "merge")


def released(pod: Obj, job: Obj) -> Action:
    """Let a pod go that is not selected any more."""
    meta = pod["metadata"]
    gone = [{"$patch": "delete", "uid": job["metadata"]["uid"]}]
    taken = {"$deleteFromPrimitiveList/finalizers": [TRACKING]}
    return _owned(meta, {"metadata": {"uid": meta["uid"], "ownerReferences": gone, **taken}}, "strategic")


def _owned(meta: Obj, body: Obj, how: str) -> Action:
    options = {"patch_type": how}
    return Action("patch", "pods", meta["namespace"], meta["name"], body, options=options, ignore=("NotFound",))


def _surplus(active: list[Obj], completions: int) -> tuple[list[Obj], list[Obj]]:
    """(pods whose index is double, unknown or too high; the others)."""
    by_index: dict[int, list[Obj]] = {}
    gone, high = [], []
    for pod in active:
        index = index_of(pod)
        if index is None:
            gone.append(pod)
        elif valid_index(pod, completions) is None:
            high.append(pod)
        else:
            by_index.setdefault(index, []).append(pod)
    left = []
    for index in sorted(by_index):
        *double, best = least_advanced(by_index[index])
        gone += double
        left.append(best)
    return gone + high, left


def _progress(pod: Obj) -> tuple[Any, ...]:
    status = pod.get("status") or {}
    ready = condition(pod, "Ready")
    since = parse(ready["lastTransitionTime"]) if ready is not None and is_pod_ready(pod) else 0
    restarts = max((int(one.get("restartCount", 0)) for one in status.get("containerStatuses") or ()), default=0)
    made = parse(pod["metadata"]["creationTimestamp"])
    assigned = bool(pod["spec"].get("nodeName"))
    return (assigned, PHASES.get(status.get("phase", "Pending"), 0), is_pod_ready(pod), -since, -restarts, -made)


def _failures(job: Obj, replaced: Obj | None) -> dict[str, str]:
    """How often the index has failed, for a Job with a limit per index."""
    if job["spec"].get("backoffLimitPerIndex") is None:
        return {}
    if replaced is None:
        return {INDEX_FAILURES: "0"}
    counted, failures = judge(job, replaced).counted, index_failures(replaced)
    ignored = index_failures_all(replaced) - failures + (not counted)
    failures += counted
    return {INDEX_FAILURES: str(failures), **({INDEX_IGNORED: str(ignored)} if ignored else {})}


def _indexed_name(job: str, index: int) -> str:
    end = f"-{index}-"
    return job[: GENERATED_NAME_MAX - len(end)] + end


def _with_variable(spec: Obj) -> Obj:
    parts = {}
    for field in ("initContainers", "containers"):
        if spec.get(field):
            parts[field] = [_told_index(container) for container in spec[field]]
    return {**spec, **parts}


def _told_index(container: Obj) -> Obj:
    known = container.get("env") or []
    if any(entry["name"] == INDEX_VARIABLE for entry in known):
        return container
    path = {"fieldPath": f"metadata.labels['{COMPLETION_INDEX}']"}
    return {**container, "env": [*known, {"name": INDEX_VARIABLE, "valueFrom": {"fieldRef": path}}]}
