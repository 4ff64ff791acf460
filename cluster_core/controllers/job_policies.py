"""What a Job's policies say: of a pod that failed (`podFailurePolicy`), and of indexes that succeeded (`successPolicy`).

Upstream: `pkg/controller/job/{pod_failure_policy,success_policy}.go`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.controllers.job_indexes import Intervals, overlap, parse_indexes, total


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failed pod means: the action of the rule that matched ("" for none), and with FailJob the Job's message."""

    action: str = ""
    message: str = ""

    @property
    def counted(self) -> bool:
        """Whether the failure counts towards the limits."""
        return self.action != "Ignore"


def judge(job: Obj, pod: Obj) -> Verdict:
    """The verdict of the first rule that matches a failed pod."""
    policy = job["spec"].get("podFailurePolicy")
    for number, rule in enumerate((policy or {}).get("rules") or ()):
        reason = _matched(rule, pod)
        if reason:
            action = str(rule["action"])
            return Verdict(action, f"{reason} matching {action} rule at index {number}" if action == "FailJob" else "")
    return Verdict()


def success_message(job: Obj, succeeded: Intervals) -> str:
    """Which rule of the success policy holds, "" for none."""
    completions = job["spec"].get("completions") or 0
    for number, rule in enumerate((job["spec"].get("successPolicy") or {}).get("rules") or ()):
        if succeeded and _holds(rule, succeeded, completions):
            return f"Matched rules at index {number}"
    return ""


def _matched(rule: Obj, pod: Obj) -> str:
    """Why a rule matches a pod, in upstream's words; "" if it does not."""
    meta, status = pod["metadata"], pod.get("status") or {}
    name = f"{meta['namespace']}/{meta['name']}"
    if rule.get("onExitCodes") is not None:
        found = _exited(rule["onExitCodes"], status)
        if found is None:
            return ""
        code = found["state"]["terminated"]["exitCode"]
        return f"Container {found['name']} for pod {name} failed with exit code {code}"
    for condition in status.get("conditions") or ():
        for pattern in rule.get("onPodConditions") or ():
            if (condition["type"], condition["status"]) == (pattern["type"], pattern.get("status", "True")):
                return f"Pod {name} has condition {condition['type']}"
    return ""


def _exited(wanted: Obj, status: Obj) -> Obj | None:
    """The first container whose exit code is one that a rule means; 0 is never meant."""
    for field in ("containerStatuses", "initContainerStatuses"):
        for found in status.get(field) or ():
            ended = found["state"].get("terminated")
            named = wanted.get("containerName") in (None, found["name"])
            if ended is None or not named or ended["exitCode"] == 0:
                continue
            if (ended["exitCode"] in wanted["values"]) == (wanted["operator"] == "In"):
                result: Obj = found
                return result
    return None


def _holds(rule: Obj, succeeded: Intervals, completions: int) -> bool:
    count = rule.get("succeededCount")
    if rule.get("succeededIndexes") is None:
        return count is not None and total(succeeded) >= count
    required = parse_indexes(rule["succeededIndexes"], completions)
    if not required:
        return False
    there = overlap(required, succeeded)
    return there == total(required) or (count is not None and there >= count)
