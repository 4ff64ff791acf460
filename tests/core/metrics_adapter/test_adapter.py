"""Custom and external metrics: declared values, requests of loads, what nobody has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from cluster_core.api.conversion import form_of
from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.metric_values import AGGREGATED
from cluster_core.api.request import Obj, Request
from cluster_core.api.selector import from_map
from cluster_core.metrics_adapter.adapter import LABEL, PREFIX, REQUESTS, MetricsAdapter
from cluster_core.usage.consumption import Consumption
from cluster_core.usage.load import Load
from cluster_core.usage.meter import ContainerMeter, PodMeter


def obj(kind: str, name: str, labels: dict[str, str] | None = None, **more: Any) -> Obj:
    meta = {"name": name, "namespace": "shop", "labels": labels or {}, "annotations": more.pop("notes", {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": meta, **more}


def meter(name: str, ready: bool = True) -> PodMeter:
    turns = (0,) if ready else ()
    return PodMeter("shop", name, name, "node-1", {"app": "web"}, (ContainerMeter("c", ((0, None),), 1, 1),), turns)


class Sources:
    """Objects and loads that a test puts there."""

    def __init__(self, *objects: Obj, requests: int = 0, meters: tuple[PodMeter, ...] = ()) -> None:
        self.objects, self.running = objects, True
        self.known = Consumption(meters, [Load("shop", from_map({"app": "web"}), requests=requests)])

    def is_running(self) -> bool:
        return self.running

    def now(self) -> int:
        return 5_000_000

    def objects_of(self, kind: str, namespace: str) -> Iterable[Obj]:
        return [one for one in self.objects if (one["kind"], one["metadata"]["namespace"]) == (kind, namespace)]

    def consumption(self) -> Consumption:
        return self.known


def ask(sources: Sources, metric: str, external: bool = False, **options: str) -> list[Obj]:
    form = form_of(AGGREGATED[external])
    assert form is not None
    adapter = MetricsAdapter(sources)
    assert adapter.is_available() is sources.running
    asked = Request(1, "x", "x", "list", form.kind.resource, "shop", options={"metric": metric, **options})
    answer = adapter.answer(form, asked)
    assert answer["kind"] == f"{form.kind.kind}List" and answer["apiVersion"] == form.api_version
    return list(answer["items"])


def test_a_declared_value_is_that_of_its_object() -> None:
    pods = [
        obj("Pod", name, {"app": name}, notes={f"{PREFIX}heat": value})
        for name, value in (("a", "0.5"), ("b", "7"), ("c", "hot"))
    ]
    assert [one["value"] for one in ask(Sources(*pods), "heat", kind="Pod")] == ["500m", "7"]
    (found,) = ask(Sources(*pods), "heat", kind="Pod", label_selector="app=b")
    assert found["describedObject"] == {"kind": "Pod", "name": "b", "apiVersion": "/v1", "namespace": "shop"}
    assert [one["value"] for one in ask(Sources(*pods), "heat", kind="Pod", object="a")] == ["500m"]


def test_requests_are_shared_by_the_pods_that_are_ready() -> None:
    meters = (meter("a"), meter("b"), meter("c", ready=False))
    pods = [obj("Pod", name, {"app": "web"}) for name in "abc"]
    service = obj("Service", "web", spec={"selector": {"app": "web"}})
    sources = Sources(*pods, service, requests=25, meters=meters)
    assert [one["value"] for one in ask(sources, REQUESTS, kind="Pod")] == ["12500m", "12500m", "0"]
    assert [one["value"] for one in ask(sources, REQUESTS, kind="Service", object="web")] == ["25"]


def test_external_metrics_are_config_maps_with_a_label() -> None:
    configs = [
        obj("ConfigMap", "a", {LABEL: "", "queue": "orders"}, data={"depth": "30"}),
        obj("ConfigMap", "b", {LABEL: "", "queue": "mail"}, data={"depth": "4", "other": "x"}),
        obj("ConfigMap", "c", {"queue": "orders"}, data={"depth": "1000"}),
    ]
    assert [one["value"] for one in ask(Sources(*configs), "depth", external=True)] == ["30", "4"]
    (found,) = ask(Sources(*configs), "depth", external=True, metric_selector="queue=mail")
    assert (found["metricName"], found["metricLabels"], found["value"]) == ("depth", {"queue": "mail"}, "4")
    assert ask(Sources(*configs), "other", external=True) == []


def test_what_nobody_has_is_not_found() -> None:
    sources = Sources(obj("Pod", "a"))
    with pytest.raises(ApiError, match="the server could not find the metric heat for pods a"):
        ask(sources, "heat", kind="Pod", object="a")
    with pytest.raises(ApiError, match="the server could not find the metric http_requests_per_second for pods"):
        ask(sources, REQUESTS, kind="Pod")
