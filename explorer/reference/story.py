"""What happened in a cluster, recorded or simulated, as one list of changes; and what two such stories can be compared by.

Names, uids and times differ from run to run; ReplicaSets are numbered in the order of their creation, pods are told by the act of
the scenario in which they were created.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Obj = dict[str, Any]

SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}"
HASHED = re.compile(rf"-[bcdfghjklmnpqrstvwxz2456789]{{7,10}}(-{SUFFIX})?\b")
# Pods of a Job end in five letters, Jobs of a CronJob in the minutes since 1970.
NAMED = re.compile(rf"-({SUFFIX}|\d{{8}})\b")
SYSTEM = ("kube-system", "kube-public", "kube-node-lease")
COMBINED = "(combined from similar events): "


@dataclass(frozen=True)
class Change:
    """One watch event: `at` in seconds since the start, during step `step` of the scenario."""

    at: float
    step: int
    type: str
    kind: str
    name: str
    obj: Obj


@dataclass(frozen=True)
class Output:
    """What the command of a step printed, and how it ended."""

    code: int = 0
    out: str = ""
    err: str = ""


@dataclass
class Story:
    """The changes of a run in order; when each step began and what it printed, and which act (a step that does something) each step
    belongs to."""

    changes: list[Change] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    acts: list[int] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    _by_kind: dict[str, list[Change]] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        """What happened next."""
        self.changes.append(change)
        if change.obj["metadata"].get("namespace") not in SYSTEM:
            self._by_kind.setdefault(change.kind, []).append(change)

    def clear(self) -> None:
        """Forget what was before the first step."""
        self.changes.clear()
        self._by_kind.clear()

    def step_at(self, at: float) -> int:
        """The step during which a moment was (seconds)."""
        return max(0, bisect_right(self.steps, at) - 1)

    def kinds(self) -> list[str]:
        """The kinds of which something changed."""
        return list(self._by_kind)

    def of(self, kind: str) -> list[Change]:
        """The changes of objects of a kind, but for those in the namespaces of the system."""
        return self._by_kind.get(kind, [])

    def act(self, change: Change) -> int:
        """The act during which a change happened: what follows `apply` until the next command is one act."""
        return self.acts[change.step]

    def during(self, kind: str, act: int) -> list[Change]:
        """The changes of a kind in one act."""
        return [change for change in self.of(kind) if self.act(change) == act]

    def last(self, kind: str) -> dict[str, Obj]:
        """The objects of a kind that are left at the end."""
        found: dict[str, Obj] = {}
        for change in self.of(kind):
            if change.type == "DELETED":
                found.pop(change.name, None)
            else:
                found[change.name] = change.obj
        return found

    def replicasets(self) -> dict[str, int]:
        """The number of each ReplicaSet, by name, in order of creation."""
        names = dict.fromkeys(change.name for change in self.of("ReplicaSet"))
        return {name: number for number, name in enumerate(names)}

    def born(self) -> dict[str, int]:
        """The act in which each pod was created."""
        found: dict[str, int] = {}
        for change in self.of("Pod"):
            found.setdefault(change.name, self.act(change))
        return found


def scale_steps(story: Story) -> list[tuple[int, int, int]]:
    """(act, number of the ReplicaSet, wanted replicas) at each change of spec.replicas."""
    numbers = story.replicasets()
    sizes: dict[str, int] = {}
    found: list[tuple[int, int, int]] = []
    for change in story.of("ReplicaSet"):
        size = change.obj["spec"]["replicas"]
        if change.type != "DELETED" and sizes.get(change.name) != size:
            sizes[change.name] = size
            found.append((story.act(change), numbers[change.name], size))
    return found


def merged(steps: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Scale steps without those that another ReplicaSet's did not come between: 3, 5, 6 of one ReplicaSet is 6."""
    found: list[tuple[int, int, int]] = []
    for one in steps:
        if found and found[-1][:2] == one[:2]:
            found[-1] = one
        else:
            found.append(one)
    return found


