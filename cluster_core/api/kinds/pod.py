"""Pod."""

from __future__ import annotations

from typing import Any

from cluster_core.api import quantity
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.label_keys import with_label_keys
from cluster_core.api.kinds.pod_annotations import validate_changed_annotations, validate_pod_annotations
from cluster_core.api.kinds.pod_defaults import default_pod
from cluster_core.api.kinds.pod_status_validation import validate_pod_status
from cluster_core.api.kinds.pod_update import validate_pod_update
from cluster_core.api.kinds.pod_validation import validate_pod_spec
from cluster_core.api.request import Obj

GATED = {
    "type": "PodScheduled",
    "status": "False",
    "lastProbeTime": None,
    "lastTransitionTime": None,
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
}


class Pod(Kind):
    """A group of containers that share a network namespace."""

    kind, plural, short_names, categories = "Pod", "pods", ("po",), ("all",)
    # Kubelets, the scheduler and controllers make statuses of what they know.
    trusted = ("status",)
    field_labels = (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.podIPs",
        "status.nominatedNodeName",
    )

    def defaults(self, obj: Obj) -> Obj:
        """Spec defaults."""
        return {**obj, "spec": default_pod(obj.get("spec") or {})}

    def validate(self, obj: Obj) -> list[Cause]:
        """The spec, and annotations that mean something."""
        causes = validate_pod_spec(obj["spec"], "spec")
        annotations = obj["metadata"].get("annotations")
        if annotations:
            causes += validate_pod_annotations(annotations, obj["spec"], "metadata.annotations")
        return causes

    def validate_create(self, obj: Obj) -> list[Cause]:
        """What comes to a pod only later."""
        spec, causes = obj["spec"], list[Cause]()
        if spec.get("ephemeralContainers"):
            causes.append(Cause("spec.ephemeralContainers", "Forbidden", "cannot be set on create"))
        if spec.get("nodeName") and spec.get("schedulingGates"):
            words = "cannot be set until all schedulingGates have been cleared"
            causes.append(Cause("spec.nodeName", "Forbidden", words))
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A pod's spec is fixed, but for images and a few fields."""
        return [] if new["spec"] is old["spec"] else validate_pod_update(new["spec"], old["spec"])

    def validate_metadata_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Annotations that mean something, some of which are fixed."""
        now, was = new["metadata"].get("annotations") or {}, old["metadata"].get("annotations") or {}
        if now is was:
            return []
        causes = validate_changed_annotations(now, was)
        return causes + validate_pod_annotations(now, new["spec"], "metadata.annotations")

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Conditions, addresses, what has ended."""
        return validate_pod_status(new, old)

    def prepare_status_update(self, new: Obj, old: Obj) -> Obj:
        """The quality of service was decided when the pod was made."""
        status, known = new.get("status") or {}, (old.get("status") or {}).get("qosClass")
        if not status.get("qosClass") and known:
            status = {**status, "qosClass": known}
        return {**old, "status": status}

    def prepare_create(self, obj: Obj) -> Obj:
        """Pods begin Pending, with their quality-of-service class; their selectors have the values of the label keys."""
        obj = super().prepare_create(obj)
        if obj["spec"].get("affinity") or obj["spec"].get("topologySpreadConstraints"):
            obj = with_label_keys(obj)
        gated = {"conditions": [dict(GATED)]} if obj["spec"].get("schedulingGates") else {}
        return {**obj, "status": {"phase": "Pending", **gated, "qosClass": qos_class(obj["spec"])}}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """What `kubectl get pods --field-selector` may ask."""
        spec, status = obj["spec"], obj.get("status", {})
        return {
            **super().selectable_fields(obj),
            "spec.nodeName": spec.get("nodeName", ""),
            "spec.restartPolicy": spec.get("restartPolicy", ""),
            "spec.schedulerName": spec.get("schedulerName", ""),
            "spec.serviceAccountName": spec.get("serviceAccountName", ""),
            "spec.hostNetwork": str(bool(spec.get("hostNetwork"))).lower(),
            "status.phase": status.get("phase", ""),
            "status.podIP": status.get("podIP", ""),
            "status.podIPs": status.get("podIP", ""),
            "status.nominatedNodeName": status.get("nominatedNodeName", ""),
        }


def qos_class(spec: Obj) -> str:
    """Guaranteed, Burstable or BestEffort: by cpu and memory of the pod, else of all containers. Upstream: `pkg/apis/core/v1/helper/qos`."""
    own = spec.get("resources") or {}
    containers = [*spec.get("containers", ()), *spec.get("initContainers", ())]
    whole = own.get("requests") or own.get("limits")
    resources = [own] if whole else [container.get("resources") or {} for container in containers]
    requests = [_amounts(given.get("requests")) for given in resources]
    limits = [_amounts(given.get("limits")) for given in resources]
    if not any(requests) and not any(limits):
        return "BestEffort"
    guaranteed = all(len(limit) == 2 and limit == request for limit, request in zip(limits, requests, strict=True))
    return "Guaranteed" if guaranteed else "Burstable"


def _amounts(given: Any) -> dict[str, Any]:
    """Cpu and memory that are more than nothing."""
    found = {name: quantity.parse((given or {}).get(name, "0")) for name in ("cpu", "memory")}
    return {name: amount for name, amount in found.items() if amount}
