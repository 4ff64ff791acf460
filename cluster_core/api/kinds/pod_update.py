"""What an update may change of a pod: images, deadlines, tolerations, gates; of a gated one also where it may go.

Upstream: `ValidatePodUpdate` of `pkg/apis/core/validation`. Real Kubernetes adds the difference as Go prints it.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import same
from cluster_core.api.request import Obj

MUTABLE = ("activeDeadlineSeconds", "tolerations", "schedulingGates")
WORDS = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
TOLERATION_WORDS = "existing toleration can not be modified except its tolerationSeconds"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
ONLY_ADDED = "only additions are allowed (no mutations or deletions)"
ONLY_SELECTED = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
ONLY_TERMS = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"


def validate_pod_update(new: Obj, old: Obj) -> list[Cause]:
    """What is wrong with the new spec of a pod, given the old one; both are defaulted."""
    for field in ("containers", "initContainers"):
        if len(new.get(field) or ()) != len(old.get(field) or ()):
            return [Cause(f"spec.{field}", "Forbidden", "pod updates may not add or remove containers")]
    causes, ends = _deadline_causes(new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds"))
    if ends:
        return causes
    causes += _toleration_causes(new.get("tolerations") or [], old.get("tolerations") or [])
    causes += _gate_causes(new.get("schedulingGates") or (), old.get("schedulingGates") or ())
    kept = _kept(new, old)
    if old.get("schedulingGates"):
        causes += _gated_causes(new, old)
        kept = _with_old_places(kept, old)
    return causes if same(kept, _kept(old, old)) else [*causes, Cause("spec", "Forbidden", WORDS)]


def _deadline_causes(now: int | None, was: int | None) -> tuple[list[Cause], bool]:
    """A deadline may be set and shortened; whether there is no point in looking further."""
    path = "spec.activeDeadlineSeconds"
    if now is None:
        words = "must not update from a positive integer to nil value"
        return ([Cause(path, "Invalid", words, now)] if was is not None else []), False
    if not 0 <= now < 2**31:
        return [Cause(path, "Invalid", "must be between 0 and 2147483647, inclusive", now)], True
    if was is not None and was < now:
        return [Cause(path, "Invalid", "must be less than or equal to previous value", now)], True
    return [], False


def _toleration_causes(new: list[Obj], old: list[Obj]) -> list[Cause]:
    kept = [_without_seconds(toleration) for toleration in new]
    if all(_without_seconds(toleration) in kept for toleration in old):
        return []
    return [Cause("spec.tolerations", "Forbidden", TOLERATION_WORDS)]


def _without_seconds(toleration: Obj) -> Obj:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}


def _gate_causes(new: Any, old: Any) -> list[Cause]:
    known = [gate.get("name") for gate in old]
    words = "only deletion is allowed, but found new scheduling gate '{}'"
    return [
        Cause(f"spec.schedulingGates[{index}].name", "Forbidden", words.format(gate.get("name")))
        for index, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _kept(spec: Obj, old: Obj) -> Obj:
    """What of a spec may not change."""
    kept = {name: value for name, value in spec.items() if name not in MUTABLE}
    for field in ("containers", "initContainers"):
        kept[field] = [{**container, "image": ""} for container in spec.get(field) or ()]
    before = old.get("terminationGracePeriodSeconds")
    if before is not None and before < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        kept["terminationGracePeriodSeconds"] = before
    return kept


def _with_old_places(kept: Obj, old: Obj) -> Obj:
    """The same with the old nodeSelector and affinity to nodes, which are judged by themselves."""
    others = {name: value for name, value in (kept.get("affinity") or {}).items() if name != "nodeAffinity"}
    before = (old.get("affinity") or {}).get("nodeAffinity")
    affinity = others if before is None else {**others, "nodeAffinity": before}
    return {**kept, "nodeSelector": old.get("nodeSelector"), "affinity": affinity}


def _gated_causes(new: Obj, old: Obj) -> list[Cause]:
    """A pod that waits at a gate may become choosier about its node."""
    causes: list[Cause] = []
    now, was = new.get("nodeSelector") or {}, old.get("nodeSelector") or {}
    if any(now.get(key) != value for key, value in was.items()):
        causes.append(Cause("spec.nodeSelector", "Invalid", ONLY_SELECTED, now))
    terms, before = _terms(new), _terms(old)
    path = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
    if before and len(before) != len(terms):
        return [*causes, Cause(path, "Invalid", ONLY_TERMS, terms)]
    return causes + [
        Cause(f"{path}[{index}]", "Invalid", ONLY_ADDED, term)
        for index, (term, known) in enumerate(zip(terms, before, strict=False))
        if not _only_adds(term, known)
    ]


def _terms(spec: Obj) -> list[Obj]:
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED) or {}
    return required.get("nodeSelectorTerms") or []


def _only_adds(new: Obj, old: Obj) -> bool:
    fields = ("matchExpressions", "matchFields")
    if not any(old.get(field) for field in fields):
        return not any(new.get(field) for field in fields)
    return all(same((new.get(field) or [])[: len(old.get(field) or ())], old.get(field) or []) for field in fields)
