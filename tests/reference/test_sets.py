"""The recorded StatefulSets and DaemonSets, played by the simulator: 05, 06, and what 09 says about them.

Steps that the real controllers take the same way every time must be equal here: names, order, counts, revisions, Events.
"""

from __future__ import annotations

from typing import Any

import pytest

from explorer.reference import story as compare
from explorer.reference.story import Obj, Story
from tests.reference.recording import recorded
from tests.reference.replay import replayed

STATEFUL, DAEMON, FAILURE = "05-statefulset", "06-daemonset", "09-node-failure"


def _both(name: str) -> tuple[Story, Story]:
    return recorded(name), replayed(name)


def _revisions(story: Story) -> dict[str, int]:
    """The number of each revision, by name, in order of creation (names of DaemonSets' are hashes of the program's own)."""
    return {
        name: number for number, name in enumerate(dict.fromkeys(one.name for one in story.of("ControllerRevision")))
    }


def _writes_of_revisions(story: Story) -> list[tuple[int, str, int, int]]:
    numbers = _revisions(story)
    return [
        (story.act(one), one.type, numbers[one.name], one.obj["revision"])
        for one in story.of("ControllerRevision")
        if one.type != "DELETED"
    ]


def _statuses(story: Story, kind: str) -> list[tuple[int, Obj]]:
    """(act, status) at each change of a set's status, with revisions by number."""
    numbers = _revisions(story)
    found: list[tuple[int, Obj]] = []
    for change in story.of(kind):
        status = {name: numbers.get(value, value) for name, value in change.obj["status"].items()}
        if change.type != "DELETED" and (not found or found[-1][1] != status):
            found.append((story.act(change), status))
    return found


def _steps_of_pods(story: Story, app: str) -> list[tuple[int, str, str, str]]:
    """(act, what, pod, image): created, deleting, gone; in order."""
    found: list[tuple[int, str, str, str]] = []
    leaving: set[str] = set()
    for change in story.of("Pod"):
        meta, uid = change.obj["metadata"], change.obj["metadata"]["uid"]
        if (meta.get("labels") or {}).get("app") != app:
            continue
        what = {"ADDED": "created", "DELETED": "gone"}.get(change.type, "")
        if not what and meta.get("deletionTimestamp") and uid not in leaving:
            leaving.add(uid)
            what = "deleting"
        if what:
            found.append((story.act(change), what, change.name, change.obj["spec"]["containers"][0]["image"]))
    return found


class TestStatefulSet:
    """05: ordered create, scale, update from the top, partition, a stuck update and its repair by hand."""

    def test_revisions_are_made_and_numbered_alike(self) -> None:
        real, simulated = _both(STATEFUL)
        assert _writes_of_revisions(simulated) == _writes_of_revisions(real)

    def test_pods_come_and_go_in_the_same_order(self) -> None:
        """The last act deletes the set: the garbage collectors take the pods in an order of their own."""
        real, simulated = _both(STATEFUL)
        last = max(real.acts)
        ours, theirs = (_steps_of_pods(story, "db") for story in (simulated, real))
        assert [one for one in ours if one[0] != last] == [one for one in theirs if one[0] != last]
        assert sorted(one for one in ours if one[0] == last) == sorted(one for one in theirs if one[0] == last)

    def test_every_status_is_told_alike(self) -> None:
        real, simulated = _both(STATEFUL)
        ours, theirs = _statuses(simulated, "StatefulSet"), _statuses(real, "StatefulSet")
        assert ours == theirs

    def test_pods_look_alike(self) -> None:
        real, simulated = _both(STATEFUL)
        for act in sorted(set(real.acts)):
            theirs = [_identity(change.obj) for change in real.during("Pod", act) if change.type == "ADDED"]
            assert [_identity(one.obj) for one in simulated.during("Pod", act) if one.type == "ADDED"] == theirs


