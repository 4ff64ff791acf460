"""From a metric of the spec to the request for it, and from the answer to a proposal. Upstream: computeStatusFor… of `horizontal.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import from_label_selector
from cluster_core.client.plan import Action
from cluster_core.controllers.autoscaling.calculator import (
    Proposal,
    Scene,
    by_average,
    by_utilization,
    by_value,
    by_value_per_pod,
)
from cluster_core.controllers.autoscaling.samples import MetricError, Sample, milli, resource_samples

CUSTOM, EXTERNAL = "metricvalues.custom.metrics.k8s.io", "metricvalues.external.metrics.k8s.io"
# Whatever a request for metrics is answered, the turn goes on.
ANY = (
    "BadRequest",
    "Unauthorized",
    "Forbidden",
    "NotFound",
    "MethodNotAllowed",
    "Conflict",
    "Invalid",
    "Gone",
    "TooManyRequests",
    "InternalError",
    "ServiceUnavailable",
    "Timeout",
)


class Failure(Exception):
    """A metric that could not be had: the reason of the condition, the inner text that it and its Event carry, the outer one."""

    def __init__(self, reason: str, message: str, outer: str) -> None:
        super().__init__(outer)
        self.reason, self.message, self.outer = reason, message, outer


def request_for(metric: Obj, namespace: str, selector: str) -> Action:
    """The request that brings one metric."""
    kind, source = metric["type"], metric[_field(metric)]
    options = {"label_selector": selector, "steady": True}
    if kind in ("Resource", "ContainerResource"):
        return Action("list", "pods.metrics.k8s.io", namespace, options=options, ignore=ANY)
    asked = {"metric": source["metric"]["name"], "metric_selector": _text(source["metric"])}
    if kind == "External":
        return Action("list", EXTERNAL, namespace, options=asked, ignore=ANY)
    if kind == "Pods":
        return Action("list", CUSTOM, namespace, options={**options, **asked, "kind": "Pod"}, ignore=ANY)
    about = source["describedObject"]
    return Action(
        "list", CUSTOM, namespace, options={**asked, "kind": about["kind"], "object": about["name"]}, ignore=ANY
    )


def proposal_of(metric: Obj, scene: Scene, response: Response, namespace: str) -> tuple[Proposal, str]:
    """How many replicas a metric asks for, and its name. Raises Failure."""
    try:
        return _MEASURES[metric["type"]](metric[_field(metric)], scene, response, namespace)
    except MetricError as error:
        reason, outer = _words(metric)
        raise Failure(reason, str(error), outer.format(error)) from error


def _resource(source: Obj, scene: Scene, response: Response, _namespace: str) -> tuple[Proposal, str]:
    name, container, target = source["name"], source.get("container", ""), source["target"]
    average = target.get("averageValue")
    try:
        try:
            samples = resource_samples(_items(response, "resource"), name, container)
        except MetricError as error:
            raise MetricError(f"unable to get metrics for resource {name}: {error}") from error
        if average is not None:
            return by_average(scene, samples, milli(average), name), f"{name} resource"
        found = by_utilization(scene, samples, target["averageUtilization"], name, container)
        return found, f"{name} resource utilization (percentage of request)"
    except MetricError as error:
        what = "usage" if average is not None else "utilization"
        raise MetricError(f"failed to get {name} {what}: {error}") from error


def _pods(source: Obj, scene: Scene, response: Response, _namespace: str) -> tuple[Proposal, str]:
    name = source["metric"]["name"]
    try:
        items = _items(response, "custom")
        if not items:
            raise MetricError("no metrics returned from custom metrics API")
    except MetricError as error:
        raise MetricError(f"unable to get metric {name}: {error}") from error
    samples = {item["describedObject"]["name"]: Sample(milli(item["value"])) for item in items}
    return by_average(scene, samples, milli(source["target"]["averageValue"])), f"pods metric {name}"


def _object(source: Obj, scene: Scene, response: Response, namespace: str) -> tuple[Proposal, str]:
    name, about, target = source["metric"]["name"], source["describedObject"], source["target"]
    average = target.get("averageValue")
    try:
        try:
            usage = milli(_items(response, "custom")[0]["value"])
        except MetricError as error:
            where = f"{about['kind']} {namespace}/{about['name']}"
            raise MetricError(f"unable to get metric {name}: {where}: {error}") from error
        if average is None:
            return by_value(scene, usage, milli(target["value"])), f"{about['kind']} metric {name}"
        return by_value_per_pod(scene, usage, milli(average)), _external_name(source)
    except MetricError as error:
        if average is None:
            raise
        raise MetricError(f"failed to get {name} object metric: {error}") from error


def _external(source: Obj, scene: Scene, response: Response, namespace: str) -> tuple[Proposal, str]:
    name, target = source["metric"]["name"], source["target"]
    average = target.get("averageValue")
    try:
        try:
            items = _items(response, "external")
            if not items:
                raise MetricError("no metrics returned from external metrics API")
        except MetricError as error:
            labels = _go_selector(source["metric"].get("selector"))
            raise MetricError(f"unable to get external metric {namespace}/{name}/{labels}: {error}") from error
        usage = sum(milli(item["value"]) for item in items)
        if average is not None:
            return by_value_per_pod(scene, usage, milli(average)), _external_name(source)
        return by_value(scene, usage, milli(target["value"])), _external_name(source)
    except MetricError as error:
        words = f"{name} external metric" if average is not None else f"external metric {name}"
        raise MetricError(f"failed to get {words}: {error}") from error


_MEASURES = {
    "Resource": _resource,
    "ContainerResource": _resource,
    "Pods": _pods,
    "Object": _object,
    "External": _external,
}


def _items(response: Response, api: str) -> list[Obj]:
    if response.ok:
        items: list[Obj] = response.body["items"]
        return items
    raise MetricError(f"unable to fetch metrics from {api} metrics API: {response.body.get('message', '')}")


def _words(metric: Obj) -> tuple[str, str]:
    """The reason of the condition, and the words around the error in what the turn fails with."""
    kind, source = metric["type"], metric[_field(metric)]
    if kind == "Resource":
        return "FailedGetResourceMetric", f"failed to get {source['name']} resource metric value: {{}}"
    if kind == "ContainerResource":
        return "FailedGetContainerResourceMetric", f"failed to get {source['container']} container metric value: {{}}"
    if kind == "External":
        return "FailedGetExternalMetric", f"failed to get {source['metric']['name']} external metric value: {{}}"
    return f"FailedGet{kind}Metric", f"failed to get {kind.lower()} metric value: {{}}"


def _external_name(source: Obj) -> str:
    return f"external metric {source['metric']['name']}({_go_selector(source['metric'].get('selector'))})"


def _go_selector(selector: Obj | None) -> str:
    """A label selector as Go prints it."""
    if selector is None:
        return "nil"
    labels = " ".join(f"{name}:{value}" for name, value in sorted((selector.get("matchLabels") or {}).items()))
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels.replace(':', ': ', 1)}}},MatchExpressions:[]LabelSelectorRequirement{{}},}}"


def _text(metric: Obj) -> str:
    return str(from_label_selector(metric["selector"])) if metric.get("selector") else ""


def _field(metric: Obj) -> str:
    kind: str = metric["type"]
    return kind[0].lower() + kind[1:]
