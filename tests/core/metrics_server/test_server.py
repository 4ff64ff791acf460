"""metrics-server: two scrapes, fresh containers, nodes, 404."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.conversion import Form, form_of
from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj, Request
from cluster_core.api.selector import from_map
from cluster_core.metrics_server.server import STEADY, Machine, MetricsServer, usage
from cluster_core.usage.consumption import Consumption
from cluster_core.usage.load import Load
from cluster_core.usage.meter import ContainerMeter, PodMeter

SECOND = 1_000_000


class Sources:
    """A node with what the test puts there."""

    def __init__(self, *pods: PodMeter, load: int = 0) -> None:
        self.pods = pods
        self.loads = [Load("default", from_map({"app": "web"}), load)]
        self.since: int | None = 0
        self.now = 0

    def running_since(self) -> int | None:
        return self.since

    def machines(self) -> list[Machine]:
        return [Machine("node-1", {"zone": "a"}, 50, 1024 * 1024)]

    def consumption(self, begin: int, end: int) -> Consumption:
        return Consumption(self.pods, self.loads)


class Clock:
    now = 0


def form(name: str) -> Form:
    found = form_of(by_resource(f"{name}.metrics.k8s.io"))
    assert found is not None
    return found


def ask(sources: Sources, now: int, plural: str = "pods", verb: str = "list", **fields: Any) -> Obj:
    clock = Clock()
    clock.now = now * SECOND
    server = MetricsServer(clock, sources)  # type: ignore[arg-type]
    assert server.is_available() == (sources.since is not None)
    return server.answer(form(plural), Request(1, "x", "x", verb, f"{plural}.metrics.k8s.io", **fields))


def web(name: str = "web-1", began: int = 0, node: str = "node-1", ready: int = 0) -> PodMeter:
    container = ContainerMeter("c", ((began * SECOND, None),), 3, 1024 * 1024)
    return PodMeter("default", name, name, node, {"app": "web"}, (container,), (ready * SECOND,))


def test_usage_is_the_average_between_the_last_two_scrapes() -> None:
    sources = Sources(web(ready=20), load=300)
    found = ask(sources, 50)["items"][0]
    assert (found["timestamp"], found["window"]) == ("2025-01-01T00:00:45Z", "15s")
    assert found["containers"] == [{"name": "c", "usage": {"cpu": "303000000n", "memory": "1024Ki"}}]
    before = ask(sources, 44)["items"][0]["containers"][0]["usage"]["cpu"]
    assert before == f"{3_000_000 + 300_000_000 * 10 // 15}n"


def test_a_container_is_told_of_after_ten_seconds() -> None:
    sources = Sources(web(began=36))
    assert ask(sources, 59)["items"] == []
    sources = Sources(web(began=33))
    assert ask(sources, 46)["items"][0]["window"] == "12s"


def test_it_needs_two_scrapes_and_nodes_within_reach() -> None:
    sources = Sources(web(), web("far", node="node-2"))
    assert ask(sources, 14)["items"] == []
    assert [one["metadata"]["name"] for one in ask(sources, 15)["items"]] == ["web-1"]
    sources.since = None
    assert ask(sources, 60)["items"] == []


def test_selectors_and_single_objects() -> None:
    sources = Sources(web())
    assert ask(sources, 60, options={"label_selector": "app=db"})["items"] == []
    assert ask(sources, 60, verb="get", namespace="default", name="web-1")["kind"] == "PodMetrics"
    with pytest.raises(ApiError) as failure:
        ask(sources, 60, verb="get", namespace="default", name="other")
    assert str(failure.value.message) == 'podmetrics.metrics.k8s.io "default/other" not found'


def test_a_node_is_its_system_and_its_pods() -> None:
    found = ask(Sources(web()), 60, "nodes")["items"][0]
    assert found["metadata"]["labels"] == {"zone": "a"}
    assert found["usage"] == {"cpu": "53000000n", "memory": "2048Ki"}


def test_whether_it_stays_so_is_told_to_who_asks() -> None:
    steady = {"steady": True}
    assert ask(Sources(web()), 60, options=steady)["metadata"] == {STEADY: True}
    assert ask(Sources(web(ready=44)), 60, options=steady)["metadata"] == {STEADY: True}
    assert ask(Sources(web(ready=50)), 60, options=steady)["metadata"] == {STEADY: False}
    assert ask(Sources(web()), 60)["metadata"] == {}


def test_quantities() -> None:
    assert usage(0, 1) == {"cpu": "0", "memory": "1Ki"}
