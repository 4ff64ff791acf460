"""What one look at an autoscaler comes to: the wish of its metrics, what is done about it, the conditions and Events that tell of it.

Upstream: reconcileAutoscaler, computeReplicasForMetrics of `horizontal.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.request import Obj, Response
from cluster_core.controllers.autoscaling.calculator import Scene, Tolerances
from cluster_core.controllers.autoscaling.measuring import Failure, proposal_of
from cluster_core.controllers.autoscaling.normalizing import Memory, normalized
from cluster_core.controllers.autoscaling.samples import milli
from cluster_core.controllers.autoscaling.status import ABLE, ACTIVE, LIMITED, conditions_with, metric_status

GOT_SCALE = "the HPA controller was able to get the target's current scale"
DISABLED = "scaling is disabled since the replica count of the target is zero"
ABOVE_MAX, BELOW_MIN = (
    "Current number of replicas above Spec.MaxReplicas",
    "Current number of replicas below Spec.MinReplicas",
)
UNABLE = "the HPA was unable to compute the replica count: {}"
FOUND = "the HPA was able to successfully calculate a replica count from {}"


@dataclass(slots=True)
class Outcome:
    """`wanted` is what the metrics ask for, None without them; `desired` what is done; `failed`: nothing is known to be done.

    `events` are (type, reason, message).
    """

    conditions: list[Obj]
    current: int = 0
    desired: int = 0
    wanted: int | None = None
    rescale: bool = False
    reason: str = ""
    metrics: list[Obj] | None = None
    failed: bool = False
    events: list[tuple[str, str, str]] = field(default_factory=list)

    def set(self, kind: str, holds: bool, reason: str, message: str, now: int) -> None:
        """Set a condition."""
        self.conditions = conditions_with(self.conditions, kind, holds, reason, message, now)

    def warn(self, reason: str, message: str) -> None:
        """An Event that warns."""
        self.events.append(("Warning", reason, message))


def without_scale(hpa: Obj, message: str, now: int) -> Outcome:
    """The target cannot be scaled, or not be found."""
    outcome = Outcome(_conditions(hpa), failed=True)
    outcome.warn("FailedGetScale", message)
    words = f"the HPA controller was unable to get the target's current scale: {message}"
    outcome.set(ABLE, False, "FailedGetScale", words, now)
    return outcome


def needs_metrics(hpa: Obj, replicas: int) -> bool:
    """Whether the metrics decide: the autoscaler is on, and the size within its bounds."""
    spec = hpa["spec"]
    if replicas == 0 and spec["minReplicas"] != 0:
        return False
    return bool(spec["minReplicas"] <= replicas <= spec["maxReplicas"])


def outcome_of(
    hpa: Obj, scale: Obj, pods: list[Obj], answers: list[Response], memory: Memory, now: int, problem: tuple[str, str]
) -> Outcome:
    """What is to be done. `answers` are those of the metrics, in order; `problem` is (reason, message) of a selector that cannot be used."""
    spec, current = hpa["spec"], int(scale["spec"].get("replicas") or 0)
    outcome = Outcome(_conditions(hpa), current, current)
    outcome.set(ABLE, True, "SucceededGetScale", GOT_SCALE, now)
    if not memory.recommendations:
        memory.recommendations.append((now, current))
    if current == 0 and spec["minReplicas"] != 0:
        outcome.set(ACTIVE, False, "ScalingDisabled", DISABLED, now)
    elif current > spec["maxReplicas"]:
        outcome.rescale, outcome.desired, outcome.reason = True, spec["maxReplicas"], ABOVE_MAX
    elif current < spec["minReplicas"]:
        outcome.rescale, outcome.desired, outcome.reason = True, spec["minReplicas"], BELOW_MIN
    elif problem[0]:
        _refuse(outcome, problem, now)
    else:
        reported = int((scale.get("status") or {}).get("replicas") or 0)
        scene = Scene(current, reported, pods, tolerances_of(spec), now)
        _measure(outcome, hpa, scene, answers)
        if outcome.wanted is not None:
            _normalize(outcome, spec, memory, now)
    return outcome


def tolerances_of(spec: Obj) -> Tolerances:
    """The tolerances of the behavior, a tenth where it has none."""
    behavior = spec.get("behavior") or {}
    found = {way: (behavior.get(way) or {}).get("tolerance") for way in ("scaleDown", "scaleUp")}
    amounts = {way: 0.1 if text is None else milli(text) / 1000 for way, text in found.items()}
    return Tolerances(amounts["scaleDown"], amounts["scaleUp"])


def _measure(outcome: Outcome, hpa: Obj, scene: Scene, answers: list[Response]) -> None:
    """The greatest of the proposals. If some metrics fail, only growth is believed."""
    metrics, namespace = hpa["spec"]["metrics"], hpa["metadata"]["namespace"]
    outcome.metrics = [{"type": ""} for _ in metrics]
    failures: list[Failure] = []
    replicas, best = 0, ""
    for place, (metric, response) in enumerate(zip(metrics, answers, strict=True)):
        try:
            proposal, name = proposal_of(metric, scene, response, namespace)
        except Failure as failure:
            failures.append(failure)
            outcome.warn(failure.reason, failure.message)
            continue
        outcome.metrics[place] = metric_status(metric, proposal)
        if replicas == 0 or proposal.replicas > replicas:
            replicas, best = proposal.replicas, name
    if failures and (len(failures) == len(metrics) or replicas < scene.replicas):
        outcome.failed = True
        outcome.set(ACTIVE, False, failures[0].reason, UNABLE.format(failures[0].message), scene.now)
        words = f"invalid metrics ({len(failures)} invalid out of {len(metrics)}), first error is: {failures[0].outer}"
        outcome.warn("FailedComputeMetricsReplicas", words)
        return
    outcome.set(ACTIVE, True, "ValidMetricFound", FOUND.format(best), scene.now)
    outcome.wanted = replicas
    if replicas > scene.replicas:
        outcome.reason = f"{best} above target"
    elif replicas < scene.replicas:
        outcome.reason = "All metrics below target"


def _normalize(outcome: Outcome, spec: Obj, memory: Memory, now: int) -> None:
    assert outcome.wanted is not None
    found = normalized(memory, spec, outcome.current, outcome.wanted, now)
    outcome.set(ABLE, True, *found.able, now)
    outcome.set(LIMITED, found.limited, *found.limit, now)
    outcome.desired, outcome.rescale = found.replicas, found.replicas != outcome.current


def _refuse(outcome: Outcome, problem: tuple[str, str], now: int) -> None:
    reason, message = problem
    missing = reason == "SelectorRequired"
    shown = "the HPA target's scale is missing a selector" if missing else message
    outcome.failed = True
    outcome.warn(reason, message)
    outcome.set(ACTIVE, False, "InvalidSelector" if missing else reason, shown, now)
    outcome.warn("FailedComputeMetricsReplicas", message)


def _conditions(hpa: Obj) -> list[Obj]:
    return list((hpa.get("status") or {}).get("conditions") or [])
