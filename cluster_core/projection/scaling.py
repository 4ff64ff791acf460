"""What acts on a workload from beside: its autoscaler, the budgets that cover its pods, and what users ask of them."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import key
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.controllers.autoscaling.normalizing import DOWN_WINDOW_S
from cluster_core.projection.source import Source, controller_of
from cluster_core.projection.workload_cards import AutoscalerCard, BudgetCard, ConditionCard, LoadCard, MetricCard

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
BUDGETS = "poddisruptionbudgets.policy"
EPOCH_TEXT = rfc3339(0)
RECOMMENDED_MAX = 60


def condition_cards(obj: Obj) -> list[ConditionCard]:
    """The conditions of a status, in its order."""
    return [
        {
            "type": one["type"],
            "status": one["status"],
            "reason": str(one.get("reason", "")),
            "message": str(one.get("message", "")),
            "at": parse(one.get("lastUpdateTime") or one.get("lastTransitionTime") or EPOCH_TEXT),
        }
        for one in (obj.get("status") or {}).get("conditions") or ()
    ]


def autoscaler_card(hpa: Obj, source: Source) -> AutoscalerCard:
    """An autoscaler, with the recommendations that its controller remembers."""
    spec, status = hpa["spec"], hpa.get("status") or {}
    behavior = spec.get("behavior") or {}
    scaled = status.get("lastScaleTime")
    return {
        "name": hpa["metadata"]["name"],
        "min": spec.get("minReplicas", 1),
        "max": spec["maxReplicas"],
        "current": status.get("currentReplicas") or 0,
        "desired": status.get("desiredReplicas") or 0,
        "metrics": metric_cards(spec.get("metrics") or [], status.get("currentMetrics") or []),
        "conditions": condition_cards(hpa),
        "recommended": _recommended(hpa, source),
        "window_up": _window(behavior.get("scaleUp"), 0),
        "window_down": _window(behavior.get("scaleDown"), DOWN_WINDOW_S),
        "scaled_at": parse(scaled) if scaled else None,
    }


def metric_cards(metrics: list[Obj], current: list[Obj]) -> list[MetricCard]:
    """The metrics of a spec with what the status says of them, which is in the same order."""
    cards: list[MetricCard] = []
    for place, metric in enumerate(metrics):
        told = current[place] if place < len(current) else {}
        part = metric[_field(metric["type"])]
        measure = part["target"]["type"]
        cards.append(
            {
                "name": _metric_name(metric["type"], part),
                "type": metric["type"],
                "measure": measure,
                "target": _value(part["target"], measure),
                "current": _value((told.get(_field(metric["type"])) or {}).get("current") or {}, measure),
            }
        )
    return cards


def budget_cards(labels: dict[str, str], budgets: list[Obj]) -> list[BudgetCard]:
    """The budgets whose selector holds for pods with these labels."""
    return [_budget(one) for one in budgets if from_label_selector(one["spec"].get("selector")).matches(labels)]


def load_card(namespace: str, labels: dict[str, str], source: Source) -> LoadCard | None:
    """What is asked of pods with these labels now, all loads together."""
    traffic: Any = getattr(source, "traffic", None)
    now = source.sim.now
    mine = [one for one in traffic.loads if one.holds(now) and one.matches(namespace, labels)] if traffic else []
    if not any(one.millicores or one.per_pod or one.memory for one in mine):
        return None
    return {
        "millicores": sum(one.millicores for one in mine),
        "per_pod": sum(one.per_pod for one in mine),
        "memory": sum(one.memory for one in mine),
        "shape": any(one.curve.points for one in mine),
        "since": max(one.since for one in mine),
    }


def _recommended(hpa: Obj, source: Source) -> list[list[int]]:
    """Recommendations in memory; those of looks that were left out while nothing happened are noted as the controller would."""
    controller = controller_of(source, "horizontal-pod-autoscaler")
    memory = controller.memories.get(key(hpa)) if controller is not None else None
    if memory is None:
        return []
    memory, nap = memory.copy(), controller.naps.get(key(hpa))
    if nap is not None:
        nap.remember(memory, source.sim.now)
    return [[at, replicas] for at, replicas in memory.recommendations[-RECOMMENDED_MAX:]]


def _window(rules: Obj | None, default: int) -> int:
    found = (rules or {}).get("stabilizationWindowSeconds")
    return default if found is None else int(found)


def _field(kind: str) -> str:
    """ "ContainerResource" is told under containerResource."""
    return kind[0].lower() + kind[1:]


def _metric_name(kind: str, part: Obj) -> str:
    if kind == "Resource":
        return str(part["name"])
    if kind == "ContainerResource":
        return f"{part['name']} ({part['container']})"
    return str(part["metric"]["name"])


def _value(told: Obj, measure: str) -> str:
    field = {"Utilization": "averageUtilization", "AverageValue": "averageValue"}.get(measure, "value")
    found = told.get(field)
    return "" if found is None else str(found)


def _budget(budget: Obj) -> BudgetCard:
    spec, status = budget["spec"], budget.get("status") or {}
    rule = "maxUnavailable" if "maxUnavailable" in spec else "minAvailable"
    allowed: Obj = next((one for one in status.get("conditions") or () if one["type"] == "DisruptionAllowed"), {})
    return {
        "name": budget["metadata"]["name"],
        "rule": rule,
        "limit": str(spec.get(rule, "")),
        "healthy": status.get("currentHealthy", 0),
        "needed": status.get("desiredHealthy", 0),
        "expected": status.get("expectedPods", 0),
        "allowed": status.get("disruptionsAllowed", 0),
        "reason": str(allowed.get("reason", "")),
    }
