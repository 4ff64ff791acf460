"""A watch is a list and the events after it: no gap, no repeat, whatever is written meanwhile, at whatever speed it is read."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import SECOND, Plane

NAMES = [f"n{number}" for number in range(4)]
STEP = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(NAMES), st.sampled_from(["x", "y"])),
    st.tuples(st.just("label"), st.sampled_from(NAMES), st.sampled_from(["x", "y"])),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from([1, 300, 5_000]), st.just("")),
    st.tuples(st.just("watch"), st.just(""), st.sampled_from(["", "tier=x"])),
)


class Mirror:
    """A client's copy of what matches a selector: a list, then the events of a watch from its revision."""

    def __init__(self, plane: Plane, selector: str) -> None:
        self.selector = selector
        options = {"label_selector": selector} if selector else {}
        listed = plane.ask("list", "configmaps", namespace="default", options=options).body
        self.objects: dict[str, Obj] = {obj["metadata"]["name"]: obj for obj in listed["items"]}
        self.revision = int(listed["metadata"]["resourceVersion"])
        options = {**options, "resource_version": str(self.revision)}
        self.id = plane.client.ask("watch", "configmaps", namespace="default", options=options)
        self.read = 0

    def follow(self, events: list[tuple[str, Obj]]) -> None:
        """Take in the events that have come since."""
        for kind, obj in events[self.read :]:
            name, revision = obj["metadata"]["name"], int(obj["metadata"]["resourceVersion"])
            assert revision > self.revision, "no event comes twice, none out of order"
            self.revision = revision
            assert (name in self.objects) == (kind != "ADDED"), f"{kind} of {name}"
            if kind == "DELETED":
                del self.objects[name]
            else:
                assert int(self.objects.get(name, obj)["metadata"]["resourceVersion"]) <= revision
                self.objects[name] = obj
        self.read = len(events)


def write(plane: Plane, step: tuple[Any, Any, Any]) -> None:
    verb, name, tier = step
    labels = {"metadata": {"name": name, "labels": {"tier": tier}}}
    if verb == "create":
        plane.client.ask("create", "configmaps", namespace="default", body=labels)
    elif verb == "label":
        options = {"patch_type": "merge"}
        plane.client.ask("patch", "configmaps", namespace="default", name=name, body=labels, options=options)
    else:
        plane.client.ask("delete", "configmaps", namespace="default", name=name)


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(STEP, min_size=5, max_size=40))
def test_list_and_watch_have_no_gap_and_no_repeat(steps: list[tuple[Any, Any, Any]]) -> None:
    plane = Plane()
    mirrors: list[Mirror] = []
    for step in steps:
        if step[0] == "wait":
            plane.sim.advance(plane.sim.now + step[1], 100_000)
        elif step[0] == "watch":
            mirrors.append(Mirror(plane, step[2]))
        else:
            write(plane, step)
    plane.settle(2)
    for mirror in mirrors:
        mirror.follow(plane.client.events.get(mirror.id, []))
        options = {"label_selector": mirror.selector} if mirror.selector else {}
        items = plane.ask("list", "configmaps", namespace="default", options=options).body["items"]
        assert json.dumps(sorted(mirror.objects.values(), key=_name)) == json.dumps(sorted(items, key=_name))


@settings(max_examples=25, deadline=None)
@given(changes=st.integers(1, 60), behind=st.integers(0, 80))
def test_a_client_that_comes_late_gets_everything_or_is_told_to_list_again(changes: int, behind: int) -> None:
    """Also after etcd has forgotten the revision, and when the server has kept only some of the history."""
    plane = Plane()
    first = Mirror(plane, "")
    plane.sim.advance(plane.sim.now + SECOND, 100_000)
    for number in range(changes):
        plane.ask("create", "configmaps", namespace="default", body={"metadata": {"name": f"c{number}"}})
    plane.server.compact(plane.server.cache.revision - min(behind, changes - 1))
    plane.settle(1)
    if behind % 2:
        plane.server.crash()
        plane.server.restart()
        plane.settle(1)
    options = {"resource_version": str(first.revision)}
    answer = plane.ask("watch", "configmaps", namespace="default", options=options)
    if not answer.ok:
        assert (answer.code, answer.reason) == (410, "Expired")
        again = Mirror(plane, "")
        assert len(again.objects) == changes
        return
    plane.settle(1)
    late = plane.client.events.get(answer.id, [])
    assert [obj["metadata"]["name"] for _kind, obj in late] == [f"c{number}" for number in range(changes)]


def _name(obj: Obj) -> str:
    return str(obj["metadata"]["name"])
