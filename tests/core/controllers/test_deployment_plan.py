"""The decisions of a Deployment's turn, as a pure function."""

from __future__ import annotations

from typing import Any

from cluster_core.client.controller import Plan
from cluster_core.controllers import revision
from cluster_core.controllers.deployment_plan import Observed, plan


def _deployment(replicas: int = 4, image: str = "a", **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    spec.setdefault("progressDeadlineSeconds", 600)
    strategy = spec.pop("strategy", {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}})
    meta = {
        "name": "web",
        "namespace": "default",
        "uid": "u",
        "generation": 1,
        "creationTimestamp": "2025-01-01T00:00:00Z",
    }
    given = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "web"}},
        "template": template,
        "strategy": strategy,
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {**given, **spec}}


def _replicaset(image: str, size: int, available: int, number: int = 1, desired: int = 4) -> dict[str, Any]:
    made = revision.new_replicaset(_deployment(desired, image), size, number, desired + 1)
    meta = {**made["metadata"], "uid": image, "creationTimestamp": f"2025-01-01T00:00:{number:02}Z", "generation": 1}
    status = {"replicas": size, "availableReplicas": available, "observedGeneration": 1}
    return {**made, "metadata": meta, "status": status}


def _scales(result: Plan) -> list[tuple[int, int]]:
    return [action.options["scaled"] for stage in result.stages for action in stage if "scaled" in action.options]


def _ids(result: Plan) -> list[str]:
    return [decision.id for decision in result.decisions]


def test_the_first_turn_makes_the_replicaset_and_says_so() -> None:
    result = plan(Observed(_deployment(), None, []))
    assert _scales(result) == [(0, 4)]
    assert _ids(result) == ["deployment.new-replicaset"]
    told = [
        condition
        for stage in result.stages
        for a in stage
        if a.subresource
        for condition in a.body["status"]["conditions"]
    ]
    assert {condition["reason"] for condition in told} == {"NewReplicaSetCreated", "MinimumReplicasUnavailable"}


def test_a_new_template_makes_room_in_the_same_turn() -> None:
    old = _replicaset("a", 4, 4)
    result = plan(Observed(_deployment(image="b"), None, [old]))
    assert _scales(result) == [(0, 1), (4, 3)]


def test_it_grows_before_it_shrinks() -> None:
    old, new = _replicaset("a", 3, 3), _replicaset("b", 1, 1, 2)
    assert _scales(plan(Observed(_deployment(image="b"), new, [old]))) == [(1, 2)]


def test_nothing_more_may_be_given_up() -> None:
    old, new = _replicaset("a", 3, 3), _replicaset("b", 2, 0, 2)
    result = plan(Observed(_deployment(image="b"), new, [old]))
    assert _scales(result) == []
    assert [d.id for d in result.decisions if not d.taken] == ["deployment.cannot-add", "deployment.cannot-remove"]


def test_unhealthy_old_pods_go_first() -> None:
    stuck, old, new = _replicaset("a", 2, 0), _replicaset("b", 2, 2, 2), _replicaset("c", 1, 1, 3)
    result = plan(Observed(_deployment(image="c"), new, [stuck, old]))
    assert _scales(result) == [(2, 0)] or _scales(result)[0] == (2, 0)


def test_old_pods_are_not_given_up_twice() -> None:
    """The old ReplicaSet was scaled from 3 to 2 and has not told of it: its third pod must not count as available."""
    old, new = _replicaset("a", 2, 3), _replicaset("b", 3, 2, 2)
    assert _scales(plan(Observed(_deployment(image="b"), new, [old]))) == []


def test_a_scaled_deployment_shares_out_in_mid_rollout() -> None:
    old, new = _replicaset("a", 3, 3), _replicaset("b", 2, 2, 2)
    result = plan(Observed(_deployment(9, "b"), new, [old]))
    assert sorted(_scales(result)) == [(2, 4), (3, 6)]


def test_a_paused_deployment_scales_but_does_not_roll() -> None:
    old = _replicaset("a", 4, 4)
    result = plan(Observed(_deployment(6, "b", paused=True), None, [old]))
    assert _scales(result) == [(4, 6)]
    assert "deployment.new-replicaset" not in _ids(result)


def test_recreate_waits() -> None:
    old = _replicaset("a", 0, 0)
    waiting = Observed(_deployment(image="b", strategy={"type": "Recreate"}), None, [old], old_pods_left=True)
    assert _ids(plan(waiting)) == ["deployment.waiting-for-old-pods"]
    waiting.old_pods_left = False
    assert _scales(plan(waiting)) == [(0, 4)]


def test_a_taken_name_counts_a_collision_and_makes_nothing() -> None:
    result = plan(Observed(_deployment(), None, [], collision=True))
    bodies = [action.body for stage in result.stages for action in stage]
    assert {"status": {"collisionCount": 1}} in bodies
    assert _scales(result) == []


def test_a_failed_creation_is_told_and_tried_again() -> None:
    result = plan(Observed(_deployment(progressDeadlineSeconds=600), None, [], failure="quota"))
    first = result.stages[0][0].body["status"]["conditions"]
    assert ("ReplicaSetCreateError", "quota") in {(one["reason"], one["message"]) for one in first}
    assert _scales(result) == [(0, 4)]


def test_a_deployment_that_is_going_only_reports() -> None:
    deployment = _deployment()
    deployment["metadata"]["deletionTimestamp"] = "2025-01-01T00:01:00Z"
    result = plan(Observed(deployment, None, [_replicaset("a", 4, 4)]))
    assert _scales(result) == [] and all(action.subresource == "status" for stage in result.stages for action in stage)
