"""Conditions of the common form. Upstream: `ValidateConditions` of apimachinery `meta/v1/validation`."""

from __future__ import annotations

import re
from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import duplicates, non_negative, too_long
from cluster_core.api.kinds.kind import named
from cluster_core.api.request import Obj

STATUSES = ("False", "True", "Unknown")
REASON = re.compile(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?")
REASON_WORDS = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', "
    f"and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  "
    f"or 'ReasonA:ReasonB', regex used for validation is '{REASON.pattern}')"
)
REASON_MAX = 1024
MESSAGE_MAX = 32 * 1024


def validate_conditions(conditions: Any, path: str) -> list[Cause]:
    """Each condition, and each type once."""
    causes = duplicates((condition.get("type", "") for condition in conditions), path, ".type")
    return causes + [
        cause
        for index, condition in enumerate(conditions)
        for cause in _validate_condition(condition, f"{path}[{index}]")
    ]


def _validate_condition(condition: Obj, path: str) -> list[Cause]:
    kind, status, reason = (condition.get(field, "") for field in ("type", "status", "reason"))
    causes = (
        named(kind, names.qualified, f"{path}.type") if kind else [Cause(f"{path}.type", "Required", "must be set")]
    )
    if status not in STATUSES:
        causes.append(Cause(f"{path}.status", "NotSupported", supported(*STATUSES), status))
    causes += non_negative(condition.get("observedGeneration"), f"{path}.observedGeneration")
    if not condition.get("lastTransitionTime"):
        causes.append(Cause(f"{path}.lastTransitionTime", "Required", "must be set"))
    if not reason:
        causes.append(Cause(f"{path}.reason", "Required", "must be set"))
    elif not REASON.fullmatch(reason):
        causes.append(Cause(f"{path}.reason", "Invalid", REASON_WORDS, reason))
    if len(reason) > REASON_MAX:
        causes.append(too_long(f"{path}.reason", REASON_MAX))
    if len(condition.get("message", "")) > MESSAGE_MAX:
        causes.append(too_long(f"{path}.message", MESSAGE_MAX))
    return causes
