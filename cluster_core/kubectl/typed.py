"""How kubectl prints objects that it has made itself: as Go's types, whose empty parts are written out. Upstream: `k8s.io/api` types, json tags.

Real Kubernetes' kubectl prints the fields of such an object in the order of the Go type under `-o json`; here in alphabetical order.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj

STATUS: dict[str, Obj] = {
    "CronJob": {},
    "Deployment": {},
    "HorizontalPodAutoscaler": {"currentMetrics": None, "desiredReplicas": 0},
    "Ingress": {"loadBalancer": {}},
    "Job": {},
    "Namespace": {},
    "Pod": {},
    "PodDisruptionBudget": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
    "ResourceQuota": {},
    "Service": {"loadBalancer": {}},
}


def as_typed(obj: Obj) -> Obj:
    """The object with the parts that its Go type writes though they are empty."""
    kind, found = obj["kind"], {**obj, "metadata": _meta(obj.get("metadata"))}
    if kind in STATUS and not found.get("status"):
        found["status"] = STATUS[kind]
    if kind == "Namespace":
        found.setdefault("spec", {})
    elif kind == "Pod":
        found["spec"] = _pod_spec(found["spec"])
    elif kind == "Deployment":
        found["spec"] = {"strategy": {}, **_with_template(found["spec"])}
    elif kind == "Job":
        found["spec"] = _with_template(found["spec"])
    elif kind == "CronJob":
        job = found["spec"]["jobTemplate"]
        made = {"metadata": _meta(job.get("metadata")), "spec": _with_template(job["spec"])}
        found["spec"] = {**found["spec"], "jobTemplate": made}
    return found


def _meta(meta: Any) -> Obj:
    return {"creationTimestamp": None, **(meta or {})}


def _with_template(spec: Obj) -> Obj:
    template = spec["template"]
    made = {"metadata": _meta(template.get("metadata")), "spec": _pod_spec(template["spec"])}
    return {**spec, "template": made}


def _pod_spec(spec: Obj) -> Obj:
    fields = [name for name in ("containers", "initContainers") if spec.get(name)]
    return {**spec, **{name: [{"resources": {}, **one} for one in spec[name]] for name in fields}}
