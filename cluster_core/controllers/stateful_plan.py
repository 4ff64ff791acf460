"""What a StatefulSet does next, as a pure function of what its controller sees. Upstream: `statefulset/stateful_set_control.go`.

Pods are made one after the other in order, each when the one before is Running, Ready and available (`OrderedReady`), or all at
once (`Parallel`, in batches of 1, 2, 4 …). Scaling comes before updates; the highest ordinal goes first. In 1.36 `maxUnavailable`
is switched off (feature MaxUnavailableStatefulSet), so updates replace one pod at a time. Real Kubernetes goes on with the other
pods of a batch when the claim of one cannot be made; here the turn ends and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest

from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Decision, Plan
from cluster_core.controllers import controller_revisions as history
from cluster_core.controllers import stateful_claims as claims
from cluster_core.controllers import stateful_status as report
from cluster_core.controllers.stateful_identity import (
    claim_name,
    claim_templates,
    name_matches,
    new_claims,
    new_pod,
    ordinal_of,
    ordinals,
    revision_of,
    storage_matches,
    with_identity,
)
from cluster_core.controllers.stateful_revisions import Revisions, settle

CLAIMS = "persistentvolumeclaims"
BATCH_MAX = 500


@dataclass(slots=True)
class Observed:
    """A StatefulSet, its pods and revisions (in order), all revisions of the namespace by name, its claims by name, the time (µs)."""

    owner: Obj
    pods: list[Obj]
    revisions: list[Obj]
    taken: dict[str, Obj]
    claims: dict[str, Obj]
    now: int


@dataclass(slots=True)
class Outcome:
    """A plan; what the status is counted of; how many pods it deletes for the update; revisions that nobody needs any more.

    `warnings` are Kubernetes Events about the set: (reason, message).
    """

    plan: Plan
    revisions: Revisions
    pods: list[Obj] = field(default_factory=list)
    replaced: int = 0
    surplus: list[Obj] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """What is done about one pod, and whether the pods after it have to wait."""

    stages: list[list[Action]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    stop: bool = False


class Turn:
    """One look at a set: the pod of each wanted ordinal (made up where there is none), those that are too many."""

    def __init__(self, seen: Observed, revisions: Revisions) -> None:
        self.seen, self.owner, self.revisions = seen, seen.owner, revisions
        self.in_order = seen.owner["spec"]["podManagementPolicy"] != "Parallel"
        wanted = ordinals(seen.owner)
        there = {ordinal_of(pod): pod for pod in seen.pods}
        self.replicas = [there.get(number) or self._new(number) for number in wanted]
        others = [number for number in there if number not in wanted and number >= 0]
        self.condemned = [there[number] for number in sorted(others, reverse=True)]
        unavailable = (pod for pod in (*self.replicas, *reversed(self.condemned)) if self.is_unavailable(pod))
        self.first_unavailable = next(unavailable, None)
        self.outcome = Outcome(Plan(), revisions, [*self.replicas, *self.condemned])

    def is_unavailable(self, pod: Obj) -> bool:
        """Not (long enough) Ready, or on its way out."""
        return not report.is_available(pod, self.owner, self.seen.now) or report.is_terminating(pod)

    def take(self, step: Callable[[Turn, Obj], Step], pods: list[Obj]) -> bool:
        """Plan a step for each pod: in order until one has to wait (then False), or for all in batches of 1, 2, 4 …"""
        if not self.in_order:
            self._take_all([step(self, pod) for pod in pods])
            return True
        for pod in pods:
            found = step(self, pod)
            self._note(found)
            self.outcome.plan.stages.extend(stage for stage in found.stages if stage)
            if found.stop:
                return False
        return True

    def _take_all(self, steps: list[Step]) -> None:
        size = 1
        while steps:
            batch, steps = steps[:size], steps[size:]
            size = min(2 * size, BATCH_MAX)
            for step in batch:
                self._note(step)
            for stages in zip_longest(*(step.stages for step in batch), fillvalue=()):
                self.outcome.plan.stages.append([action for stage in stages for action in stage])

    def _note(self, step: Step) -> None:
        self.outcome.plan.decisions.extend(step.decisions)

    def _new(self, ordinal: int) -> Obj:
        """The pod that an ordinal lacks: below the partition of the current revision, else of the update revision."""
        strategy, spec = self.owner["spec"]["updateStrategy"], self.owner["spec"]
        rolling, start = strategy.get("rollingUpdate"), (spec.get("ordinals") or {}).get("start", 0)
        if rolling is not None:
            kept = int(rolling.get("partition") or 0)
        elif strategy["type"] == "RollingUpdate":
            kept = int(self.owner.get("status", {}).get("currentReplicas", 0))
        else:
            kept = 0
        revision = self.revisions.current if ordinal < start + kept else self.revisions.update
        return new_pod(self.owner, revision, ordinal)


def plan(seen: Observed) -> Outcome:
    """The next steps: revision, replicas, those that are too many, one pod for the update."""
    revisions = settle(seen.owner, seen.revisions, seen.taken)
    turn = Turn(seen, revisions)
    outcome = turn.outcome
    live = {one["metadata"]["name"] for one in (revisions.current, revisions.update)}
    live |= {revision_of(pod) for pod in seen.pods}
    limit = int(seen.owner["spec"].get("revisionHistoryLimit", 10))
    outcome.surplus = history.surplus(seen.revisions, live, limit)
    if revisions.action is not None and revisions.decision is not None:
        outcome.plan.stages.append([revisions.action])
        outcome.plan.decisions.append(revisions.decision)
    if not seen.owner["metadata"].get("deletionTimestamp"):
        _move(turn)
    return outcome


def _move(turn: Turn) -> None:
    """Each part begins when nothing in the one before has to wait."""
    if not turn.take(_replica, turn.replicas) or not turn.take(_kept_claims, turn.condemned):
        return
    if turn.take(_condemned, turn.condemned):
        _update(turn)


def _replica(turn: Turn, pod: Obj) -> Step:
    """Replace what has ended, create what is not there, wait for what is not Ready, mend what does not match."""
    if report.phase(pod) in ("Failed", "Succeeded"):
        if report.is_terminating(pod):
            return Step(stop=True)
        return Step([[_delete(pod)]], [_about("statefulset.replace-finished", pod)], stop=True)
    if not report.phase(pod):
        return _created(turn, pod)
    stages = _missing(turn, pod) if report.phase(pod) == "Pending" else []
    waits = _waits(turn, pod) if turn.in_order else None
    if waits is not None:
        return Step(stages, [waits], stop=True)
    return Step([*stages, *_mended(turn, pod)])


def _created(turn: Turn, pod: Obj) -> Step:
    there = _claims_of(turn, pod)
    if claims.policy(turn.owner)[1] and any(claims.is_stale(claim, pod) for claim in there):
        return Step(decisions=[_about("statefulset.claim-of-earlier-pod", pod, taken=False)], stop=True)
    leaving = [claim["metadata"]["name"] for claim in there if claim["metadata"].get("deletionTimestamp")]
    if leaving:
        name = pod["metadata"]["name"]
        why = f"pvc {leaving[0]} is being deleted"
        text = f"Create Pod {name} in StatefulSet {turn.owner['metadata']['name']} failed error: {why}"
        turn.outcome.warnings.append(("FailedCreate", text))
        return Step(decisions=[_about("statefulset.claim-leaving", pod, taken=False)], stop=True)
    facts = {"pod": pod["metadata"]["name"], "revision": revision_of(pod)}
    create = Action("create", "pods", pod["metadata"]["namespace"], body=pod)
    stages = [_new_claims(turn, pod), [create], _owners(turn, pod)]
    return Step(stages, [Decision("statefulset.create-pod", facts)], stop=turn.in_order)


def _waits(turn: Turn, pod: Obj) -> Decision | None:
    """What the pods after this one wait for; None if it is Running, Ready and available."""
    if report.is_terminating(pod):
        return _about("statefulset.waiting-for-end", pod, taken=False)
    if not report.is_running_and_ready(pod):
        return _about("statefulset.waiting-for-ready", pod, taken=False)
    if not report.is_available(pod, turn.owner, turn.seen.now):
        return _about("statefulset.waiting-for-available", pod, taken=False)
    return None


def _missing(turn: Turn, pod: Obj) -> list[list[Action]]:
    """A pod that waits may wait for a claim that somebody has deleted."""
    return [_new_claims(turn, pod), _owners(turn, pod)]


def _mended(turn: Turn, pod: Obj) -> list[list[Action]]:
    """Name label, volumes and the owners of claims as they should be."""
    owners, stored = _owners(turn, pod), storage_matches(turn.owner, pod)
    if name_matches(pod) and stored and not owners:
        return []
    meta = pod["metadata"]
    body = with_identity(turn.owner, pod)
    update = Action("update", "pods", meta["namespace"], meta["name"], body, ignore=("NotFound",))
    return [[] if stored else _new_claims(turn, pod), owners, [update]]


def _kept_claims(turn: Turn, pod: Obj) -> Step:
    """The claims of a pod that goes: whether they go with it is decided before."""
    return Step([_owners(turn, pod)])


def _condemned(turn: Turn, pod: Obj) -> Step:
    """Delete a pod that is too many; in order, each when everything below is available and the one above has gone."""
    waits, first = _waits(turn, pod), turn.first_unavailable
    if report.is_terminating(pod):
        return Step(decisions=[waits] if waits and turn.in_order else [], stop=turn.in_order)
    if waits and turn.in_order and pod is not first:
        return Step(decisions=[(_waits(turn, first) if first else None) or waits], stop=True)
    return Step([[_delete(pod)]], [_about("statefulset.scale-down", pod)], stop=True)


def _update(turn: Turn) -> None:
    """Delete the highest pod that is not of the update revision, if everything above it is available."""
    strategy = turn.owner["spec"]["updateStrategy"]
    if strategy["type"] == "OnDelete":
        return
    lowest = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    wanted = turn.revisions.update["metadata"]["name"]
    for pod in reversed(turn.replicas[lowest:]):
        if revision_of(pod) != wanted and not report.is_terminating(pod):
            facts = {"pod": pod["metadata"]["name"], "revision": wanted}
            turn.outcome.plan.decisions.append(Decision("statefulset.update-pod", facts))
            turn.outcome.plan.stages.append([_delete(pod)])
            turn.outcome.replaced = 1
            return
        if turn.is_unavailable(pod):
            turn.outcome.plan.decisions.append(_about("statefulset.update-waits", pod, taken=False))
            return
    if any(revision_of(pod) != wanted for pod in turn.replicas[:lowest]):
        held = Decision("statefulset.held-by-partition", {"partition": lowest}, taken=False)
        turn.outcome.plan.decisions.append(held)


def _claims_of(turn: Turn, pod: Obj) -> list[Obj]:
    """The claims of a pod that are there."""
    ordinal = ordinal_of(pod)
    names = [claim_name(turn.owner, template, ordinal) for template in claim_templates(turn.owner)]
    return [turn.seen.claims[name] for name in names if name in turn.seen.claims]


def _new_claims(turn: Turn, pod: Obj) -> list[Action]:
    wanted = new_claims(turn.owner, ordinal_of(pod))
    missing = [claim for claim in wanted if claim["metadata"]["name"] not in turn.seen.claims]
    namespace = turn.owner["metadata"]["namespace"]
    return [Action("create", CLAIMS, namespace, body=claim, ignore=("AlreadyExists",)) for claim in missing]


def _owners(turn: Turn, pod: Obj) -> list[Action]:
    """Writes that give claims the owners that the retention policy wants."""
    actions = []
    for claim in _claims_of(turn, pod):
        meta = claim["metadata"]
        if claims.is_up_to_date(claim, turn.owner, pod):
            continue
        if claims.has_other_controller(claim, turn.owner, pod):
            turn.outcome.warnings.append(("ConflictingController", claims.CONFLICT.format(meta["name"])))
        body = claims.with_owners(claim, turn.owner, pod)
        actions.append(Action("update", CLAIMS, meta["namespace"], meta["name"], body, ignore=("NotFound",)))
    return actions


def _delete(pod: Obj) -> Action:
    meta = pod["metadata"]
    return Action("delete", "pods", meta["namespace"], meta["name"], ignore=("NotFound",))


def _about(message_id: str, pod: Obj, taken: bool = True) -> Decision:
    return Decision(message_id, {"pod": pod["metadata"]["name"]}, taken)
