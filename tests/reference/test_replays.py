"""Recorded scenarios played by the simulator and compared with what a real 1.36.2 control plane did.

What the real one does the same way every time must be equal here; what depends on how many pods became Ready before a controller
looked is compared by its bounds and its end.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from explorer.reference import story as compare
from explorer.reference.story import Obj, Story
from tests.reference.recording import recorded
from tests.reference.replay import replayed

DEPLOYMENTS = (
    "01-deploy-scale",
    "02-rolling-0-1",
    "02-rolling-1-0",
    "02-rolling-25-25",
    "03-rollback",
    "04-pause-resume",
    "14-endpoints",
)
STEADY = ("01-deploy-scale", "02-rolling-0-1", "02-rolling-1-0", "14-endpoints")
# Each entry says why the real cluster tells it and the simulated one does not, or the other way round.
ONLY_REAL = {
    "FailedToCreateEndpoint": "a race of the real controller with its own cache",
}
ONLY_SIMULATED = {
    "NodeReady": "the recorded kubelets were scripts without Events about their node",
    "Starting": "the recorded kubelets were scripts without Events about their node",
}


def both(name: str) -> tuple[Story, Story]:
    """The recording and the replay."""
    return recorded(name), replayed(name)


@pytest.mark.parametrize("name", STEADY)
def test_the_replicasets_are_scaled_in_the_same_steps(name: str) -> None:
    real, simulated = both(name)
    assert compare.scale_steps(simulated) == compare.scale_steps(real)


@pytest.mark.parametrize("name", ["02-rolling-25-25", "03-rollback", "04-pause-resume"])
def test_the_replicasets_take_the_same_way_where_readiness_decides_the_pace(name: str) -> None:
    """In each act every ReplicaSet begins and ends at the same size and moves in the same direction."""
    real, simulated = both(name)
    assert _ends(simulated) == _ends(real)
    assert _directions(simulated) == _directions(real)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_first_steps_of_every_act_are_the_same(name: str) -> None:
    """Until the first new pod is Ready nothing depends on the pace: that is where proportional scaling and rollover show."""
    real, simulated = both(name)
    for act in sorted(set(real.acts)):
        assert _until_ready(simulated, act) == _until_ready(real, act), f"act {act}"


@pytest.mark.parametrize("name", [name for name in DEPLOYMENTS if name != "04-pause-resume"])
def test_as_many_pods_are_created_and_deleted(name: str) -> None:
    """Not 04: how many pods of a rolled-over ReplicaSet ever existed depends on the pace; its scale steps are compared above."""
    real, simulated = both(name)
    assert compare.pod_counts(simulated) == compare.pod_counts(real)


def test_the_same_pods_are_given_up() -> None:
    """01: the younger half first (act 6), then by deletion cost (act 13). Act 16 deletes the first pod by its random name."""
    real, simulated = both("01-deploy-scale")
    for act in (6, 13):
        assert compare.victims(simulated)[act] == compare.victims(real)[act]


@pytest.mark.parametrize("name", ["02-rolling-0-1", "02-rolling-1-0", "02-rolling-25-25", "03-rollback"])
def test_rollouts_give_up_pods_of_the_same_kind(name: str) -> None:
    real, simulated = both(name)
    assert compare.victims(simulated) == compare.victims(real)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_same_events_are_told(name: str) -> None:
    real, simulated = both(name)
    missing = compare.event_shapes(real) - compare.event_shapes(simulated)
    extra = compare.event_shapes(simulated) - compare.event_shapes(real)
    assert {shape for shape in missing if shape[1] not in ONLY_REAL} == set()
    assert {shape for shape in extra if shape[1] not in ONLY_SIMULATED} == set()


@pytest.mark.parametrize("name", DEPLOYMENTS)
@pytest.mark.parametrize("condition", ["Available", "Progressing"])
def test_the_conditions_change_in_the_same_order(name: str, condition: str) -> None:
    real, simulated = both(name)
    theirs, ours = compare.reasons(real, "Deployment", condition), compare.reasons(simulated, "Deployment", condition)
    assert ours == theirs


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_what_is_left_looks_the_same(name: str) -> None:
    real, simulated = both(name)
    for kind in ("Deployment", "ReplicaSet"):
        assert _left(simulated, kind) == _left(real, kind)
    assert compare.revisions(simulated) == compare.revisions(real)


def test_endpoints_follow_readiness_and_deletion() -> None:
    """14: late Ready, a terminating endpoint, never Ready, publishNotReadyAddresses, another selector, the Service deleted."""
    real, simulated = both("14-endpoints")
    for kind, shape in (("EndpointSlice", _slice), ("Endpoints", _subsets)):
        for act in sorted(set(real.acts)):
            theirs = [shape(change.obj) for change in real.during(kind, act)]
            ours = [shape(change.obj) for change in simulated.during(kind, act)]
            assert ours[:1] == theirs[:1], (kind, act)
            assert ours[-1:] == theirs[-1:], (kind, act)
            # Several pods may become Ready in one tick: a step may be missing on either side, but none may be another one.
            assert set(map(repr, ours)) <= set(map(repr, theirs)) | _between(theirs), (kind, act)


def test_the_labels_of_endpoints_and_slices() -> None:
    real, simulated = both("14-endpoints")
    for kind in ("EndpointSlice", "Endpoints"):
        theirs = {_bare(name): obj["metadata"]["labels"] for name, obj in real.last(kind).items()}
        assert {_bare(name): obj["metadata"]["labels"] for name, obj in simulated.last(kind).items()} == theirs


class TestNodeFailure:
    """09: a kubelet stops; 50 s later its node is Unknown and tainted, pods leave after their tolerationSeconds."""

    NAME = "09-node-failure"

    def test_the_node_is_unknown_after_the_grace_period(self) -> None:
        for story in both(self.NAME):
            killed = story.steps[3]
            unknown = compare.first_time(story, "Node", _is_unknown, "n2") - killed
            assert 40 <= unknown <= 55

    def test_both_taints_come_at_once(self) -> None:
        for story in both(self.NAME):
            unknown = compare.first_time(story, "Node", _is_unknown, "n2")
            tainted = compare.first_time(story, "Node", lambda node: _taints(node) == UNREACHABLE, "n2")
            assert tainted - unknown < 0.5

    @pytest.mark.parametrize(("app", "seconds"), [("tol10", 10), ("def", 300)])
    def test_pods_leave_exactly_when_their_patience_ends(self, app: str, seconds: int) -> None:
        for story in both(self.NAME):
            tainted = compare.first_time(story, "Node", lambda node: _taints(node) == UNREACHABLE, "n2")
            left = compare.first_time(story, "Pod", lambda pod: _is_of(pod, app) and _is_ending(pod))
            assert left - tainted == pytest.approx(seconds, abs=0.5)

    def test_the_pods_of_the_silent_node_are_not_ready(self) -> None:
        for story in both(self.NAME):
            told = [_ready(change.obj) for change in story.during("Pod", 3) if _is_of(change.obj, "tol10", "def")]
            silent = [one for one in told if one is not None and one["status"] == "False" and "reason" not in one]
            assert silent

    def test_the_same_events_are_told(self) -> None:
        real, simulated = both(self.NAME)
        ours, theirs = compare.event_shapes(simulated), compare.event_shapes(real)
        # The real monitor takes the NoExecute taint away up to 5 s after the node is back; here it goes at once, and the new
        # pod of the StatefulSet never sees it.
        assert {one for one in theirs - ours if not one[-1].startswith("Cancelling deletion")} == set()
        extra = ours - theirs
        assert {shape for shape in extra if shape[1] not in ONLY_SIMULATED} == set()

    def test_deleted_pods_stay_until_the_kubelet_is_back(self) -> None:
        for story in both(self.NAME):
            revived = story.steps[12]
            gone = [
                change.at
                for change in story.of("Pod")
                if change.type == "DELETED" and _is_of(change.obj, "def", "tol10")
            ]
            assert gone
            assert min(gone) > revived

    def test_an_evicted_pod_says_why(self) -> None:
        for story in both(self.NAME):
            told = [
                _disruption(change.obj)
                for change in story.of("Pod")
                if _is_of(change.obj, "tol10") and _is_ending(change.obj)
            ]
            assert {(one["reason"], one["message"]) for one in told if one is not None} == {
                ("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")
            }

    def test_what_is_left_looks_the_same(self) -> None:
        real, simulated = both(self.NAME)
        for kind in ("Deployment", "ReplicaSet"):
            assert _left(simulated, kind) == _left(real, kind)
        assert _taints(simulated.last("Node")["n2"]) == _taints(real.last("Node")["n2"]) == set()


UNREACHABLE = {("node.kubernetes.io/unreachable", "NoSchedule"), ("node.kubernetes.io/unreachable", "NoExecute")}


def _ends(story: Story) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for act, number, size in compare.scale_steps(story):
        found.setdefault(act, {})[number] = size
    return found


def _directions(story: Story) -> dict[tuple[int, int], set[bool]]:
    """Per act and ReplicaSet: whether it grew, shrank, or both."""
    sizes: dict[int, int] = {}
    found: dict[tuple[int, int], set[bool]] = {}
    for act, number, size in compare.scale_steps(story):
        if number in sizes:
            found.setdefault((act, number), set()).add(size > sizes[number])
        sizes[number] = size
    return found


def _until_ready(story: Story, act: int) -> list[tuple[int, int]]:
    """(ReplicaSet, size) in an act until a pod that was created in it is Ready."""
    born = story.born()
    ready = [c.at for c in story.during("Pod", act) if born[c.name] == act and compare.is_ready(c.obj)]
    before = min(ready, default=float("inf"))
    numbers, sizes, found = story.replicasets(), {}, []
    for change in story.of("ReplicaSet"):
        size = change.obj["spec"]["replicas"]
        moved = change.type != "DELETED" and sizes.get(change.name) != size
        sizes[change.name] = size
        if moved and story.act(change) == act and change.at < before:
            found.append((numbers[change.name], size))
    return found


def _left(story: Story, kind: str) -> dict[Any, Obj]:
    numbers = story.replicasets()
    return {numbers.get(name, name): compare.status_shape(obj) for name, obj in story.last(kind).items()}


def _slice(obj: Obj) -> list[int]:
    rows = [one["conditions"] for one in obj.get("endpoints") or ()]
    return [len(rows), *(sum(row[name] for row in rows) for name in ("ready", "serving", "terminating"))]


def _subsets(obj: Obj) -> list[int]:
    subsets = obj.get("subsets") or ()
    return [sum(len(one.get(name, ())) for one in subsets) for name in ("addresses", "notReadyAddresses")]


def _between(rows: list[list[int]]) -> set[str]:
    """Every row whose values lie between those of two neighbours."""
    found = set()
    for left, right in pairwise(rows):
        spans = [range(min(pair), max(pair) + 1) for pair in zip(left, right, strict=True)]
        found |= {repr(list(row)) for row in _product(spans)}
    return found


def _product(spans: list[range]) -> list[tuple[int, ...]]:
    rows: list[tuple[int, ...]] = [()]
    for span in spans:
        rows = [(*row, value) for row in rows for value in span]
    return rows


def _bare(name: str) -> str:
    return name.rpartition("-")[0] or name


def _is_unknown(node: Obj) -> bool:
    return any(
        one["type"] == "Ready" and one["status"] == "Unknown" for one in node.get("status", {}).get("conditions") or ()
    )


def _taints(node: Obj) -> set[tuple[str, str]]:
    return {(one["key"], one["effect"]) for one in node["spec"].get("taints") or ()}


def _is_of(pod: Obj, *apps: str) -> bool:
    return (pod["metadata"].get("labels") or {}).get("app") in apps


def _is_ending(pod: Obj) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def _ready(pod: Obj) -> Obj | None:
    return next((one for one in pod.get("status", {}).get("conditions") or () if one["type"] == "Ready"), None)


def _disruption(pod: Obj) -> Obj | None:
    return next((one for one in pod["status"]["conditions"] if one["type"] == "DisruptionTarget"), None)


def test_the_comparison_can_fail() -> None:
    """Two different scenarios are told apart by every comparison."""
    one, other = recorded("02-rolling-1-0"), recorded("02-rolling-0-1")
    assert compare.scale_steps(one) != compare.scale_steps(other)
    assert _until_ready(one, 3) != _until_ready(other, 3)
    assert compare.victims(recorded("01-deploy-scale")) != compare.victims(one)
    assert Counter(compare.reasons(one, "Deployment", "Progressing")) != Counter(
        compare.reasons(recorded("03-rollback"), "Deployment", "Progressing")
    )
