"""Preemption: which pods of lower priority would have to go so that a pod fits, and on which node that costs least.

Upstream: `pkg/scheduler/framework/preemption` and `plugins/defaultpreemption`. Nothing is changed here: a dry run works on copies.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status

BUDGETS = "poddisruptionbudgets.policy"
CANDIDATES_MIN = 100
CANDIDATES_PERCENT = 10
NOT_STARTED = "~"  # after every time of day: a pod without a start time counts as one that starts now
LEAST_PRIORITY = 1 << 31

NEVER = "not eligible due to preemptionPolicy=Never."
TERMINATING = "not eligible due to a terminating pod on the nominated node."
NO_VICTIMS = "No preemption victims found for incoming pod"
NOT_HELPFUL = "Preemption is not helpful for scheduling"


@dataclass(slots=True)
class Candidate:
    """A node on which the pod would fit without `victims` (the most important first); `violations` of them have a budget."""

    node: str
    victims: list[PodInfo]
    violations: int

    def earliest_start(self) -> str:
        """When the first of the victims of the highest priority started (RFC 3339)."""
        highest = self.victims[0].priority
        return min(started(victim) for victim in self.victims if victim.priority == highest)

    def costs(self) -> tuple[int, int, int, int]:
        """What is compared first, in this order: budgets violated, the highest priority, the sum of priorities, how many."""
        total = sum(victim.priority + LEAST_PRIORITY for victim in self.victims)
        return (self.violations, self.victims[0].priority, total, len(self.victims))

    def as_card(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "node": self.node,
            "victims": [victim.key for victim in self.victims],
            "pdb_violations": self.violations,
            "highest_priority": self.victims[0].priority,
            "sum": sum(victim.priority for victim in self.victims),
            "earliest_start": self.earliest_start().rstrip(NOT_STARTED),
        }


@dataclass(slots=True)
class Preemption:
    """What preemption comes to: the chosen candidate, or in `message` why there is none.

    ineligible: the pod may not preempt now; its nomination stays. `offset` is the place where the dry run began.
    """

    candidates: list[Candidate] = field(default_factory=list)
    chosen: Candidate | None = None
    message: str = ""
    ineligible: bool = False
    offset: int = 0

    def as_card(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "helpful": self.chosen is not None,
            "message": self.message,
            "candidates": [candidate.as_card() for candidate in self.candidates],
            "chosen": self.chosen.node if self.chosen is not None else None,
            "offset": self.offset,
        }


def preempt(
    profile: Profile,
    state: CycleState,
    pod: PodInfo,
    snapshot: Snapshot,
    refused: NodeStatuses,
    least: tuple[int, int] = (CANDIDATES_PERCENT, CANDIDATES_MIN),
) -> Preemption:
    """Find the victims for a pod that was refused everywhere. `least`: how many candidates are enough, in percent and absolute."""
    words = ineligible(pod, snapshot, refused)
    if words:
        return Preemption(message=words, ineligible=True)
    possible = [node for node in snapshot.nodes.values() if _could_help(refused.get(node.name))]
    offset = snapshot.chance(f"preemption/{pod.uid}", len(possible)) if possible else 0
    enough = min(len(possible), max(least[1], len(possible) * least[0] // 100))
    candidates, statuses = dry_run(profile, state, pod, snapshot, possible[offset:] + possible[:offset], enough)
    if not candidates:
        return Preemption(message=_fit_error(statuses, len(snapshot.nodes)), offset=offset)
    return Preemption(candidates, pick(candidates), offset=offset)


def ineligible(pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses) -> str:
    """Why a pod may not preempt, or "". While victims of an earlier preemption terminate on its node it has to wait."""
    if pod.pod["spec"].get("preemptionPolicy") == "Never":
        return NEVER
    node = snapshot.nodes.get(pod.nominated_node)
    status = refused.get(pod.nominated_node) if pod.nominated_node else None
    if node is None or (status is not None and status.code == UNRESOLVABLE):
        return ""
    lower = (other for other in node.pods.values() if other.priority < pod.priority)
    leaving = any(_is_preempted(_current(other, snapshot).pod) for other in lower)
    return TERMINATING if leaving else ""


def dry_run(
    profile: Profile, state: CycleState, pod: PodInfo, snapshot: Snapshot, nodes: list[NodeInfo], enough: int
) -> tuple[list[Candidate], dict[str, Status]]:
    """Candidates, those that violate no budget first, and why the other nodes are none.

    So many as are `enough` will do, if one of them violates no budget.
    """
    budgets = snapshot.lister.objects(BUDGETS)
    within: list[Candidate] = []
    against: list[Candidate] = []
    statuses: dict[str, Status] = {}
    for node in nodes:
        found = select_victims(profile, state.clone(), pod, node.copy(), snapshot, budgets)
        if isinstance(found, Status):
            statuses[node.name] = found
            continue
        (against if found.violations else within).append(found)
        if within and len(within) + len(against) >= enough:
            break
    return within + against, statuses


def select_victims(
    profile: Profile, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot, budgets: list[Obj]
) -> Candidate | Status:
    """The pods that have to leave a node (a copy): all of lower priority go, and come back one by one as long as the pod fits.

    Those whose budget would be violated come back first, among them the most important.
    """
    lower = [_current(other, snapshot) for other in node.pods.values() if other.priority < pod.priority]
    if not lower:
        return Status(UNRESOLVABLE, [NO_VICTIMS])
    for other in lower:
        _remove(profile, state, pod, other, node)
    refusal = profile.filter_nominated(state, pod, node, snapshot)
    if refusal is not None:
        return refusal
    against, within = split_by_budget(sorted(lower, key=importance), budgets)
    victims = {}
    for other in against + within:
        node.add_pod(other)
        profile.add_pod(state, pod, other, node)
        if profile.filter_nominated(state, pod, node, snapshot) is not None:
            _remove(profile, state, pod, other, node)
            victims[other.uid] = other
    if not victims:
        return Status(UNSCHEDULABLE, [f'expected at least one victim pod on node "{node.name}"'])
    violations = sum(other.uid in victims for other in against)
    return Candidate(node.name, sorted(victims.values(), key=importance), violations)


def split_by_budget(pods: list[PodInfo], budgets: list[Obj]) -> tuple[list[PodInfo], list[PodInfo]]:
    """Those whose PodDisruptionBudget would be violated if all of them went in this order, and the others."""
    left = [budget.get("status", {}).get("disruptionsAllowed", 0) for budget in budgets]
    against: list[PodInfo] = []
    within: list[PodInfo] = []
    for pod in pods:
        violated = False
        for place, budget in enumerate(budgets):
            if _counts(budget, pod):
                left[place] -= 1
                violated = violated or left[place] < 0
        (against if violated else within).append(pod)
    return against, within


def pick(candidates: list[Candidate]) -> Candidate:
    """The candidate that costs least; among equals the one whose most important victims started last, then the first.

    Real Kubernetes takes any of the last equals (the order of a Go map); here it is the first after the random offset.
    """
    least = min(candidate.costs() for candidate in candidates)
    cheapest = [candidate for candidate in candidates if candidate.costs() == least]
    latest = max(candidate.earliest_start() for candidate in cheapest)
    return next(candidate for candidate in cheapest if candidate.earliest_start() == latest)


def importance(pod: PodInfo) -> tuple[int, str]:
    """The order of pods by importance: priority, then for how long they have been running."""
    return (-pod.priority, started(pod))


def started(pod: PodInfo) -> str:
    """When the kubelet has seen the pod first (RFC 3339, to be compared as text)."""
    found: str = pod.pod.get("status", {}).get("startTime") or NOT_STARTED
    return found


def _current(pod: PodInfo, snapshot: Snapshot) -> PodInfo:
    """A pod with its status as the informer knows it: on the node it may be as it was bound."""
    found = snapshot.lister.get("pods", pod.key)
    same = found is None or found is pod.pod or found["metadata"]["uid"] != pod.uid
    return pod if same or found is None else replace(pod, pod=found)


def _could_help(status: Status | None) -> bool:
    return status is not None and status.code == UNSCHEDULABLE


def _is_preempted(pod: Obj) -> bool:
    """Whether a pod terminates because a scheduler has preempted it."""
    conditions = pod.get("status", {}).get("conditions", ())
    found = next((one for one in conditions if one["type"] == "DisruptionTarget"), None)
    if found is None or "deletionTimestamp" not in pod["metadata"]:
        return False
    return bool(found["status"] == "True" and found.get("reason") == "PreemptionByScheduler")


def _remove(profile: Profile, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
    node.remove_pod(other.uid)
    profile.remove_pod(state, pod, other, node)


def _counts(budget: Obj, pod: PodInfo) -> bool:
    """Whether a disruption of the pod uses up a budget: it selects the pod, and does not know of its disruption yet."""
    selector = from_label_selector(budget["spec"].get("selector"))
    if not pod.labels or budget["metadata"]["namespace"] != pod.namespace or not selector.requirements:
        return False
    known = budget.get("status", {}).get("disruptedPods") or {}
    return selector.matches(pod.labels) and pod.pod["metadata"]["name"] not in known


def _fit_error(statuses: dict[str, Status], total: int) -> str:
    """Why preemption helps on no node, in the form of the message of FailedScheduling."""
    counts: dict[str, int] = {}
    for status in statuses.values():
        for reason in status.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    if total > len(statuses):
        counts[NOT_HELPFUL] = counts.get(NOT_HELPFUL, 0) + total - len(statuses)
    reasons = sorted(f"{count} {reason}" for reason, count in counts.items())
    return f"0/{total} nodes are available: {', '.join(reasons)}."
