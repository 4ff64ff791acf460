"""The status of a HorizontalPodAutoscaler: conditions, metrics, replicas. Pure. Upstream: setCondition, setStatus of `horizontal.go`."""

from __future__ import annotations

from cluster_core.api.quantity import canonical
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.autoscaling.calculator import Proposal
from cluster_core.controllers.autoscaling.samples import milli

ABLE, ACTIVE, LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"


def conditions_with(known: list[Obj], kind: str, holds: bool, reason: str, message: str, now: int) -> list[Obj]:
    """The conditions with one that is set; its time moves when its status turns."""
    status = "True" if holds else "False"
    found = {"type": kind, "status": status, "lastTransitionTime": rfc3339(now), "reason": reason, "message": message}
    old = next((one for one in known if one["type"] == kind), None)
    if old is None:
        return [*known, found]
    if old["status"] == status:
        found["lastTransitionTime"] = old["lastTransitionTime"]
    return [found if one is old else one for one in known]


def status_of(
    old: Obj, current: int, desired: int, metrics: list[Obj] | None, conditions: list[Obj], scaled: int
) -> Obj:
    """The whole status; `scaled` is when it was rescaled just now (µs), 0 if it was not."""
    last = rfc3339(scaled) if scaled else old.get("lastScaleTime")
    found: Obj = {"lastScaleTime": last} if last else {}
    if current:
        found["currentReplicas"] = current
    found |= {"desiredReplicas": desired, "currentMetrics": metrics}
    return {**found, "conditions": conditions} if conditions else found


def metric_status(metric: Obj, proposal: Proposal) -> Obj:
    """What is told of one metric."""
    kind = metric["type"]
    field = kind[0].lower() + kind[1:]
    source = metric[field]
    told = {name: source[name] for name in ("name", "container", "describedObject", "metric") if name in source}
    amount = canonical(f"{proposal.usage}m")
    average = kind in ("Resource", "ContainerResource", "Pods") or source["target"].get("averageValue") is not None
    current: Obj = {"averageValue": amount} if average else {"value": amount}
    if proposal.percent is not None:
        current["averageUtilization"] = proposal.percent
    return {"type": kind, field: {**told, "current": current}}


def amounts(metrics: list[Obj], told: list[Obj]) -> list[list[str | int]]:
    """[name, current, target] of each metric that has been measured: thousandths of a percent, or of the metric's unit."""
    found: list[list[str | int]] = []
    for metric, status in zip(metrics, told, strict=False):
        field = metric["type"][0].lower() + metric["type"][1:]
        source, current = metric[field], (status.get(field) or {}).get("current")
        if not current:
            continue
        measure = next(name for name in ("averageUtilization", "averageValue", "value") if name in source["target"])
        name = source["name"] if "name" in source else source["metric"]["name"]
        if measure in current:
            found.append([name, milli(str(current[measure])), milli(str(source["target"][measure]))])
    return found
