"""Where pods may and would like to be, beside the labels of nodes: other pods, spreading over topologies.

Upstream: `validateAffinity`, `validateTopologySpreadConstraints` of `pkg/apis/core/validation`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, named
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
NODE_POLICIES = ("Honor", "Ignore")


def validate_pod_affinity(affinity: Obj, path: str) -> list[Cause]:
    """Terms about other pods; of affinity and of anti-affinity."""
    causes: list[Cause] = []
    for index, term in enumerate(affinity.get(REQUIRED) or ()):
        causes += _validate_term(term, f"{path}.{REQUIRED}[{index}]")
    for index, preferred in enumerate(affinity.get(PREFERRED) or ()):
        here, weight = f"{path}.{PREFERRED}[{index}]", preferred.get("weight") or 0
        if not 1 <= weight <= 100:
            causes.append(Cause(f"{here}.weight", "Invalid", "must be in the range 1-100", weight))
        causes += _validate_term(preferred.get("podAffinityTerm") or {}, f"{here}.podAffinityTerm")
    return causes


def _validate_term(term: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for field in ("labelSelector", "namespaceSelector"):
        if term.get(field) is not None:
            causes += validate_label_selector(term[field], f"{path}.{field}")
    for name in term.get("namespaces") or ():
        causes += named(name, names.label, f"{path}.namespace")
    causes += _validate_keys(term, path)
    key = term.get("topologyKey") or ""
    if not key:
        return [*causes, Cause(f"{path}.topologyKey", "Required", "can not be empty")]
    return causes + named(key, names.qualified, f"{path}.topologyKey")


def _validate_keys(term: Obj, path: str) -> list[Cause]:
    """Keys of labels whose values are those of the pod itself."""
    causes: list[Cause] = []
    selector = term.get("labelSelector")
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        given = term.get(field) or ()
        if given and selector is None:
            causes.append(Cause(f"{path}.{field}", "Forbidden", "must not be specified when labelSelector is not set"))
        for index, key in enumerate(given):
            causes += named(key, names.qualified, f"{path}.{field}[{index}]")
            if field == "mismatchLabelKeys" and key in (term.get("matchLabelKeys") or ()):
                words = "exists in both matchLabelKeys and mismatchLabelKeys"
                causes.append(Cause(f"{path}.{field}[{index}]", "Invalid", words, key))
    return causes


def validate_spread(constraints: Any, path: str) -> list[Cause]:
    """Constraints of topology spread."""
    causes: list[Cause] = []
    seen: list[tuple[str, str]] = []
    for index, one in enumerate(constraints):
        here, skew = f"{path}[{index}]", one.get("maxSkew") or 0
        key, otherwise, least = one.get("topologyKey") or "", one.get("whenUnsatisfiable") or "", one.get("minDomains")
        if skew <= 0:
            causes.append(Cause(f"{here}.maxSkew", "Invalid", "must be greater than zero", skew))
        causes += (
            named(key, names.qualified, f"{here}.topologyKey")
            if key
            else [Cause(f"{here}.topologyKey", "Required", "can not be empty")]
        )
        if otherwise not in UNSATISFIABLE:
            causes.append(Cause(f"{here}.whenUnsatisfiable", "NotSupported", supported(*UNSATISFIABLE), otherwise))
        if (key, otherwise) in seen:
            shown = f"{{{key}, {otherwise}}}"
            causes.append(Cause(f"{here}.{{topologyKey, whenUnsatisfiable}}", "Duplicate", "", shown))
        seen.append((key, otherwise))
        if least is not None and least <= 0:
            causes.append(Cause(f"{here}.minDomains", "Invalid", "must be greater than zero", least))
        if least is not None and otherwise != "DoNotSchedule":
            words = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {otherwise}"
            causes.append(Cause(f"{here}.minDomains", "Invalid", words, least))
        for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            causes += choice(one.get(field), NODE_POLICIES, f"{here}.{field}")
        causes += _validate_keys(one, here)
        if one.get("labelSelector") is not None:
            causes += validate_label_selector(one["labelSelector"], f"{here}.labelSelector")
    return causes
