"""Autoscalers, disruption budgets and priorities, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, flag, moment, pairs, selector

UNKNOWN = "<unknown>"


def describe_autoscaler(page: Page, obj: Obj) -> None:
    """A HorizontalPodAutoscaler (autoscaling/v2)."""
    spec, status = obj["spec"], obj.get("status", {})
    target = spec["scaleTargetRef"]
    page.name(obj)
    page.marks(obj)
    page.write(0, f"CreationTimestamp:\t{moment(obj['metadata']['creationTimestamp'])}")
    page.write(0, f"Reference:\t{target['kind']}/{target['name']}")
    page.write(0, "Metrics:\t( current / target )")
    currents = status.get("currentMetrics") or []
    for index, metric in enumerate(spec.get("metrics") or ()):
        page.write(1, _metric(metric, currents[index] if index < len(currents) else {}))
    page.write(0, f"Min replicas:\t{spec.get('minReplicas', '<unset>')}")
    page.write(0, f"Max replicas:\t{spec['maxReplicas']}")
    if spec.get("behavior"):
        page.write(0, "Behavior:")
        for field, words in (("scaleUp", "Scale Up"), ("scaleDown", "Scale Down")):
            _direction(page, words, spec["behavior"].get(field))
    counts = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    page.write(0, f"{target['kind']} pods:\t{counts}")
    if status.get("conditions"):
        page.write(0, "Conditions:")
        page.write(1, "Type\tStatus\tReason\tMessage")
        page.write(1, "----\t------\t------\t-------")
        for one in status["conditions"]:
            page.write(1, f"{one['type']}\t{one['status']}\t{one.get('reason', '')}\t{one.get('message', '')}")


def _metric(metric: Obj, current: Obj) -> str:
    kind = metric["type"]
    field = kind[0].lower() + kind[1:]
    source, now = metric.get(field) or {}, (current.get(field) or {}).get("current") or {}
    target = source.get("target") or {}
    if kind in ("Resource", "ContainerResource"):
        where = f' of container "{source["container"]}"' if kind == "ContainerResource" else ""
        return _resource(f"resource {source['name']}{where} on pods", target, now)
    name = (source.get("metric") or {}).get("name", "")
    average = "averageValue" in target
    value, wanted = (
        (now.get("averageValue"), target["averageValue"]) if average else (now.get("value"), target.get("value"))
    )
    words = {
        "Pods": f'"{name}" on pods',
        "External": f'"{name}" (target {"average " if average else ""}value)',
        "Object": _object_words(name, source, average),
    }.get(kind, f'<unknown metric type "{kind}">')
    return f"{words}:\t{value or UNKNOWN} / {wanted}"


def _object_words(name: str, source: Obj, average: bool) -> str:
    about = source.get("describedObject") or {}
    return f'"{name}" on {about.get("kind", "")}/{about.get("name", "")} (target {"average " if average else ""}value)'


def _resource(words: str, target: Obj, now: Obj) -> str:
    if "averageValue" in target:
        return f"{words}:\t{now.get('averageValue') or UNKNOWN} / {target['averageValue']}"
    current = UNKNOWN
    if "averageUtilization" in now:
        current = f"{now['averageUtilization']}% ({now.get('averageValue', '')})"
    wanted = f"{target['averageUtilization']}%" if "averageUtilization" in target else "<auto>"
    return f"{words}  (as a percentage of request):\t{current} / {wanted}"


def _direction(page: Page, words: str, rules: Obj | None) -> None:
    if not rules:
        return
    page.write(1, f"{words}:")
    if "stabilizationWindowSeconds" in rules:
        page.write(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds")
    if rules.get("policies"):
        page.write(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}")
        page.write(2, "Policies:")
        for one in rules["policies"]:
            page.write(3, f"- Type: {one['type']}\tValue: {one['value']}\tPeriod: {one['periodSeconds']} seconds")


def describe_budget(page: Page, obj: Obj) -> None:
    """A PodDisruptionBudget."""
    spec, status = obj.get("spec", {}), obj.get("status", {})
    page.name(obj)
    if "minAvailable" in spec:
        page.write(0, f"Min available:\t{spec['minAvailable']}")
    elif "maxUnavailable" in spec:
        page.write(0, f"Max unavailable:\t{spec['maxUnavailable']}")
    page.write(0, f"Selector:\t{selector(spec['selector']) if 'selector' in spec else '<unset>'}")
    page.write(0, "Status:")
    for name, words in (
        ("disruptionsAllowed", "Allowed disruptions"),
        ("currentHealthy", "Current"),
        ("desiredHealthy", "Desired"),
        ("expectedPods", "Total"),
    ):
        page.write(2, f"{words}:\t{status.get(name, 0)}")


def describe_priority(page: Page, obj: Obj) -> None:
    """A PriorityClass."""
    page.name(obj, namespaced=False)
    page.write(0, f"Value:\t{obj['value']}")
    page.write(0, f"GlobalDefault:\t{flag(obj.get('globalDefault'))}")
    page.write(0, f"PreemptionPolicy:\t{obj.get('preemptionPolicy', '')}")
    page.write(0, f"Description:\t{obj.get('description', '')}")
    page.write(0, f"Annotations:\t{pairs(obj['metadata'].get('annotations'))}")
