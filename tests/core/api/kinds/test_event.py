"""Events of the core group and of events.k8s.io."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

EVENT: Obj = {
    "apiVersion": "events.k8s.io/v1",
    "kind": "Event",
    "metadata": {"name": "e"},
    "eventTime": "2025-01-01T00:00:00.000000Z",
    "regarding": {"kind": "Pod", "name": "a", "namespace": "default"},
    "reportingController": "example.com/watcher",
    "reportingInstance": "w-1",
    "action": "Look",
    "reason": "Seen",
    "type": "Normal",
    "note": "seen",
}
STRICT = "events.events.k8s.io"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("type", "Loud", 'type: Invalid value: "": has invalid value: Loud'),
        ("deprecatedCount", 3, 'count: Invalid value: "": needs to be unset'),
        ("series", {"count": 1, "lastObservedTime": EVENT["eventTime"]}, "should be at least 2"),
        ("reportingController", "", "reportingController: Required value"),
        ("note", "x" * 1025, 'message: Invalid value: "": can have at most 1024 characters'),
        ("action", "x" * 129, 'action: Invalid value: "": can have at most 128 characters'),
        ("regarding.namespace", "other", None),
    ],
)
def test_strict_ones(path: str, value: Any, words: str | None) -> None:
    body = changed(EVENT, path, value)
    if words is None:
        assert Plane().ask("create", STRICT, namespace="default", body=body).code == 201
    else:
        assert words in refusal(STRICT, body)


def test_nothing_changes_but_the_series() -> None:
    assert 'message: Invalid value: "other": field is immutable' in refused_update(STRICT, EVENT, "note", "other")


def test_both_groups_show_the_same_object() -> None:
    plane = Plane()
    assert plane.ask("create", STRICT, namespace="default", body=EVENT).code == 201
    shown = plane.ask("get", "events", namespace="default", name="e").body
    assert (shown["apiVersion"], shown["involvedObject"]["name"], shown["message"]) == ("v1", "a", "seen")
    again = plane.ask("get", STRICT, namespace="default", name="e").body
    assert (again["apiVersion"], again["regarding"]["name"], again["note"]) == ("events.k8s.io/v1", "a", "seen")
    listed = plane.ask("list", STRICT, namespace="default").body
    assert [one["note"] for one in listed["items"]] == ["seen"]