class TestDaemonSet:
    """06: a node joins, leaves, is cordoned and tainted; rolling updates without and with surge; a node selector."""

    # Which node is updated first is the order of a Go map: from the update (act 20) to the node selector (25) only ends are equal.
    UPDATES = (20, 23)

    def test_revisions_are_made_and_numbered_alike(self) -> None:
        real, simulated = _both(DAEMON)
        assert _writes_of_revisions(simulated) == _writes_of_revisions(real)

    def test_the_status_of_each_act_ends_alike(self) -> None:
        real, simulated = _both(DAEMON)
        theirs, ours = dict(_statuses(real, "DaemonSet")), dict(_statuses(simulated, "DaemonSet"))
        for story in (theirs, ours):
            for act in self.UPDATES:
                story[act] = {name: value for name, value in story[act].items() if name != "updatedNumberScheduled"}
        assert ours == theirs

    def test_every_status_of_ours_is_one_of_theirs_or_between_two(self) -> None:
        """Two pods that become Ready in one tick are told at once, here as there."""
        real, simulated = _both(DAEMON)
        for act in sorted(set(real.acts) - set(self.UPDATES)):
            theirs = [status for number, status in _statuses(real, "DaemonSet") if number == act]
            ours = [status for number, status in _statuses(simulated, "DaemonSet") if number == act]
            assert [one for one in ours if one not in theirs] == []

    def test_pods_come_and_go_on_the_same_nodes(self) -> None:
        real, simulated = _both(DAEMON)
        for act in sorted(set(real.acts) - set(self.UPDATES)):
            ours, theirs = (
                [one for one in _nodes(story, act) if one != ("n2", "deleting")] for story in (simulated, real)
            )
            assert ours == theirs, act

    def test_the_pod_of_the_node_that_is_gone_is_collected(self) -> None:
        """When depends on where in its period the collector was."""
        for story in _both(DAEMON):
            gone = next(
                one.obj for one in story.of("Pod") if one.type == "DELETED" and one.obj["spec"]["nodeName"] == "n2"
            )
            because = next(one for one in gone["status"]["conditions"] if one["type"] == "DisruptionTarget")
            assert gone["status"]["phase"] == "Failed"
            assert because["message"] == "PodGC: node no longer exists"

    def test_no_node_is_without_a_pod_while_surging(self) -> None:
        for story in _both(DAEMON):
            ready: dict[str, set[str]] = {}
            for change in story.of("Pod"):
                node, name = change.obj["spec"].get("nodeName", ""), change.name
                there = ready.setdefault(node, set())
                there.discard(name)
                if change.type != "DELETED" and compare.is_ready(change.obj):
                    there.add(name)
                if story.act(change) == 23 and node in ("n1", "n3", "n4"):
                    assert ready[node], f"{node} has no Ready pod at {change.at}"

    def test_a_pod_looks_alike(self) -> None:
        real, simulated = _both(DAEMON)
        shapes = []
        for story in (real, simulated):
            pod = next(one.obj for one in story.of("Pod") if one.type == "ADDED")
            labels = sorted(pod["metadata"]["labels"])
            affinity = pod["spec"]["affinity"]["nodeAffinity"]
            shapes.append((labels, pod["metadata"]["generateName"], pod["spec"]["tolerations"], list(affinity)))
        assert shapes[0] == shapes[1]


def _nodes(story: Story, act: int) -> list[tuple[str, str]]:
    """What happened to pods in an act, by node: created (where it was bound), deleting; sorted."""
    found: list[tuple[str, str]] = []
    born, leaving = set(), set()
    for change in story.during("Pod", act):
        uid, node = change.obj["metadata"]["uid"], change.obj["spec"].get("nodeName", "")
        if change.type == "ADDED":
            born.add(uid)
        if uid in born and node:
            born.discard(uid)
            found.append((node, "created"))
        if change.obj["metadata"].get("deletionTimestamp") and uid not in leaving:
            leaving.add(uid)
            found.append((node, "deleting"))
    return sorted(found)


class TestNodeFailure:
    """09: pods of a DaemonSet stay on a silent node; a StatefulSet waits for its own until the kubelet is back."""

    def test_the_daemon_of_the_silent_node_is_not_evicted(self) -> None:
        for story in _both(FAILURE):
            assert [step for step in _steps_of_pods(story, "agent") if step[1] != "created"] == []

    def test_the_set_makes_no_second_pod_of_a_name(self) -> None:
        """Evicted after 300 s, the pod stays until its kubelet confirms; only then comes the next."""
        real, simulated = _both(FAILURE)
        ours, theirs = _of_the_lost_pod(simulated), _of_the_lost_pod(real)
        assert ours == theirs == [(0, "created"), (3, "deleting"), (12, "gone"), (12, "created")]

    @pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
    def test_the_status_ends_alike(self, kind: str) -> None:
        real, simulated = _both(FAILURE)
        assert _statuses(simulated, kind)[-1][1] == _statuses(real, kind)[-1][1]


def _of_the_lost_pod(story: Story) -> list[tuple[int, str]]:
    """What became of the name that was on the silent node (which of the three that is, is random)."""
    steps = _steps_of_pods(story, "db")
    lost = next(name for _act, what, name, _image in steps if what == "deleting")
    return [(act, what) for act, what, name, _image in steps if name == lost]


def _identity(pod: Obj) -> Any:
    meta, spec = pod["metadata"], pod["spec"]
    labels = {name: value for name, value in meta["labels"].items() if name != "controller-revision-hash"}
    owners = [
        (one["kind"], one["name"], one["controller"], one["blockOwnerDeletion"]) for one in meta["ownerReferences"]
    ]
    return (meta["name"], meta["generateName"], labels, owners, spec["hostname"], spec["subdomain"])


@pytest.mark.parametrize("name", [STATEFUL, DAEMON])
def test_the_same_events_are_told(name: str) -> None:
    real, simulated = _both(name)
    ours, theirs = compare.event_shapes(simulated), compare.event_shapes(real)
    assert theirs - ours == set()
    assert {shape for shape in ours - theirs if shape[1] not in ("NodeReady", "Starting")} == set()
