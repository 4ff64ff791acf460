"""What the controller of a workload does now, or what it waits for."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.projection.workload_cards import LoopCard, Text


def action_of(card: dict[str, Any], status: Obj) -> Text:
    """The sentence of a workload card (all its other fields are known): writes under way, else a limit, else what is missing."""
    found = _writing(card["loop"]) or _of_kind(card) or _held(card["did_not"])
    return found or _action(card["desired"], status)


def _of_kind(card: dict[str, Any]) -> Text | None:
    """What is special to a kind: Jobs come to an end, CronJobs wait for their time, a Deployment may be paused."""
    if card["job"] is not None:
        return _of_job(card)
    if card["cron"] is not None:
        return _of_cron_job(card)
    if card["deployment"] is not None and card["deployment"]["paused"]:
        return {"id": "workload.paused", "params": {}}
    return None


def _of_job(card: dict[str, Any]) -> Text:
    job, refused = card["job"], {one["id"]: one["params"] for one in card["did_not"]}
    if job["state"] == "Complete":
        return {"id": "workload.job-complete", "params": {"succeeded": job["succeeded"]}}
    if job["state"] == "Failed":
        return {"id": "workload.job-failed", "params": {"reason": job["reason"], "message": job["message"]}}
    if job["suspended"]:
        return {"id": "workload.suspended", "params": {}}
    if "job.backs-off" in refused or "job.index-backs-off" in refused:
        return {"id": "workload.job-backs-off", "params": {"failures": job["failures"]}}
    if "job.awaits-ending" in refused:
        return {"id": "workload.job-awaits-ending", "params": refused["job.awaits-ending"]}
    return {"id": "workload.job-runs", "params": {"active": job["active"], "succeeded": job["succeeded"]}}


def _of_cron_job(card: dict[str, Any]) -> Text:
    cron, refused = card["cron"], {one["id"]: one["params"] for one in card["did_not"]}
    if cron["problem"]:
        return {"id": "workload.cron-unreadable", "params": {"problem": cron["problem"]}}
    if cron["suspended"]:
        return {"id": "workload.suspended", "params": {}}
    if "cronjob.forbidden" in refused:
        return {"id": "workload.cron-forbidden", "params": refused["cronjob.forbidden"]}
    if not cron["next"]:
        return {"id": "workload.cron-never", "params": {}}
    return {"id": "workload.cron-waits", "params": {"at": cron["next"][0]["at"]}}


def _writing(loop: LoopCard | None) -> Text | None:
    """The writes under way, but for reports of the status."""
    writes = [one for one in loop["writes"] if not one["resource"].endswith("/status")] if loop is not None else []
    return {"id": "workload.writing", "params": writes[0]} if writes else None


def _held(did_not: list[dict[str, Any]]) -> Text | None:
    """The limit that stopped the last turn of a rollout."""
    refused = {one["id"]: one["params"] for one in did_not}
    add, remove = refused.get("deployment.cannot-add"), refused.get("deployment.cannot-remove")
    if add is not None and remove is not None:
        return {"id": "workload.held", "params": {**add, **remove}}
    if add is not None:
        return {"id": "workload.held-by-ceiling", "params": add}
    if remove is not None:
        return {"id": "workload.held-by-floor", "params": remove}
    if "deployment.waiting-for-old-pods" in refused:
        return {"id": "workload.waiting-for-old-pods", "params": {}}
    if "statefulset.held-by-partition" in refused:
        return {"id": "workload.held-by-partition", "params": refused["statefulset.held-by-partition"]}
    waits = next((params for name, params in refused.items() if name.startswith("statefulset.")), None)
    if waits is not None:
        return {"id": "workload.waiting-for-pod", "params": waits}
    return None


def _action(desired: int, status: Obj) -> Text:
    total, ready = status.get("replicas", 0), status.get("readyReplicas", 0)
    if total < desired:
        return {"id": "workload.creating", "params": {"count": desired - total}}
    if total > desired:
        return {"id": "workload.deleting", "params": {"count": total - desired}}
    if ready < desired:
        return {"id": "workload.waiting-ready", "params": {"count": desired - ready}}
    return {"id": "workload.idle", "params": {}}
