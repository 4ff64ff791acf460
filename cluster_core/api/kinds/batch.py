"""Job and CronJob: pods that run to their end. Upstream: `pkg/apis/batch/v1/defaults.go`, `pkg/registry/batch`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import choice
from cluster_core.api.kinds.cron_job_validation import validate_name, validate_schedule, validate_zone
from cluster_core.api.kinds.job_status_validation import validate_job_status, validate_status_change
from cluster_core.api.kinds.job_validation import (
    CONTROLLER_LABELS,
    NAME_LABELS,
    validate_generated,
    validate_job_spec,
    validate_job_update,
    validate_pod_names,
    validate_selector_of,
)
from cluster_core.api.kinds.kind import Kind, non_negative
from cluster_core.api.kinds.template import default_template
from cluster_core.api.request import Obj

CONCURRENCY = ("Allow", "Forbid", "Replace")


class Job(Kind):
    """Runs pods until a number of them have succeeded."""

    group, kind, plural = "batch", "Job", "jobs"
    categories = ("all",)
    initial_status = {}
    field_labels = ("status.successful",)

    def defaults(self, obj: Obj) -> Obj:
        """One pod, 6 retries, not indexed; labels of its template are its own when it has none."""
        spec = _default_job_spec(obj.get("spec") or {})
        unset: Obj = {"parallelism": 1, "completionMode": "NonIndexed", "suspend": False, "manualSelector": False}
        if "completions" not in spec and "parallelism" not in spec:
            unset["completions"] = 1
        unset["backoffLimit"] = 6 if "backoffLimitPerIndex" not in spec else 2**31 - 1
        unset["podReplacementPolicy"] = "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed"
        labels = spec["template"]["metadata"].get("labels")
        if labels and not obj["metadata"].get("labels"):
            obj = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
        return {**obj, "spec": {**unset, **spec}}

    def fill_in(self, obj: Obj) -> Obj:
        """The selector and the labels that tell its pods from all others, made of its uid and name.

        A Job that took over the labels of its template, or has none, gets these too, as in upstream: there both are one map, and what
        is read from etcd is given its template's labels again.
        """
        if obj["spec"]["manualSelector"]:
            return obj
        meta, template = obj["metadata"], obj["spec"]["template"]
        uid = meta.get("uid", "")
        given = template["metadata"].get("labels") or {}
        labels = {
            **{key: meta.get("name", "") for key in NAME_LABELS},
            **dict.fromkeys(CONTROLLER_LABELS, uid),
            **given,
        }
        selector = obj["spec"].get("selector") or {}
        matched = {CONTROLLER_LABELS[0]: uid, **(selector.get("matchLabels") or {})}
        template = {**template, "metadata": {**template["metadata"], "labels": labels}}
        spec = {**obj["spec"], "template": template, "selector": {**selector, "matchLabels": matched}}
        if not meta.get("labels") or meta["labels"] is given:
            obj = {**obj, "metadata": {**meta, "labels": labels}}
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Everything of its spec, and that selector and labels are the generated ones."""
        causes = validate_generated(obj)
        causes += validate_job_spec(obj["spec"], "spec")
        causes += validate_selector_of(obj["spec"])
        return causes + validate_pod_names(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Most of a Job is fixed."""
        return validate_job_update(new["spec"], old)

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A status that makes sense after the one before."""
        return validate_job_status(new, old) + validate_status_change(new, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """status.successful too."""
        succeeded = (obj.get("status") or {}).get("succeeded", 0)
        return {**super().selectable_fields(obj), "status.successful": str(succeeded)}


class CronJob(Kind):
    """Creates Jobs on a schedule."""

    group, kind, plural, short_names = "batch", "CronJob", "cronjobs", ("cj",)
    categories = ("all",)
    initial_status = {}

    def defaults(self, obj: Obj) -> Obj:
        """Jobs may overlap; three that succeeded and one that failed are kept."""
        given = obj.get("spec") or {}
        template = given.get("jobTemplate") or {}
        job = {
            **template,
            "metadata": template.get("metadata") or {},
            "spec": _default_job_spec(template.get("spec") or {}),
        }
        unset = {"suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1}
        policy = given.get("concurrencyPolicy") or "Allow"
        return {**obj, "spec": {**unset, **given, "concurrencyPolicy": policy, "jobTemplate": job}}

    def validate_create(self, obj: Obj) -> list[Cause]:
        """A name that leaves room for the names of Jobs, and a time zone that exists."""
        spec = obj["spec"]
        return validate_name(obj["metadata"].get("name", "")) + _zoned(spec)

    def validate(self, obj: Obj) -> list[Cause]:
        """Policies and the Job to make."""
        spec = obj["spec"]
        causes = non_negative(spec.get("startingDeadlineSeconds"), "spec.startingDeadlineSeconds")
        causes += choice(spec["concurrencyPolicy"], CONCURRENCY, "spec.concurrencyPolicy")
        causes += _validate_job_template(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec")
        for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
            causes += non_negative(spec.get(field), f"spec.{field}")
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A time zone is looked up when it changes; a schedule that had a zone in it may keep it."""
        spec, before = new["spec"], old["spec"]
        causes = validate_schedule(spec.get("schedule", ""), spec.get("timeZone"), "TZ" in before.get("schedule", ""))
        changed = spec.get("timeZone") != before.get("timeZone")
        return causes + (validate_zone(spec.get("timeZone")) if changed else [])


def _zoned(spec: Obj) -> list[Cause]:
    causes = validate_schedule(spec.get("schedule", ""), spec.get("timeZone"), False)
    return causes + validate_zone(spec.get("timeZone"))


def _default_job_spec(given: Obj) -> Obj:
    """What the spec of a Job and that of a CronJob's template have in common: the template, the status of conditions."""
    spec: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    policy = spec.get("podFailurePolicy")
    if policy is not None:
        rules = [_default_rule(rule) for rule in policy.get("rules") or ()]
        spec["podFailurePolicy"] = {**policy, "rules": rules}
    return {**spec, "template": default_template(spec.get("template"))}


def _default_rule(rule: Obj) -> Obj:
    if not rule.get("onPodConditions"):
        return rule
    patterns = [{**pattern, "status": pattern.get("status") or "True"} for pattern in rule["onPodConditions"]]
    return {**rule, "onPodConditions": patterns}


def _validate_job_template(spec: Obj, path: str) -> list[Cause]:
    causes = validate_job_spec(spec, path)
    if spec.get("selector") is not None:
        words = "`selector` will be auto-generated"
        causes.append(Cause(f"{path}.selector", "Invalid", words, spec["selector"]))
    return causes + choice(spec.get("manualSelector") or None, ("nil", "false"), f"{path}.manualSelector")
