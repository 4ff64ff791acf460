"""When what endpoints show last changed."""

from __future__ import annotations

from cluster_core.controllers.trigger_times import ANNOTATION, TriggerTimes, annotated, ready_since

SERVICE = {"metadata": {"creationTimestamp": "2025-01-01T00:00:05Z"}}


def test_the_first_time_is_when_the_service_was_made() -> None:
    assert TriggerTimes().changed("a/b", SERVICE, [("p", "2025-01-01T00:00:01Z")]) == "2025-01-01T00:00:05Z"


def test_then_the_earliest_news_of_a_pod() -> None:
    times = TriggerTimes()
    times.changed("a/b", SERVICE, [("p", "2025-01-01T00:00:01Z")])
    pods = [("p", "2025-01-01T00:00:01Z"), ("q", "2025-01-01T00:00:09Z"), ("r", "2025-01-01T00:00:08Z"), ("s", "")]
    assert times.changed("a/b", SERVICE, pods) == "2025-01-01T00:00:08Z"
    assert times.changed("a/b", SERVICE, pods) == ""
    again = {"metadata": {"creationTimestamp": "2025-01-01T00:00:20Z"}}
    assert times.changed("a/b", again, pods) == "2025-01-01T00:00:20Z"
    times.forget("a/b")
    assert times.changed("a/b", SERVICE, pods) == "2025-01-01T00:00:05Z"


def test_without_news_the_note_goes() -> None:
    assert annotated({"name": "a"}, {ANNOTATION: "x", "mine": "y"}, "") == {"name": "a", "annotations": {"mine": "y"}}
    assert annotated({"annotations": {"old": "x"}}, None, "t") == {"annotations": {ANNOTATION: "t"}}
    assert annotated({"name": "a", "annotations": {ANNOTATION: "x"}}, {ANNOTATION: "x"}, "") == {"name": "a"}
    assert ready_since({"status": {}}) == ""
