"""The steps of a scenario: which kinds there are, and which of them do something."""

from __future__ import annotations

from typing import Any

KINDS = (
    "apply", "delete", "kubectl", "sh", "kill", "revive", "remove", "add", "load", "wait", "quiet", "snapshot",
)  # fmt: skip
PASSIVE = ("quiet", "wait", "snapshot")
# Commands of kubectl that change nothing.
LOOKS = (
    "get", "describe", "rollout status", "rollout history", "top", "logs", "wait", "events", "explain", "version",
    "api-resources", "api-versions", "cluster-info", "auth can-i", "diff",
)  # fmt: skip
QUIET_MAX_S = 120

Step = dict[str, Any]


class StepError(Exception):
    """A step that is none; says which and why."""


def kind_of(step: Any) -> str:
    """The kind of a step. Raises StepError for what is no step."""
    found = [name for name in step if name in KINDS] if isinstance(step, dict) else []
    if len(found) != 1:
        known = ", ".join(KINDS)
        raise StepError(f"exactly one of {known} is expected in {str(step)[:120]!r}")
    return str(found[0])


def is_passive(step: Step) -> bool:
    """Whether a step only waits or looks."""
    looks = str(step.get("kubectl", "")).startswith(LOOKS)
    return looks or any(name in step for name in PASSIVE)


def acts(steps: list[Step]) -> list[int]:
    """For each step the last one that did something: what follows `apply` until the next command is one act."""
    found: list[int] = []
    for number, step in enumerate(steps):
        found.append(found[-1] if found and is_passive(step) else number)
    return found


def check(steps: Any) -> list[Step]:
    """The steps of a scenario, each of a kind that is known and with what it needs. Raises StepError."""
    if not isinstance(steps, list) or not steps:
        raise StepError("steps: a list is expected")
    for number, step in enumerate(steps):
        try:
            CHECKS.get(kind_of(step), _text)(step)
        except (StepError, TypeError, ValueError, AttributeError, KeyError) as error:
            raise StepError(f"steps[{number}]: {error}") from error
    return steps


def seconds(value: Any) -> float:
    """A duration in seconds. Raises StepError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10**7:
        raise StepError(f"{value!r} is no number of seconds")
    return float(value)


def _text(step: Step) -> None:
    value = step[kind_of(step)]
    if not isinstance(value, str) or not value.strip():
        raise StepError(f"{kind_of(step)}: a text is expected, not {value!r}")


def _waits(step: Step) -> None:
    seconds(step[kind_of(step)])
    seconds(step.get("max", QUIET_MAX_S))


def _machine(step: Step) -> None:
    machine = step["add"]
    if not isinstance(machine, dict) or not all(name in machine for name in ("name", "cpu", "memory")):
        raise StepError("add: name, cpu and memory of a node are expected")


def _load(step: Step) -> None:
    if not isinstance(step["load"], dict):
        raise StepError("load: selector and millicores or per_pod are expected")


def _anything(step: Step) -> None:
    """A snapshot has a name, and nothing depends on it."""


CHECKS = {"wait": _waits, "quiet": _waits, "add": _machine, "load": _load, "snapshot": _anything}
