"""Kubernetes Events as they are stored."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.client.event_correlator import COMBINED, SPAM_BURST
from tests.core.apiserver.plane import Plane, pod
from tests.core.client.programs import Asker


@pytest.fixture
def plane() -> Plane:
    return Plane()


def stored(plane: Plane) -> list[Obj]:
    plane.settle(1)
    items: list[Obj] = plane.ask("list", "events", namespace="default").body["items"]
    return items


def test_an_event_is_about_an_object(plane: Plane) -> None:
    about, asker = plane.made("pods", pod()), Asker(plane.sim)
    asker.events.event(about, "Normal", "Pulled", "all there", "spec.containers{c}")
    event = stored(plane)[0]
    assert event["involvedObject"] == {
        "kind": "Pod",
        "namespace": "default",
        "name": "web",
        "uid": about["metadata"]["uid"],
        "apiVersion": "v1",
        "resourceVersion": about["metadata"]["resourceVersion"],
        "fieldPath": "spec.containers{c}",
    }
    assert (event["reason"], event["message"], event["type"], event["count"]) == ("Pulled", "all there", "Normal", 1)
    assert event["source"] == {"component": "tester", "host": "host-1"}
    assert event["metadata"]["name"].startswith("web.")
    assert (event["reportingComponent"], event["reportingInstance"]) == ("tester", "host-1")


def test_repeats_raise_the_count_and_the_last_time(plane: Plane) -> None:
    about, asker = plane.made("pods", pod()), Asker(plane.sim)
    for _ in range(3):
        asker.events.event(about, "Warning", "BackOff", "again")
        plane.settle(10)
    event = stored(plane)[0]
    assert len(stored(plane)) == 1
    assert event["count"] == 3
    assert event["lastTimestamp"] > event["firstTimestamp"]


def test_other_containers_are_other_events(plane: Plane) -> None:
    about, asker = plane.made("pods", pod()), Asker(plane.sim)
    for name in "ab":
        asker.events.event(about, "Normal", "Started", "Container started", f"spec.containers{{{name}}}")
    assert len(stored(plane)) == 2


def test_similar_ones_are_combined_and_a_flood_ends(plane: Plane) -> None:
    about, asker = plane.made("pods", pod()), Asker(plane.sim)
    for number in range(40):
        asker.events.event(about, "Normal", "Created", f"number {number}")
    events = stored(plane)
    combined = [event for event in events if event["message"].startswith(COMBINED)]
    assert (len(events), len(combined)) == (10, 1)
    assert combined[0]["count"] == SPAM_BURST - 9


def test_an_event_that_was_deleted_begins_anew(plane: Plane) -> None:
    about, asker = plane.made("pods", pod()), Asker(plane.sim)
    asker.events.event(about, "Normal", "R", "m")
    plane.ask("delete", "events", namespace="default", name=stored(plane)[0]["metadata"]["name"])
    asker.events.event(about, "Normal", "R", "m")
    plane.settle(1)
    asker.events.event(about, "Normal", "R", "m")
    assert [event["count"] for event in stored(plane)] == [1]


def test_cluster_scoped_objects_have_their_events_in_default(plane: Plane) -> None:
    node: Any = plane.ask("create", "nodes", body={"metadata": {"name": "n1"}}).body
    Asker(plane.sim).events.event(node, "Normal", "NodeReady", "m")
    assert stored(plane)[0]["metadata"]["namespace"] == "default"
