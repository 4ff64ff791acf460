"""Jobs and pods as plain objects, and manifests of scripted Jobs, for tests of the Job controller."""

from __future__ import annotations

from typing import Any

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.job_indexes import COMPLETION_INDEX
from cluster_core.controllers.job_pods import TRACKING

Obj = dict[str, Any]
SECOND = 1_000_000


def job(status: Obj | None = None, **spec: Any) -> Obj:
    """A Job `j` as it is stored."""
    template = {
        "metadata": {"labels": {"job-name": "j"}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c"}]},
    }
    limit = 2**31 - 1 if "backoffLimitPerIndex" in spec else 6
    given = {"parallelism": 1, "completions": 1, "backoffLimit": limit, "completionMode": "NonIndexed", **spec}
    meta = {"name": "j", "namespace": "default", "uid": "job-uid", "resourceVersion": "1", "generation": 1}
    selector = {"matchLabels": {"job-name": "j"}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta,
        "spec": {"template": template, "selector": selector, **given},
        "status": status or {},
    }


def pod(
    name: str,
    phase: str = "Running",
    index: int | None = None,
    ended: int | None = None,
    code: int = 0,
    going: bool = False,
    tracked: bool = True,
    notes: dict[str, str] | None = None,
    conditions: list[Obj] | None = None,
    **status: Any,
) -> Obj:
    """A pod of that Job; `ended`: when its container finished (s)."""
    annotations = dict(notes or {})
    if index is not None:
        annotations[COMPLETION_INDEX] = str(index)
    meta: Obj = {"name": name, "namespace": "default", "uid": f"uid-{name}", "creationTimestamp": rfc3339(0)}
    meta |= {"annotations": annotations, "labels": {"job-name": "j"}}
    if tracked:
        meta["finalizers"] = [TRACKING]
    if going:
        meta |= {"deletionTimestamp": rfc3339(45 * SECOND), "deletionGracePeriodSeconds": 30}
    told: Obj = {"phase": phase, "conditions": conditions or [], **status}
    if ended is not None:
        state = {"terminated": {"exitCode": code, "finishedAt": rfc3339(ended * SECOND)}}
        told["containerStatuses"] = [{"name": "c", "state": state, "restartCount": 0}]
    return {"metadata": meta, "spec": {"nodeName": "n1"}, "status": told}


def ready(pod_object: Obj, since: int = 0) -> Obj:
    """The pod, Ready since `since` (s)."""
    told = {"type": "Ready", "status": "True", "lastTransitionTime": rfc3339(since * SECOND)}
    status = {**pod_object["status"], "conditions": [*pod_object["status"]["conditions"], told]}
    return {**pod_object, "status": status}


def manifest(name: str, spec: str = "", run: str = "2", script: str = "", restart: str = "Never") -> str:
    """A Job's manifest; `spec` are more lines of its spec, one a line."""
    lines = "\n".join(f"  {line}" for line in spec.splitlines())
    notes = {"start-seconds": "1", "run-seconds": run, "term-seconds": "0.5"}
    text = ", ".join(f'sim.orrery/{key}: "{value}"' for key, value in notes.items())
    return f"""
apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec:
{lines}
  template:
    metadata: {{annotations: {{{text}{script}}}}}
    spec: {{restartPolicy: {restart}, containers: [{{name: c, image: busybox}}]}}
"""
