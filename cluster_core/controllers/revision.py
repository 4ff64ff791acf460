"""Revisions of a Deployment: which ReplicaSet has the current template, its number, what is kept of the numbers it had.

Upstream: `pkg/controller/deployment/util/deployment_util.go`. A rollback is kubectl's: it puts an old ReplicaSet's template into
the Deployment, which finds that ReplicaSet again, gives it the next number and notes the old one in `revision-history`.
"""

from __future__ import annotations

from cluster_core.api.objects import owner_controller, owner_reference, pod_template_hash
from cluster_core.api.request import Obj

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAX = "deployment.kubernetes.io/max-replicas"
NOT_COPIED = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    HISTORY,
    DESIRED,
    MAX,
    "deprecated.deployment.rollback.to",
)


def find_new(deployment: Obj, replicasets: list[Obj]) -> Obj | None:
    """The oldest ReplicaSet with the Deployment's template; `replicasets` are sorted by age."""
    template = deployment["spec"]["template"]
    return next((found for found in replicasets if same_template(found["spec"]["template"], template)), None)


def same_template(left: Obj, right: Obj) -> bool:
    """Whether two pod templates are equal but for the hash label."""
    return _without_hash(left) == _without_hash(right)


def revision(replicaset: Obj) -> int:
    """The rollout revision of a ReplicaSet, 0 if it has none."""
    text = (replicaset["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def next_revision(old: list[Obj]) -> int:
    """One more than the old ReplicaSets have."""
    return max((revision(found) for found in old), default=0) + 1


def renewed_annotations(deployment: Obj, new: Obj, number: int) -> dict[str, str]:
    """What the annotations of the new ReplicaSet become: the Deployment's, and a higher number with the old one in the history."""
    there = new["metadata"].get("annotations") or {}
    wanted = {**there, **copied_annotations(deployment)}
    before = revision(new)
    if before < number:
        wanted[REVISION] = str(number)
        if REVISION in there:
            wanted[HISTORY] = ",".join(part for part in (there.get(HISTORY, ""), str(before)) if part)
    return wanted


def copied_annotations(deployment: Obj) -> dict[str, str]:
    """The annotations that a Deployment hands down to its ReplicaSets."""
    annotations = deployment["metadata"].get("annotations") or {}
    return {name: value for name, value in annotations.items() if name not in NOT_COPIED}


def template_hash(deployment: Obj) -> str:
    """The hash of the template, salted by the number of collisions so far."""
    collisions = deployment.get("status", {}).get("collisionCount")
    return pod_template_hash(deployment["spec"]["template"], collisions)


def collides(deployment: Obj, there: Obj | None) -> bool:
    """Whether the object that has the new ReplicaSet's name is another one: not ours, or of another template."""
    if there is None:
        return False
    owner = owner_controller(there)
    ours = owner is not None and owner["uid"] == deployment["metadata"]["uid"]
    return not (ours and same_template(there["spec"]["template"], deployment["spec"]["template"]))


def new_replicaset(deployment: Obj, size: int, number: int, max_total: int) -> Obj:
    """The ReplicaSet of the Deployment's template, to be created."""
    meta, spec = deployment["metadata"], deployment["spec"]
    digest = template_hash(deployment)
    labels = {**(spec["template"].get("metadata", {}).get("labels") or {}), HASH: digest}
    selector = {**spec["selector"], "matchLabels": {**(spec["selector"].get("matchLabels") or {}), HASH: digest}}
    template = {**spec["template"], "metadata": {**spec["template"].get("metadata", {}), "labels": labels}}
    numbers = {REVISION: str(number), DESIRED: str(spec["replicas"]), MAX: str(max_total)}
    body: Obj = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta['name']}-{digest}",
            "namespace": meta["namespace"],
            "labels": labels,
            "annotations": copied_annotations(deployment) | numbers,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {"replicas": size, "selector": selector, "template": template},
    }
    if spec.get("minReadySeconds"):
        body["spec"]["minReadySeconds"] = spec["minReadySeconds"]
    return body


def _without_hash(template: Obj) -> tuple[Obj, Obj]:
    meta = template.get("metadata") or {}
    labels = {name: value for name, value in (meta.get("labels") or {}).items() if name != HASH}
    kept = {name: value for name, value in meta.items() if name != "labels" and value}
    return {**kept, "labels": labels}, template["spec"]
