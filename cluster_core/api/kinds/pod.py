"""Pod."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.pod_spec import default_pod_spec, validate_pod_spec
from cluster_core.api.request import Obj

MUTABLE = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates")
UPDATE_WORDS = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


class Pod(Kind):
    """A group of containers that share a network namespace."""

    kind, plural, short_names, categories = "Pod", "pods", ("po",), ("all",)

    def defaults(self, obj: Obj) -> Obj:
        """Spec defaults."""
        spec = obj.get("spec")
        return {**obj, "spec": default_pod_spec(spec)} if isinstance(spec, dict) else obj

    def validate(self, obj: Obj) -> list[Cause]:
        """The spec."""
        return validate_pod_spec(obj.get("spec"), "spec")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A pod's spec is fixed, but for images and a few fields."""
        if new["spec"] is old["spec"] or _fixed(new["spec"]) == _fixed(old["spec"]):
            return []
        return [Cause("spec", "Forbidden", UPDATE_WORDS)]

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
            "status.nominatedNodeName": status.get("nominatedNodeName", ""),
        }


def qos_class(spec: Obj) -> str:
    """Guaranteed, Burstable or BestEffort. Upstream: `pkg/apis/core/helper/qos`."""
    resources = [container.get("resources", {}) for container in spec.get("containers", ())]
    if not any(given.get("requests") or given.get("limits") for given in resources):
        return "BestEffort"
    guaranteed = all(
        {"cpu", "memory"} <= (given.get("limits") or {}).keys() and given.get("requests", {}) == given["limits"]
        for given in resources
    )
    return "Guaranteed" if guaranteed else "Burstable"


def _fixed(spec: Obj) -> Obj:
    kept = {name: value for name, value in spec.items() if name not in MUTABLE and name != "nodeName"}
    for field in ("containers", "initContainers"):
        kept[field] = [{**container, "image": ""} for container in spec.get(field, ())]
    return kept
