"""Custom and external metrics. Real adapters ask Prometheus or a cloud for them; here they are declared, or follow from the requests that
a load brings:

* the annotation `sim.orrery/metric.<name>` of an object is its value of that metric, a quantity;
* `http_requests_per_second` of a pod is its part of the requests of the loads on it (`load` with `requests`), of a Service what comes to
  all its pods;
* a ConfigMap with the label `sim.orrery/external-metrics` has external metrics of its namespace: names and quantities in `data`; its other
  labels are those of the metrics.

Upstream: custom-metrics-apiserver `pkg/provider`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from cluster_core.api.conversion import Form
from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.metric_values import EXTERNAL
from cluster_core.api.quantity import canonical, parse
from cluster_core.api.request import Obj, Request
from cluster_core.api.selector import Selector, from_map, parse_label_selector
from cluster_core.api.timestamp import rfc3339
from cluster_core.usage.consumption import Consumption

REQUESTS = "http_requests_per_second"
PREFIX, LABEL = "sim.orrery/metric.", "sim.orrery/external-metrics"


class Sources(Protocol):
    """What an adapter reaches."""

    def is_running(self) -> bool:
        """Whether a Ready pod of the adapter is within reach of the API server."""

    def now(self) -> int:
        """Virtual time (µs)."""

    def objects_of(self, kind: str, namespace: str) -> Iterable[Obj]:
        """The objects of a kind in a namespace, by name; a kind without namespaces has them in any."""

    def consumption(self) -> Consumption:
        """Every pod and the loads at this moment."""


class MetricsAdapter:
    """Serves both groups."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def is_available(self) -> bool:
        """Whether a request would find it."""
        return self.sources.is_running()

    def answer(self, form: Form, request: Request) -> Obj:
        """MetricValueList or ExternalMetricValueList. Raises 404 for a metric that nobody has."""
        name = str(request.options.get("metric") or "")
        labels = parse_label_selector(str(request.options.get("metric_selector") or ""))
        if form.kind.group == EXTERNAL:
            items = list(self._external(request.namespace, name, labels))
        else:
            items = self._custom(form, request, name)
        return {"kind": form.kind.list_kind, "apiVersion": form.api_version, "metadata": {}, "items": items}

    def _external(self, namespace: str, name: str, labels: Selector) -> Iterator[Obj]:
        now = rfc3339(self.sources.now())
        for config in self.sources.objects_of("ConfigMap", namespace):
            own = dict(config["metadata"].get("labels") or {})
            if own.pop(LABEL, None) is None or not labels.matches(own):
                continue
            value = _quantity((config.get("data") or {}).get(name))
            if value is not None:
                yield {"metricName": name, "metricLabels": own, "timestamp": now, "value": value}

    def _custom(self, form: Form, request: Request, name: str) -> list[Obj]:
        kind, wanted = str(request.options.get("kind") or ""), str(request.options.get("object") or "")
        selector = parse_label_selector(str(request.options.get("label_selector") or ""))
        known = self.sources.consumption() if name == REQUESTS else None
        found = []
        for obj in self.sources.objects_of(kind, request.namespace):
            meta = obj["metadata"]
            if meta["name"] != wanted if wanted else not selector.matches(meta.get("labels") or {}):
                continue
            value = _quantity((meta.get("annotations") or {}).get(f"{PREFIX}{name}"))
            if value is None and known is not None:
                value = _requests(obj, kind, known, self.sources.now())
            if value is not None:
                found.append(self._value(obj, kind, name, value))
        if not found:
            about = f"{kind.lower()}s {wanted}" if wanted else f"{kind.lower()}s"
            raise ApiError(404, "NotFound", f"the server could not find the metric {name} for {about}", {})
        return found

    def _value(self, obj: Obj, kind: str, name: str, value: str) -> Obj:
        meta = obj["metadata"]
        version = str(obj.get("apiVersion", "v1"))
        about = {"kind": kind, "name": meta["name"], "apiVersion": version if "/" in version else f"/{version}"}
        if meta.get("namespace"):
            about["namespace"] = meta["namespace"]
        at = rfc3339(self.sources.now())
        return {"describedObject": about, "metric": {"name": name, "selector": None}, "timestamp": at, "value": value}


def _requests(obj: Obj, kind: str, known: Consumption, now: int) -> str | None:
    """Requests a second that come to a pod, or to the pods of a Service; None where no load brings any."""
    meta = obj["metadata"]
    if kind == "Pod":
        mine = [pod for pod in known.pods if (pod.namespace, pod.name) == (meta["namespace"], meta["name"])]
    elif kind == "Service" and obj["spec"].get("selector"):
        selects = from_map(obj["spec"]["selector"])
        mine = [pod for pod in known.pods if pod.namespace == meta["namespace"] and selects.matches(pod.labels)]
    else:
        return None
    rates = [rate for pod in mine if not pod.gone and (rate := known.requests(pod, now)) is not None]
    return canonical(f"{sum(rates)}m") if rates else None


def _quantity(text: object) -> str | None:
    """A declared value, as the API writes quantities; None if it is none."""
    try:
        if isinstance(text, str):
            parse(text)
            return canonical(text)
    except ValueError:
        return None
    return None
