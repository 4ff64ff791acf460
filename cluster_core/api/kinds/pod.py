"""Pod."""

from __future__ import annotations

from typing import Any

from cluster_core.api import quantity
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.pod_defaults import default_pod
from cluster_core.api.kinds.pod_validation import validate_pod_spec
from cluster_core.api.request import Obj

MUTABLE = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates")
UPDATE_WORDS = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
TOLERATION_WORDS = "existing toleration can not be modified except its tolerationSeconds"


class Pod(Kind):
    """A group of containers that share a network namespace."""

    kind, plural, short_names, categories = "Pod", "pods", ("po",), ("all",)
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
        """The spec."""
        return validate_pod_spec(obj["spec"], "spec")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A pod's spec is fixed, but for images and a few fields."""
        if new["spec"] is old["spec"]:
            return []
        causes = [] if _fixed(new["spec"]) == _fixed(old["spec"]) else [Cause("spec", "Forbidden", UPDATE_WORDS)]
        kept = [_without_seconds(toleration) for toleration in new["spec"].get("tolerations") or ()]
        if any(_without_seconds(toleration) not in kept for toleration in old["spec"].get("tolerations") or ()):
            causes.append(Cause("spec.tolerations", "Forbidden", TOLERATION_WORDS))
        return causes

    def prepare_create(self, obj: Obj) -> Obj:
        """Pods begin Pending, with their quality-of-service class."""
        obj = super().prepare_create(obj)
        return {**obj, "status": {"phase": "Pending", "qosClass": qos_class(obj["spec"])}}

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
    """Guaranteed, Burstable or BestEffort: by cpu and memory of all containers. Upstream: `pkg/apis/core/v1/helper/qos`."""
    containers = [*spec.get("containers", ()), *spec.get("initContainers", ())]
    resources = [container.get("resources") or {} for container in containers]
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


def _fixed(spec: Obj) -> Obj:
    kept = {name: value for name, value in spec.items() if name not in MUTABLE and name != "nodeName"}
    for field in ("containers", "initContainers"):
        kept[field] = [{**container, "image": ""} for container in spec.get(field, ())]
    return kept


def _without_seconds(toleration: Obj) -> Obj:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}
