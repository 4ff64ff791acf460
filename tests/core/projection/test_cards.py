"""What the cards promise is what is handed out: every field with its type, in every moment of an eventful run."""

from __future__ import annotations

import json
import types
import typing
from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection import cards
from cluster_core.projection.cards import Flight, Keyframe, TraceCard
from cluster_core.projection.view import Projector, flights_at, trace_card

OBJECTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: setup, image: busybox, command: [sleep, "1"]}]
      containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 100m}}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, name: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec: {containers: [{name: c, image: "nginx:1.161"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: task}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, "sleep 2; exit 3"]}]}
"""
PROMISED = [value for value in vars(cards).values() if typing.is_typeddict(value)]


def misfit(value: Any, kind: Any, path: str = "") -> str:
    """Where a value is not of its type; "" if it is."""
    if kind is Any:
        return ""
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        if not isinstance(value, dict):
            return f"{path}: {value!r} is no {kind.__name__}"
        if set(value) != set(hints):
            return f"{path}: fields {sorted(set(value) ^ set(hints))}"
        return next(filter(None, (misfit(value[name], hint, f"{path}.{name}") for name, hint in hints.items())), "")
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (list, dict) and not isinstance(value, origin):
        return f"{path}: {value!r} is no {kind}"
    if origin in (types.UnionType, typing.Union):
        return "" if any(not misfit(value, arg) for arg in args) else f"{path}: {value!r} is no {kind}"
    if origin is list:
        return next(filter(None, (misfit(one, args[0], f"{path}[]") for one in value)), "")
    if origin is dict:
        return next(filter(None, (misfit(one, args[1], f"{path}[{key}]") for key, one in value.items())), "")
    exact = type(value) is (origin or kind) or (kind is float and type(value) is int)
    return "" if exact else f"{path}: {value!r} is no {kind.__name__}"


@pytest.fixture(scope="module")
def moments() -> list[tuple[Keyframe, list[TraceCard], list[Flight]]]:
    """Keyframes, trace and flights of a run with a deployment, a crash, a missing image and a lost node."""
    cluster, projector = Cluster(ClusterConfig(nodes=2), 5), Projector()
    found = []
    commands = {
        2: Command("apply", {"manifest": OBJECTS}),
        20: Command("fault", {"fault": "node-down", "target": "node-1"}),
        40: Command("delete", {"resource": "pods", "namespace": "default", "name": "task"}),
    }
    for step in range(60):
        if step in commands:
            cluster.apply(commands[step])
        cluster.advance(cluster.now + 3_100_000, 150)
        projector.update(cluster.world, cluster.trace)
        told = [trace_card(entry, cluster.trace) for entry in cluster.trace.entries]
        found.append((projector.keyframe(), told, flights_at(cluster.trace, cluster.now, 60)))
    return found


def test_every_keyframe_is_as_promised_and_plain(moments: list[tuple[Keyframe, Any, Any]]) -> None:
    for keyframe, _, _ in moments:
        assert misfit(keyframe, Keyframe) == ""
        assert json.loads(json.dumps(keyframe)) == keyframe


def test_entries_of_the_trace_and_flights_are_as_promised(moments: list[tuple[Any, list[TraceCard], Any]]) -> None:
    told = moments[-1][1]
    assert [misfit(card, TraceCard) for card in told if misfit(card, TraceCard)] == [] and len(told) > 100
    flights = [flight for _, _, some in moments for flight in some]
    assert [misfit(one, Flight) for one in flights if misfit(one, Flight)] == [] and flights


def test_the_run_was_eventful(moments: list[tuple[Keyframe, Any, Any]]) -> None:
    """So that the tests above have looked at something."""
    statuses = {card["status"] for keyframe, _, _ in moments for card in keyframe["pods"].values()}
    assert statuses >= {"unscheduled", "creating", "not-ready", "ready", "failed"}
    assert {card["ready"] for keyframe, _, _ in moments for card in keyframe["nodes"].values()} >= {"True", "Unknown"}
    assert {card["up"] for keyframe, _, _ in moments for card in keyframe["components"].values()} == {True, False}
    assert any(
        card["loop"] and card["loop"]["writes"] for keyframe, _, _ in moments for card in keyframe["workloads"].values()
    )


def test_counts_are_those_of_the_cards(moments: list[tuple[Keyframe, Any, Any]]) -> None:
    for keyframe, _, _ in moments:
        counts = keyframe["counts"]
        assert counts["pods"] == len(keyframe["pods"]) and counts["nodes"] == len(keyframe["nodes"])
        by_status = [card["status"] for card in keyframe["pods"].values()]
        assert all(counts.get(status) == by_status.count(status) for status in by_status)


@pytest.mark.parametrize("card", PROMISED, ids=lambda card: card.__name__)
def test_every_card_says_what_it_is(card: type) -> None:
    assert card.__doc__ and card.__doc__.endswith(".")


def test_the_check_itself_sees_what_is_wrong() -> None:
    good = {"number": 1, "source": "a", "target": "b", "letter": "C", "label": "", "sent": 1, "arrives": 2}
    assert misfit(good, Flight) == ""
    assert misfit(good | {"sent": "1"}, Flight) and misfit(good | {"more": 1}, Flight) and misfit({}, Flight)
    assert misfit(None, Flight) and not misfit(None, Flight | None)
    assert misfit({"a": [True]}, dict[str, list[int]]) and not misfit(None, str | None)
