"""Taps tell what in-process watches tell, and what lists differ by."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.tap import Tap
from cluster_core.apiserver.watch_cache import HISTORY_MAX
from tests.core.apiserver.crontab import CRDS, RESOURCE, crontab, definition
from tests.core.apiserver.plane import Plane, unmanaged


@pytest.fixture
def plane() -> Plane:
    return Plane()


def tapped(plane: Plane, resource: str = "configmaps", **options: Any) -> Tap:
    return Tap(lambda: plane.server, Request(0, "", "jane", "watch", resource, "default", options=options))


def told(events: list[tuple[str, Obj]]) -> list[tuple[str, str]]:
    return [(kind, obj["metadata"].get("name", "")) for kind, obj in events]


def put(plane: Plane, name: str, **labels: str) -> Obj:
    return plane.made("configmaps", {"metadata": {"name": name, "labels": labels}})


def relabel(plane: Plane, name: str, tier: str) -> None:
    body = {"metadata": {"labels": {"tier": tier}}}
    plane.ask("patch", "configmaps", namespace="default", name=name, body=body, options={"patch_type": "merge"})


@pytest.mark.parametrize("revision", [None, "", "0"])
def test_without_a_revision_what_there_is_comes_first(plane: Plane, revision: str | None) -> None:
    put(plane, "a")
    tap = tapped(plane, resource_version=revision)
    put(plane, "b")
    assert told(tap.poll()) == [("ADDED", "a"), ("ADDED", "b")]
    assert tap.poll() == []
    put(plane, "c")
    assert told(tap.poll()) == [("ADDED", "c")]


def test_it_tells_what_a_watch_in_the_simulation_tells(plane: Plane) -> None:
    revision = put(plane, "a", tier="x")["metadata"]["resourceVersion"]
    options = {"resource_version": revision, "label_selector": "tier=x"}
    number = plane.client.ask("watch", "configmaps", namespace="default", options=options)
    tap, found = tapped(plane, **options), []
    put(plane, "b", tier="x")
    found += tap.poll()
    for name, tier in (("b", "y"), ("a", "x"), ("b", "x")):
        relabel(plane, name, tier)
        found += tap.poll()
    put(plane, "c", tier="y")
    plane.ask("delete", "configmaps", namespace="default", name="a")
    found += tap.poll()
    plane.settle(1)
    assert told(found) == [("ADDED", "b"), ("DELETED", "b"), ("ADDED", "b"), ("DELETED", "a")]
    assert [(kind, unmanaged(obj)) for kind, obj in found] == plane.client.events[number]
    assert tapped(plane, **options).poll()[0][1] is found[0][1]


def test_initial_events_end_with_a_bookmark(plane: Plane) -> None:
    put(plane, "a")
    tap = tapped(plane, send_initial_events=True, resource_version_match="NotOlderThan", allow_bookmarks=True)
    events = tap.poll()
    assert [kind for kind, _obj in events][-2:] == ["ADDED", "BOOKMARK"]
    bookmark = events[-1][1]
    assert (bookmark["kind"], bookmark["apiVersion"]) == ("ConfigMap", "v1")
    assert bookmark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert bookmark["metadata"]["resourceVersion"] == str(plane.server.cache.revision)


def test_a_bookmark_says_how_far_it_has_told(plane: Plane) -> None:
    tap = tapped(plane, resource_version=str(plane.server.cache.revision), allow_bookmarks=True)
    assert tap.bookmarks
    plane.made("secrets", {"metadata": {"name": "s"}})
    assert tap.poll() == []
    kind, bookmark = tap.bookmark()
    assert (kind, bookmark["metadata"]["resourceVersion"]) == ("BOOKMARK", str(plane.server.cache.revision))
    assert "annotations" not in bookmark["metadata"]


def test_one_that_comes_too_late_is_expired(plane: Plane) -> None:
    tap = tapped(plane, resource_version=str(plane.server.cache.revision))
    for number in range(HISTORY_MAX + 1):
        event = (
            "PUT",
            "/registry/configmaps/default/a",
            {"metadata": {"name": "a", "namespace": "default"}},
            1,
            0,
            None,
        )
        revision = plane.server.cache.revision + 1
        plane.server.cache.apply([(*event[:4], revision, number)])
    events = tap.poll()
    assert [kind for kind, _obj in events] == ["ERROR"]
    assert (events[0][1]["code"], events[0][1]["reason"]) == (410, "Expired")
    assert events[0][1]["message"].startswith("too old resource version: ")
    assert tap.ended
    assert tap.poll() == []


def test_a_revision_of_the_future_is_expired_too(plane: Plane) -> None:
    events = tapped(plane, resource_version="99999").poll()
    assert (events[0][0], events[0][1]["code"]) == ("ERROR", 410)


def test_another_world_ends_it(plane: Plane) -> None:
    world = plane.server
    tap = Tap(lambda: world, Request(0, "", "jane", "watch", "configmaps", "default"))
    tap.poll()
    world = Plane().server
    assert tap.poll()[0][1]["code"] == 410
    assert tap.ended


def test_a_crash_breaks_it_without_a_word(plane: Plane) -> None:
    tap = tapped(plane)
    tap.poll()
    plane.server.crash()
    assert (tap.poll(), tap.ended) == ([], True)
    with pytest.raises(ApiError) as caught:
        tapped(plane)
    assert caught.value.code == 503


def test_what_cannot_be_watched(plane: Plane) -> None:
    for resource, options, code in (
        ("gadgets", {}, 404),
        ("tokenreviews.authentication.k8s.io", {}, 405),
        ("configmaps", {"label_selector": "a b"}, 400),
        ("configmaps", {"resource_version_match": "Exact"}, 422),
    ):
        with pytest.raises(ApiError) as caught:
            tapped(plane, resource, **options)
        assert caught.value.code == code


def test_a_tap_is_small_and_leaves_no_trace(plane: Plane) -> None:
    put(plane, "a")
    before = (plane.sim.digest, plane.sim.number, plane.server.card())
    taps = [tapped(plane, allow_bookmarks=True) for _ in range(50)]
    assert all(told(tap.poll())[-1] == ("BOOKMARK", "") for tap in taps)
    assert (plane.sim.digest, plane.sim.number, plane.server.card()) == before
    assert sys.getsizeof(taps[0]) < 200


def test_a_tap_of_a_custom_kind_ends_with_its_definition(plane: Plane) -> None:
    plane.made(CRDS, definition(), "")
    plane.settle(1)
    plane.made(RESOURCE, crontab())
    tap, other = tapped(plane, RESOURCE), tapped(plane, "configmaps")
    assert told(tap.poll())[-1] == ("ADDED", "my-new-cron-object")
    plane.made(CRDS, {**definition(group="other.example.com"), "metadata": {"name": "crontabs.other.example.com"}}, "")
    plane.settle(1)
    assert tap.poll() == []
    assert not tap.ended
    crd = plane.get(CRDS, RESOURCE, "")
    assert crd is not None
    crd = {**crd, "spec": {**crd["spec"], "names": {**crd["spec"]["names"], "shortNames": ["cr"]}}}
    assert plane.ask("update", CRDS, name=RESOURCE, body=crd).code == 200
    plane.settle(1)
    assert tap.poll() == []
    assert tap.ended
    assert not other.ended
