"""Failure and success policies of Jobs, and lists of indexes. Upstream: `pkg/apis/batch/validation/validation.go`."""

from __future__ import annotations

import re
from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import OMITTED, Cause, supported
from cluster_core.api.kinds.checks import duplicates, too_long, too_many
from cluster_core.api.kinds.kind import named, non_negative
from cluster_core.api.request import Obj

ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
OPERATORS = ("In", "NotIn")
STATUSES = ("False", "True", "Unknown")
RULES_MAX = 20
EXIT_CODES_MAX = 255
PATTERNS_MAX = 20
INDEXES_MAX = 64 * 1024
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")


def validate_failure_policy(spec: Obj, path: str) -> list[Cause]:
    """What failed pods mean, by exit codes or conditions."""
    policy = spec.get("podFailurePolicy")
    if policy is None:
        return []
    rules, inner = policy.get("rules") or (), spec["template"]["spec"]
    known = [c.get("name") for field in ("containers", "initContainers") for c in inner.get(field) or ()]
    causes = too_many(rules, RULES_MAX, f"{path}.rules")
    for index, rule in enumerate(rules):
        causes += _validate_rule(rule, spec, f"{path}.rules[{index}]", known)
    return causes


def validate_success_policy(spec: Obj, path: str) -> list[Cause]:
    """Which indexes are enough."""
    policy = spec.get("successPolicy")
    if policy is None:
        return []
    if spec.get("completionMode") != "Indexed":
        return [Cause(path, "Invalid", "requires indexed completion mode", policy)]
    rules = policy.get("rules") or ()
    causes: list[Cause] = []
    if not rules:
        words = "at least one rules must be specified when the successPolicy is specified"
        causes.append(Cause(f"{path}.rules", "Required", words))
    causes += too_many(rules, RULES_MAX, f"{path}.rules")
    for index, rule in enumerate(rules):
        causes += _validate_success_rule(rule, spec.get("completions") or 0, f"{path}.rules[{index}]")
    return causes


def intervals(text: str, completions: int) -> list[tuple[int, int]]:
    """ "0,2-4" as [(0, 0), (2, 4)]; raises ValueError in upstream's words."""
    found: list[tuple[int, int]] = []
    for part in text.split(",") if text else ():
        low, high = interval(part, completions)
        if found and found[-1][1] >= low:
            raise ValueError(f"non-increasing order, previous: {found[-1][1]}, current: {low}")
        found.append((low, high))
    return found


def interval(part: str, completions: int) -> tuple[int, int]:
    """ "2-4" as (2, 4), "3" as (3, 3)."""
    ends = part.split("-")
    if len(ends) > 2:
        words = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise ValueError(f'the fragment "{part}" {words}')
    numbers = []
    for end in ends:
        if not INTEGER.fullmatch(end):
            raise ValueError(f'cannot convert string to integer for index: "{end}"')
        if int(end) >= completions:
            raise ValueError(f'too large index: "{end}"')
        numbers.append(int(end))
    if len(numbers) == 2 and numbers[0] >= numbers[1]:
        raise ValueError(f"non-increasing order, previous: {numbers[0]}, current: {numbers[1]}")
    return numbers[0], numbers[-1]


def _validate_rule(rule: Obj, spec: Obj, path: str, known: list[Any]) -> list[Cause]:
    action, codes, conditions = rule.get("action", ""), rule.get("onExitCodes"), rule.get("onPodConditions") or ()
    causes = _required_word(action, ACTIONS, f"{path}.action")
    if action == "FailIndex" and "backoffLimitPerIndex" not in spec:
        words = "requires the backoffLimitPerIndex to be set"
        causes.append(Cause(f"{path}.action", "Invalid", words, action))
    if codes is not None:
        causes += _validate_exit_codes(codes, f"{path}.onExitCodes", known)
    causes += too_many(conditions, PATTERNS_MAX, f"{path}.onPodConditions")
    for index, pattern in enumerate(conditions):
        here = f"{path}.onPodConditions[{index}]"
        causes += named(pattern.get("type", ""), names.qualified, f"{here}.type")
        causes += _required_word(pattern.get("status", ""), STATUSES, f"{here}.status")
    if codes is not None and conditions:
        words = "specifying both OnExitCodes and OnPodConditions is not supported"
        causes.append(Cause(path, "Invalid", words, OMITTED))
    if codes is None and not conditions:
        words = "specifying one of OnExitCodes and OnPodConditions is required"
        causes.append(Cause(path, "Invalid", words, OMITTED))
    return causes


def _required_word(value: str, values: tuple[str, ...], path: str) -> list[Cause]:
    if not value:
        listed = " ".join(f'"{word}"' for word in values)
        return [Cause(path, "Required", f"valid values: [{listed}]")]
    return [] if value in values else [Cause(path, "NotSupported", supported(*values), value)]


def _validate_exit_codes(codes: Obj, path: str, known: list[Any]) -> list[Cause]:
    operator, values, name = codes.get("operator", ""), codes.get("values") or [], codes.get("containerName")
    causes = _required_word(operator, OPERATORS, f"{path}.operator")
    if name is not None and name not in known:
        words = "must be one of the container or initContainer names in the pod template"
        causes.append(Cause(f"{path}.containerName", "Invalid", words, name))
    if not values:
        causes.append(Cause(f"{path}.values", "Invalid", "at least one value is required", values))
    causes += too_many(values, EXIT_CODES_MAX, f"{path}.values")
    if operator == "In":
        words = "must not be 0 for the In operator"
        zeros = [index for index, value in enumerate(values) if value == 0]
        causes += [Cause(f"{path}.values[{index}]", "Invalid", words, 0) for index in zeros]
    causes += duplicates(values, f"{path}.values")
    if values != sorted(values):
        causes.append(Cause(f"{path}.values", "Invalid", "must be ordered", values))
    return causes


def _validate_success_rule(rule: Obj, completions: int, path: str) -> list[Cause]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    causes: list[Cause] = []
    if count is None and indexes is None:
        words = "at least one of succeededCount or succeededIndexes must be specified"
        causes.append(Cause(path, "Required", words))
    total = 0
    if indexes is not None:
        if len(indexes) > INDEXES_MAX:
            causes.append(too_long(f"{path}.succeededIndexes", INDEXES_MAX))
        try:
            total = sum(high - low + 1 for low, high in intervals(indexes, completions))
        except ValueError as error:
            words = f"error parsing succeededIndexes: {error}"
            causes.append(Cause(f"{path}.succeededIndexes", "Invalid", words, indexes))
    return causes + _validate_count(count, completions, None if indexes is None else total, f"{path}.succeededCount")


def _validate_count(count: int | None, completions: int, total: int | None, path: str) -> list[Cause]:
    if count is None:
        return []
    causes = non_negative(count, path)
    bounds = [(completions, "the number of specified completions")]
    if total is not None:
        bounds.append((total, "the number of indexes in the specified succeededIndexes field"))
    return causes + [
        Cause(path, "Invalid", f"must be less than or equal to {bound} ({what})", count)
        for bound, what in bounds
        if count > bound
    ]