def pod_counts(story: Story) -> dict[int, tuple[int, int]]:
    """Per act: pods created, pods whose deletion began."""
    created: Counter[int] = Counter()
    deleted: Counter[int] = Counter()
    known: set[str] = set()
    ending: set[str] = set()
    for change in story.of("Pod"):
        if change.name not in known:
            known.add(change.name)
            created[story.act(change)] += 1
        if change.name not in ending and (change.type == "DELETED" or change.obj["metadata"].get("deletionTimestamp")):
            ending.add(change.name)
            deleted[story.act(change)] += 1
    return {act: (created[act], deleted[act]) for act in sorted(created.keys() | deleted.keys())}


def victims(story: Story) -> dict[int, Counter[tuple[Any, ...]]]:
    """Per act: the classes of the pods whose deletion began: (created in act, ready, deletion cost)."""
    born = story.born()
    seen: dict[str, Obj] = {}
    found: dict[int, Counter[tuple[Any, ...]]] = {}
    ending: set[str] = set()
    for change in story.of("Pod"):
        meta = change.obj["metadata"]
        if change.name not in ending and (change.type == "DELETED" or meta.get("deletionTimestamp")):
            ending.add(change.name)
            before = seen.get(change.name, change.obj)
            cost = (meta.get("annotations") or {}).get("controller.kubernetes.io/pod-deletion-cost", "0")
            kind = (born[change.name], is_ready(before), cost)
            found.setdefault(story.act(change), Counter())[kind] += 1
        seen[change.name] = change.obj
    return found


def is_ready(pod: Obj) -> bool:
    """Condition Ready is True."""
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def event_shapes(story: Story) -> set[tuple[str, ...]]:
    """(type, reason, component, kind, message) of every Kubernetes Event, without what is random in the message."""
    return {event_shape(change.obj) for change in story.of("Event")}


def event_shape(event: Obj) -> tuple[str, ...]:
    """One Event without names."""
    component = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
    message = HASHED.sub("-*", event.get("message", "").removeprefix(COMBINED))
    message = NAMED.sub("-*", message)
    # Which of three equal nodes a pod was on is drawn at random.
    message = re.sub(r"\bPod default/db-\d\b", "Pod default/db-*", message)
    message = re.sub(r'image "[^"]*"', 'image "*"', message)
    message = re.sub(r"\bto n\d\b", "to n*", message)
    message = re.sub(r"from \d+ to \d+", "from * to *", message)
    return (event["type"], event["reason"], component, event["involvedObject"]["kind"], message)


def first_time(story: Story, kind: str, holds: Callable[[Obj], bool], name: str = "") -> float:
    """When a condition on objects of a kind was first true, in seconds."""
    for change in story.of(kind):
        if (not name or change.name == name) and change.type != "DELETED" and holds(change.obj):
            return change.at
    raise AssertionError(f"no {kind} {name} ever fulfilled the condition")


def status_shape(obj: Obj) -> Obj:
    """Counts and conditions of a workload's status, without times and with names of ReplicaSets generalised."""
    status = obj.get("status", {})
    counts = {name: value for name, value in status.items() if isinstance(value, int) and name != "observedGeneration"}
    conditions = {
        one["type"]: (one["status"], one.get("reason", ""), HASHED.sub("-*", one.get("message", "")))
        for one in status.get("conditions") or ()
    }
    return {"counts": counts, "conditions": conditions}


def revisions(story: Story) -> dict[int, dict[str, str]]:
    """The annotations `deployment.kubernetes.io/…` of the ReplicaSets that are left, by number."""
    numbers = story.replicasets()
    return {
        numbers[name]: {
            key: value
            for key, value in (obj["metadata"].get("annotations") or {}).items()
            if key.startswith("deployment.kubernetes.io/")
        }
        for name, obj in story.last("ReplicaSet").items()
    }


def reasons(story: Story, kind: str, condition: str) -> list[tuple[str, str]]:
    """The sequence of (status, reason) of a condition."""
    found: list[tuple[str, str]] = []
    for change in story.of(kind):
        for one in change.obj.get("status", {}).get("conditions") or ():
            told = (one["status"], one.get("reason", ""))
            if one["type"] == condition and (not found or found[-1] != told):
                found.append(told)
    return found
