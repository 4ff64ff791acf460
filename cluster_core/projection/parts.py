"""The parts of workload cards that are dear to work out, kept while what they come from is the same; and what acts on many workloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api.objects import key
from cluster_core.api.request import Obj
from cluster_core.projection.jobs import cron_job_part, job_part
from cluster_core.projection.places import daemon_part, stateful_part
from cluster_core.projection.scaling import (
    AUTOSCALERS,
    BUDGETS,
    autoscaler_card,
    budget_cards,
    condition_cards,
    load_card,
)
from cluster_core.projection.source import Source, changed_at, controller_of
from cluster_core.projection.workload_cards import AutoscalerCard, BudgetCard, CronJobPart, DeploymentPart, LoadCard


def template_of(obj: Obj) -> Obj:
    """The pod template of a workload, that of a CronJob's Jobs included."""
    spec = obj["spec"]
    found: Obj = spec["jobTemplate"]["spec"]["template"] if obj["kind"] == "CronJob" else spec.get("template", {})
    return found if "spec" in found else {"spec": {}}


def deployment_part(deployment: Obj) -> DeploymentPart:
    """What a Deployment's rollout is about."""
    spec = deployment["spec"]
    return {
        "paused": bool(spec.get("paused")),
        "min_ready": spec.get("minReadySeconds", 0),
        "deadline": spec.get("progressDeadlineSeconds"),
        "conditions": condition_cards(deployment),
    }


class Parts:
    """Parts by workload and name, with what they were worked out from."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[tuple[Any, ...], Any]] = {}
        self._met: dict[tuple[str, str], None] = {}

    def of(self, obj: Obj, name: str, inputs: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """A part, worked out again when one of its inputs is another."""
        place, inputs = (obj["metadata"]["uid"], name), (obj, *inputs)
        self._met[place] = None
        known = self._known.get(place)
        if known is None or len(known[0]) != len(inputs) or not all(map(_is_same, known[0], inputs)):
            known = self._known[place] = (inputs, make())
        return known[1]

    def schedule_of(self, cron_job: Obj, now: int) -> CronJobPart:
        """When a CronJob runs: the same until the next time of its schedule has come."""
        place = (cron_job["metadata"]["uid"], "cron")
        known = self._known.get(place)
        passed = known is not None and bool(known[1]["next"]) and known[1]["next"][0]["at"] <= now
        if passed:
            del self._known[place]
        found: CronJobPart = self.of(cron_job, "cron", (), lambda: cron_job_part(cron_job, now))
        return found

    def forget_others(self) -> None:
        """Workloads that nobody has asked about since the last time are gone."""
        self._known = {place: known for place, known in self._known.items() if place in self._met}
        self._met = {}


class Beside:
    """What the cards of one moment share: autoscalers by target, budgets by namespace, the revisions of what parts depend on."""

    def __init__(self, source: Source, parts: Parts) -> None:
        self.source = source
        self.parts = parts
        self.autoscalers: dict[tuple[str, str], Obj] = {}
        self.budgets: dict[str, list[Obj]] = {}

    @classmethod
    def of(cls, source: Source, parts: Parts) -> Beside:
        """What is beside the workloads of a moment."""
        found = cls(source, parts)
        for hpa in source.objects(AUTOSCALERS).values():
            target = hpa["spec"]["scaleTargetRef"]
            place = f"{hpa['metadata']['namespace']}/{target['name']}"
            found.autoscalers.setdefault((target["kind"], place), hpa)
        for budget in source.objects(BUDGETS).values():
            found.budgets.setdefault(budget["metadata"]["namespace"], []).append(budget)
        return found

    def parts_of(self, obj: Obj) -> dict[str, Any]:
        """What is special to the kind of a workload."""
        source, parts = self.source, self.parts
        if obj["kind"] == "Deployment":
            return {"deployment": parts.of(obj, "deployment", (), lambda: deployment_part(obj))}
        if obj["kind"] == "StatefulSet":
            claims = changed_at(source, "persistentvolumeclaims")
            return {"stateful": parts.of(obj, "stateful", (claims,), lambda: stateful_part(obj, source))}
        if obj["kind"] == "DaemonSet":
            places = (changed_at(source, "nodes"), changed_at(source, "controllerrevisions.apps"))
            return {"daemon": parts.of(obj, "daemon", places, lambda: daemon_part(obj, source))}
        if obj["kind"] == "Job":
            controller = controller_of(source, "job-controller")
            record = controller.records.get(key(obj)) if controller is not None else None
            return {"job": parts.of(obj, "job", (record,), lambda: job_part(obj, source))}
        if obj["kind"] == "CronJob":
            return {"cron": parts.schedule_of(obj, source.sim.now)}
        return {}

    def autoscaler_of(self, obj: Obj) -> AutoscalerCard | None:
        """The autoscaler whose target a workload is; of several the first by name."""
        hpa = self.autoscalers.get((obj["kind"], key(obj))) if self.autoscalers else None
        return autoscaler_card(hpa, self.source) if hpa is not None else None

    def budgets_of(self, obj: Obj) -> list[BudgetCard]:
        """The budgets that cover the pods of a workload."""
        there = self.budgets.get(obj["metadata"]["namespace"], [])
        if not there:
            return []
        inputs = (changed_at(self.source, BUDGETS),)
        found: list[BudgetCard] = self.parts.of(obj, "budgets", inputs, lambda: budget_cards(_labels(obj), there))
        return found

    def load_of(self, obj: Obj) -> LoadCard | None:
        """What users ask of the pods of a workload."""
        return load_card(obj["metadata"]["namespace"], _labels(obj), self.source)


def _labels(obj: Obj) -> dict[str, str]:
    return dict((template_of(obj).get("metadata") or {}).get("labels") or {})


def _is_same(left: Any, right: Any) -> bool:
    """Objects never change, so another object may be another value; numbers are compared."""
    return left is right or (isinstance(left, int) and left == right)
