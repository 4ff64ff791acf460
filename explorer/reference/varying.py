"""What legitimately varies from one run of a real control plane to the next, said once for every comparison.

Names with random suffixes, uids, hashes, addresses and times are labels (`naming`, `shapes`). Beyond that:

* **Counts** (how many pods are ready, available, terminating …) pass through values in between that depend on how much happened before a
  controller looked. In each act (what follows one step that does something) a count must end alike, and go as high and as low but for
  SPAN_NOISE; but where pods of two ReplicaSets are counted together while they are replaced, it must only end alike.
* **Open** acts ended before the cluster had come to rest (something changed in the last second before the next command, in either run):
  where counts stand then is chance, and so is what the next act begins with.
* **Paced** acts: where a Deployment rolls with a budget (maxSurge + maxUnavailable) of more than one, the steps depend on how many pods
  became Ready before the controller looked; so do a DaemonSet's, whose nodes come in the order of a Go map. There counts must end alike,
  every ReplicaSet must move in the same direction, and until the first new pod is Ready in the same steps; dips of availability are
  compared by their ends.
* **Ties**: among nodes with the same score the real scheduler draws. The replay draws what the recording drew where that node is among its
  own best; where a pod is, is compared for daemons, for pods that only one node fits, and by the scores of every decision.
* **Which of several equals** (pods that are given up, in what order a batch is created) is compared by classes of pods: of one owner,
  made in one act.
* **Events** that a controller repeats for as long as it retries (RETRIED) are compared by what they say, not by how often they say it.
* **Times** that come from an algorithm are compared within NOISE: the recorder was late by tens of milliseconds, programs began to count at
  another phase of their periods, and timestamps are whole seconds. A node falls silent at any moment between two of its heartbeats.
* How often endpoints were written (generation), and whether the last write was about a pod (the trigger time is there or not), is chance.
* The recorded kubelets were scripts: no Events about their node, about init containers and about pods that are deleted by force, no
  details of a machine or a runtime (`shapes.OF_THE_MACHINE`), heartbeats as writes, and a moment in which a new node is not Ready yet.
* The recorded control plane was built from a distribution's tree, which adds a source to the token volume of every pod.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from explorer.reference.naming import Names, owner_of
from explorer.reference.story import Obj, Story, is_ready

NOISE_S = 2.0
NOISE_SHARE = 0.03
# Heartbeats every 10 s, the monitor's look every 5 s.
NODE_NOISE_S = 15.0
SPAN_NOISE = 1
OF_NODES = ("kill", "revive", "remove", "add")
RETRIED = (
    "FailedCreate",
    "FailedScheduling",
    "BackOff",
    "FailedToCreateEndpoint",
    "FailedToUpdateEndpointSlices",
    "SawCompletedJob",
    "NoPods",
    "CalculateExpectedPodCountFailed",
)
# Of a moment that need not come: the real controller races with its own cache; a pod comes to a node that has just come back, whose
# taint goes at the monitor's next look.
RACES = ("FailedToCreateEndpoint", "FailedToUpdateEndpoint", "FailedToUpdateEndpointSlices")
RACING = "Normal Cancelling deletion of Pod"
# Told by real kubelets, and here, about their nodes; the scripts were silent.
OF_MACHINES = (
    "Starting",
    "NodeReady",
    "NodeNotReady",
    "NodeHasSufficientMemory",
    "NodeAllocatableEnforced",
    "Rebooted",
)
# Numbers that count how often something was written.
WRITES = ("metadata.generation", "status.observedGeneration")
ENDPOINTS = ("Endpoints", "EndpointSlice")
TRIGGER = "metadata.annotations.endpoints.kubernetes.io/last-change-trigger-time"
TEMPLATE_GENERATION = "metadata.annotations.deprecated.daemonset.template.generation"
REST_S = 1.0
# Lists of what has not been counted yet, or happened at once: only the end is decided.
PASSING = re.compile(r"^status\.(uncountedTerminatedPods|completedIndexes|failedIndexes)")
COUNTED = (
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "PodDisruptionBudget",
    "ResourceQuota",
    "EndpointSlice",
    "Endpoints",
)
AVAILABILITY = re.compile(r"^status\.conditions\[Available\]")


def is_count(kind: str, field: str, values: Iterable[Any]) -> bool:
    """Whether a field is a count that passes through values in between."""
    if kind not in COUNTED or not field.startswith("status.") or field in WRITES or "conditions[" in field:
        return False
    return all(value is None or (isinstance(value, int) and not isinstance(value, bool)) for value in values)


@dataclass
class Pace:
    """What is paced in a story: (label of a Deployment, DaemonSet or ReplicaSet, act). `rolled`: where more than one ReplicaSet changed
    its size; `open`: the acts that ended before the cluster had come to rest; `daemons`: the DaemonSets that are paced."""

    paced: set[tuple[str, int]] = field(default_factory=set)
    rolled: set[tuple[str, int]] = field(default_factory=set)
    open: set[int] = field(default_factory=set)
    daemons: set[str] = field(default_factory=set)

    def is_paced(self, label: str, act: int) -> bool:
        """Whether the steps of an object in an act depend on the pace."""
        return (label, act) in self.paced

    def ever(self, label: str) -> bool:
        """Whether they do in any act."""
        return any(one == label for one, _ in self.paced)

    def joined(self, other: Pace) -> Pace:
        """What is so on either side. What was open goes on in the next acts from wherever it was."""
        found = Pace(
            self.paced | other.paced, self.rolled | other.rolled, self.open | other.open, self.daemons | other.daemons
        )
        acts = sorted({act for _, act in found.rolled} | found.open)
        for label, act in sorted(found.paced):
            for following in [one for one in acts if one > act]:
                if acts[acts.index(following) - 1] not in found.open:
                    break
                found.paced.add((label, following))
        return found


def pace_of(story: Story, names: Names) -> Pace:
    """Find what depends on the pace in a story."""
    found = Pace(open=open_acts(story))
    _deployments(found, story, names)
    _daemon_sets(found, story, names)
    return found


def open_acts(story: Story) -> set[int]:
    """The acts in whose last second something changed that is no Node and no Event."""
    begins = sorted({(act, story.steps[act]) for act in story.acts if act < len(story.steps)})
    ends = {act: after for (act, _), (_, after) in pairwise(begins)}
    return {
        act
        for change in story.changes
        if change.kind not in ("Node", "Event")
        and (act := story.act(change)) in ends
        and change.at > ends[act] - REST_S
    }


def _deployments(pace: Pace, story: Story, names: Names) -> None:
    budgets: dict[str, int] = {}
    for change in story.of("Deployment"):
        label = names.label(change.obj, "Deployment")
        budgets[label] = max(budgets.get(label, 0), budget(change.obj))
    moved: dict[tuple[str, int], set[str]] = {}
    sizes: dict[str, int] = {}
    for change in story.of("ReplicaSet"):
        label, owner = names.label(change.obj, "ReplicaSet"), owner_of(change.obj)
        size = change.obj["spec"].get("replicas", 1)
        if owner is not None and sizes.get(label, size if change.type != "ADDED" else None) != size:
            moved.setdefault((owner["name"], story.act(change)), set()).add(label)
        sizes[label] = size
    for (deployment, act), labels in moved.items():
        if len(labels) > 1:
            every = [deployment, *(name for name in sizes if name.startswith(f"{deployment}#"))]
            pace.rolled |= {(label, act) for label in every}
            if budgets.get(deployment, 0) > 1:
                pace.paced |= {(label, act) for label in every}


def _daemon_sets(pace: Pace, story: Story, names: Names) -> None:
    before: dict[str, int] = {}
    for change in story.of("DaemonSet"):
        label, generation = names.label(change.obj, "DaemonSet"), change.obj["metadata"].get("generation", 1)
        if label in before and generation != before[label]:
            pace.paced.add((label, story.act(change)))
            pace.daemons.add(label)
        before[label] = generation


def budget(deployment: Obj) -> int:
    """maxSurge + maxUnavailable of a Deployment, in pods. Upstream: `pkg/controller/deployment/util`."""
    spec = deployment["spec"]
    strategy, replicas = spec.get("strategy") or {}, int(spec.get("replicas", 1))
    if strategy.get("type") == "Recreate":
        return replicas
    rolling = strategy.get("rollingUpdate") or {}
    surge = _pods(rolling.get("maxSurge", "25%"), replicas, up=True)
    return surge + _pods(rolling.get("maxUnavailable", "25%"), replicas, up=False)


def _pods(value: Any, replicas: int, up: bool) -> int:
    if isinstance(value, int):
        return value
    share = int(str(value).rstrip("%")) * replicas
    return -(-share // 100) if up else share // 100


def first_ready(story: Story, act: int) -> float:
    """When the first pod that was made in an act was Ready (seconds); infinite if none was."""
    born = story.born()
    ready = (change.at for change in story.during("Pod", act) if born[change.name] == act and is_ready(change.obj))
    return min(ready, default=float("inf"))


def noise(seconds: float) -> float:
    """How far two durations may be apart."""
    return NOISE_S + NOISE_SHARE * abs(seconds)
