"""Validation of the spec of a Job, alone and inside a CronJob. Upstream: `pkg/apis/batch/validation/validation.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, immutable, too_long
from cluster_core.api.kinds.job_policies import validate_failure_policy, validate_success_policy
from cluster_core.api.kinds.kind import non_negative
from cluster_core.api.kinds.template import (
    is_valid_selector,
    selector_mismatch,
    template_labels,
    validate_template,
)
from cluster_core.api.qualified_names import domain_prefixed_path
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.selector_validation import validate_label_selector

CONTROLLER_LABELS = ("batch.kubernetes.io/controller-uid", "controller-uid")
NAME_LABELS = ("batch.kubernetes.io/job-name", "job-name")
COUNTS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
INDEXED_MAX = 100_000
MANY_COMPLETIONS = 100_000
MANY_MAX = 10_000
MANAGER_MAX = 63
# What a suspended Job that has never started may change of its template, for schedulers of Jobs.
DIRECTIVES = ("nodeSelector", "tolerations", "schedulingGates")


def validate_generated(job: Obj) -> list[Cause]:
    """Selector and labels that were to be generated are as generated."""
    spec, meta = job["spec"], job["metadata"]
    if spec.get("manualSelector") or spec.get("selector") is None:
        return []
    uid, name = meta.get("uid", ""), meta.get("name", "")
    expected = dict.fromkeys(CONTROLLER_LABELS, uid) | dict.fromkeys(NAME_LABELS, name)
    causes = [] if uid else [Cause("metadata.uid", "Required")]
    labels = template_labels(spec)
    for key in (CONTROLLER_LABELS[1], NAME_LABELS[1], CONTROLLER_LABELS[0], NAME_LABELS[0]):
        path, words = f"spec.template.metadata.labels[{key}]", f"must be '{expected[key]}'"
        if key not in labels:
            causes.append(Cause(path, "Required", words))
        elif labels[key] != expected[key]:
            causes.append(Cause(path, "Invalid", words, labels))
    if is_valid_selector(spec["selector"]) and not from_label_selector(spec["selector"]).matches(expected):
        causes.append(Cause("spec.selector", "Invalid", "`selector` not auto-generated", spec["selector"]))
    return causes


def validate_selector_of(spec: Obj) -> list[Cause]:
    """A Job has a selector, and it matches its pods."""
    selector = spec.get("selector")
    causes = (
        [Cause("spec.selector", "Required")] if selector is None else validate_label_selector(selector, "spec.selector")
    )
    return causes + (selector_mismatch(selector, spec, "spec") if is_valid_selector(selector) else [])


def validate_pod_names(job: Obj) -> list[Cause]:
    """The host name of the last pod of an indexed Job is a label."""
    spec, name = job["spec"], job["metadata"].get("name", "")
    if spec.get("completionMode") != "Indexed" or (spec.get("completions") or 0) <= 0:
        return []
    last = f"{name}-{spec['completions'] - 1}"
    words = f"will not able to create pod with invalid DNS label: {last}"
    return [Cause("metadata.name", "Invalid", words, name)] if names.label(last) else []


def validate_job_spec(spec: Obj, path: str) -> list[Cause]:
    """Everything but the selector."""
    causes = [cause for field in COUNTS for cause in non_negative(spec.get(field), f"{path}.{field}")]
    if "maxFailedIndexes" in spec and "backoffLimitPerIndex" not in spec:
        words = "when maxFailedIndexes is specified"
        causes.append(Cause(f"{path}.backoffLimitPerIndex", "Required", words))
    if spec.get("managedBy") is not None:
        causes += domain_prefixed_path(spec["managedBy"], f"{path}.managedBy")
        if len(spec["managedBy"]) > MANAGER_MAX:
            causes.append(too_long(f"{path}.managedBy", MANAGER_MAX))
    mode = spec.get("completionMode")
    causes += choice(mode, ("NonIndexed", "Indexed"), f"{path}.completionMode")
    if mode == "Indexed":
        causes += _validate_indexed(spec, path)
    if mode in (None, "NonIndexed"):
        words = "requires indexed completion mode"
        indexed = [field for field in ("backoffLimitPerIndex", "maxFailedIndexes") if field in spec]
        causes += [Cause(f"{path}.{field}", "Invalid", words, spec[field]) for field in indexed]
    causes += validate_failure_policy(spec, f"{path}.podFailurePolicy")
    causes += validate_success_policy(spec, f"{path}.successPolicy")
    causes += _validate_replacement(spec, f"{path}.podReplacementPolicy")
    causes += validate_template(spec["template"], f"{path}.template")
    return causes + _validate_restarts(spec, f"{path}.template.spec.restartPolicy")


def validate_job_update(spec: Obj, old: Obj) -> list[Cause]:
    """What is fixed once a Job is made."""
    before = old["spec"]
    causes = _validate_completions(spec, before)
    causes += immutable(spec.get("selector"), before.get("selector"), "spec.selector")
    causes += _validate_template_update(spec, old)
    for field in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        causes += immutable(spec.get(field), before.get(field), f"spec.{field}")
    return causes


def _validate_indexed(spec: Obj, path: str) -> list[Cause]:
    completions, parallelism, failed = (spec.get(field) for field in ("completions", "parallelism", "maxFailedIndexes"))
    causes: list[Cause] = []
    if completions is None:
        causes.append(Cause(f"{path}.completions", "Required", "when completion mode is Indexed"))
    if (parallelism or 0) > INDEXED_MAX:
        words = f"must be less than or equal to {INDEXED_MAX} when completion mode is Indexed"
        causes.append(Cause(f"{path}.parallelism", "Invalid", words, parallelism))
    if completions is not None and (failed or 0) > completions:
        words = "must be less than or equal to completions"
        causes.append(Cause(f"{path}.maxFailedIndexes", "Invalid", words, failed))
    if (failed or 0) > INDEXED_MAX:
        words = f"must be less than or equal to {INDEXED_MAX}"
        causes.append(Cause(f"{path}.maxFailedIndexes", "Invalid", words, failed))
    if (completions or 0) > MANY_COMPLETIONS and "backoffLimitPerIndex" in spec:
        causes += _validate_many(parallelism, failed, path)
    return causes


def _validate_many(parallelism: int | None, failed: int | None, path: str) -> list[Cause]:
    """Bounds of a Job with very many indexes, so that the lists in its status stay small."""
    tail = f"when completions are above {MANY_COMPLETIONS} and used with backoff limit per index"
    words = f"must be less than or equal to {MANY_MAX} {tail}"
    causes: list[Cause] = []
    if failed is None:
        required = f"must be specified when completions is above {MANY_COMPLETIONS}"
        causes.append(Cause(f"{path}.maxFailedIndexes", "Required", required))
    if (parallelism or 0) > MANY_MAX:
        causes.append(Cause(f"{path}.parallelism", "Invalid", words, parallelism))
    if (failed or 0) > MANY_MAX:
        causes.append(Cause(f"{path}.maxFailedIndexes", "Invalid", words, failed))
    return causes


def _validate_replacement(spec: Obj, path: str) -> list[Cause]:
    policy = spec.get("podReplacementPolicy")
    return choice(policy, ("Failed",) if "podFailurePolicy" in spec else ("Failed", "TerminatingOrFailed"), path)


def _validate_restarts(spec: Obj, path: str) -> list[Cause]:
    policy = spec["template"]["spec"].get("restartPolicy") or "Always"
    if policy == "Always":
        return [Cause(path, "Required", 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [Cause(path, "NotSupported", supported("OnFailure", "Never"), policy)]
    if "podFailurePolicy" in spec and policy != "Never":
        words = 'only "Never" is supported when podFailurePolicy is specified'
        return [Cause(path, "Invalid", words, policy)]
    return []


def _validate_completions(spec: Obj, before: Obj) -> list[Cause]:
    """Only an indexed Job may be resized, and then with its parallelism."""
    completions = spec.get("completions")
    if spec.get("completionMode") != "Indexed":
        return immutable(completions, before.get("completions"), "spec.completions")
    if completions in (None, before.get("completions")) or completions == spec.get("parallelism"):
        return []
    words = "can only be modified in tandem with spec.parallelism"
    return [Cause("spec.completions", "Invalid", words, completions)]


def _validate_template_update(spec: Obj, old: Obj) -> list[Cause]:
    new, before = spec["template"], old["spec"]["template"]
    suspended = bool(old["spec"].get("suspend"))
    if suspended and not (old.get("status") or {}).get("startTime"):
        before = _with_directives(before, new)
    if not suspended:
        return immutable(new, before, "spec.template")
    return immutable(new["spec"], _with_resources(before["spec"], new["spec"]), "spec.template.spec")


def _with_directives(before: Obj, new: Obj) -> Obj:
    """The old template with what of the new one is free while a Job waits to be started."""
    spec = {name: value for name, value in before["spec"].items() if name not in DIRECTIVES}
    spec |= {name: new["spec"][name] for name in DIRECTIVES if name in new["spec"]}
    affinity = {name: value for name, value in (spec.pop("affinity", None) or {}).items() if name != "nodeAffinity"}
    wanted = (new["spec"].get("affinity") or {}).get("nodeAffinity")
    if wanted is not None:
        affinity["nodeAffinity"] = wanted
    if affinity:
        spec["affinity"] = affinity
    return {**before, "metadata": new["metadata"], "spec": spec}


def _with_resources(before: Obj, new: Obj) -> Obj:
    """The old pod spec with the new resources of containers of the same names: those of a suspended Job may change."""
    result: dict[str, Any] = dict(before)
    for field in ("containers", "initContainers"):
        olds, news = before.get(field) or [], new.get(field) or []
        if len(olds) == len(news):
            result[field] = [
                {**old, "resources": now.get("resources", {})} if old.get("name") == now.get("name") else old
                for old, now in zip(olds, news, strict=True)
            ]
    return result
