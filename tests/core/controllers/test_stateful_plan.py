"""What a StatefulSet does next."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.controllers.controller_revisions import kept
from cluster_core.controllers.stateful_plan import Observed, Outcome, plan
from tests.core.controllers.sets import Obj, member, owner

NOW = 1_800_000_000_000_000
LEAVING = {"deletionTimestamp": "2026-01-01T00:00:00Z"}
CLAIM: Obj = {"metadata": {"name": "data"}, "spec": {}}


def _kept(name: str, number: int, image: str = "i:1") -> Obj:
    template = owner()["spec"]["template"]
    template["spec"]["containers"][0]["image"] = image
    meta = {"name": name, "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"metadata": meta, "revision": number, "data": kept(template)}


def _plan(pods: list[Obj], claims: dict[str, Obj] | None = None, **spec: Any) -> Outcome:
    """Revision db-1 is current, db-2 has the template."""
    revisions = [_kept("db-1", 1, "i:0"), _kept("db-2", 2)]
    who = owner(**spec) | {"status": {"currentRevision": "db-1", "currentReplicas": 2}}
    return plan(Observed(who, pods, revisions, {}, claims or {}, NOW))


def _acts(outcome: Outcome) -> list[list[str]]:
    """The writes of each stage, e.g. "create pods db-0"."""
    return [
        [f"{one.verb} {one.resource} {one.name or one.body['metadata']['name']}" for one in stage]
        for stage in outcome.plan.stages
        if stage
    ]


def _refused(outcome: Outcome) -> list[str]:
    return [one.id.removeprefix("statefulset.") for one in outcome.plan.decisions if not one.taken]


def test_pods_are_created_one_by_one() -> None:
    assert _acts(_plan([])) == [["create pods db-0"]]
    assert _acts(_plan([member(0, "db-2")])) == [["create pods db-1"]]


@pytest.mark.parametrize(
    ("pod", "why"),
    [
        (member(0, ready=False), "waiting-for-ready"),
        (member(0, phase="Pending", ready=False), "waiting-for-ready"),
        (member(0, **LEAVING), "waiting-for-end"),
    ],
)
def test_the_next_pod_waits_for_the_one_before(pod: Obj, why: str) -> None:
    outcome = _plan([pod])
    assert _acts(outcome) == [] and _refused(outcome) == [why]


def test_available_takes_min_ready_seconds() -> None:
    assert _refused(_plan([member(0)], minReadySeconds=2**31)) == ["waiting-for-available"]


def test_parallel_creates_all_in_growing_batches() -> None:
    assert _acts(_plan([], podManagementPolicy="Parallel", replicas=4)) == [
        ["create pods db-0"],
        ["create pods db-1", "create pods db-2"],
        ["create pods db-3"],
    ]


def test_a_pod_that_has_ended_is_replaced() -> None:
    assert _acts(_plan([member(0, phase="Failed")])) == [["delete pods db-0"]]
    assert _acts(_plan([member(0, phase="Succeeded", **LEAVING)])) == []


def test_the_highest_of_those_that_are_too_many_goes_first() -> None:
    pods = [member(number, "db-2") for number in range(5)]
    assert _acts(_plan(pods)) == [["delete pods db-4"]]
    pods[4]["metadata"] |= LEAVING
    waits = _plan(pods)
    assert _acts(waits) == [] and _refused(waits) == ["waiting-for-end"]


def test_scaling_down_waits_for_what_is_not_ready_unless_it_goes_itself() -> None:
    pods = [member(0, "db-2"), member(1, "db-2"), member(2, "db-2"), member(3, "db-2", ready=False), member(4, "db-2")]
    assert _refused(_plan(pods)) == []
    assert _acts(_plan(pods)) == [["delete pods db-4"]]
    pods[4] = member(4, "db-2", ready=False)
    assert _acts(_plan(pods)) == [] and _refused(_plan(pods)) == ["waiting-for-ready"]
    assert _acts(_plan([*pods[:3], pods[3]])) == [["delete pods db-3"]]


def test_parallel_deletes_all_that_are_too_many() -> None:
    pods = [member(number, "db-2") for number in range(6)]
    assert _acts(_plan(pods, podManagementPolicy="Parallel")) == [
        ["delete pods db-5"],
        ["delete pods db-4", "delete pods db-3"],
    ]


def test_an_update_replaces_one_pod_at_a_time_from_the_top() -> None:
    outcome = _plan([member(0), member(1), member(2)])
    assert _acts(outcome) == [["delete pods db-2"]] and outcome.replaced == 1
    assert _acts(_plan([member(0), member(1), member(2, "db-2")])) == [["delete pods db-1"]]


def test_an_update_stands_still_while_a_pod_is_not_ready() -> None:
    """The known issue: a broken pod stays, whatever the template says now."""
    stuck = _plan([member(0), member(1), member(2, "db-3", ready=False)])
    assert _acts(stuck) == [] and _refused(stuck) == ["waiting-for-ready"]
    parallel = _plan([member(0), member(1), member(2, "db-2", ready=False)], podManagementPolicy="Parallel")
    assert _acts(parallel) == [] and _refused(parallel) == ["update-waits"]


def test_pods_below_the_partition_keep_their_revision() -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    held = _plan([member(0), member(1), member(2, "db-2")], updateStrategy=rolling)
    assert _acts(held) == [] and _refused(held) == ["held-by-partition"]
    made = _plan([member(1), member(2, "db-2")], updateStrategy=rolling).plan.stages
    pod = next(action.body for stage in made for action in stage)
    assert pod["metadata"]["labels"]["controller-revision-hash"] == "db-1"
    assert pod["spec"]["containers"][0]["image"] == "i:0"


def test_on_delete_updates_nothing_by_itself() -> None:
    strategy = {"type": "OnDelete"}
    assert _acts(_plan([member(0), member(1), member(2)], updateStrategy=strategy)) == []
    made = _plan([member(1), member(2)], updateStrategy=strategy).plan.stages
    assert made[0][0].body["metadata"]["labels"]["controller-revision-hash"] == "db-2"


def test_claims_come_before_their_pod() -> None:
    spec = {"volumeClaimTemplates": [CLAIM], "replicas": 1}
    assert _acts(_plan([], **spec)) == [["create persistentvolumeclaims data-db-0"], ["create pods db-0"]]
    there = {"data-db-0": {"metadata": {"name": "data-db-0", "namespace": "default"}}}
    assert _acts(_plan([], there, **spec)) == [["create pods db-0"]]


def test_a_pod_waits_for_a_claim_that_leaves() -> None:
    claim = {"metadata": {"name": "data-db-0", "namespace": "default", **LEAVING}}
    outcome = _plan([], {"data-db-0": claim}, volumeClaimTemplates=[CLAIM], replicas=1)
    assert _acts(outcome) == [] and _refused(outcome) == ["claim-leaving"]
    assert outcome.warnings[0][1].endswith("failed error: pvc data-db-0 is being deleted")


def test_a_scaled_away_pod_takes_its_claim_along_if_the_policy_says_so() -> None:
    pods = [member(0, "db-2"), member(1, "db-2")]
    for pod in pods:
        name = f"data-{pod['metadata']['name']}"
        pod["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": name}}]
    claims = {f"data-db-{n}": {"metadata": {"name": f"data-db-{n}", "namespace": "default"}} for n in (0, 1)}
    policy = {"whenDeleted": "Retain", "whenScaled": "Delete"}
    spec = {"volumeClaimTemplates": [CLAIM], "persistentVolumeClaimRetentionPolicy": policy, "replicas": 1}
    outcome = _plan(pods, claims, **spec)
    assert _acts(outcome) == [["update persistentvolumeclaims data-db-1"], ["delete pods db-1"]]
    assert outcome.plan.stages[-2][0].body["metadata"]["ownerReferences"][0]["kind"] == "Pod"


def test_a_lost_name_label_is_put_back() -> None:
    pods = [member(number, "db-2") for number in range(3)]
    del pods[1]["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"]
    assert _acts(_plan(pods)) == [["update pods db-1"]]


def test_a_set_that_is_being_deleted_only_reports() -> None:
    who = owner()
    who["metadata"] |= LEAVING
    outcome = plan(Observed(who, [member(0)], [_kept("db-1", 1)], {}, {}, NOW))
    assert _acts(outcome) == []


def test_ordinals_may_begin_later() -> None:
    assert _acts(_plan([], ordinals={"start": 4})) == [["create pods db-4"]]
    moved = _plan([member(0, "db-2"), *(member(n, "db-2") for n in (4, 5, 6))], ordinals={"start": 4})
    assert _acts(moved) == [["delete pods db-0"]]


def test_old_revisions_beyond_the_limit_are_surplus() -> None:
    revisions = [*(_kept(f"old-{n}", n, f"i:{n}x") for n in range(1, 5)), _kept("db-2", 9)]
    who = owner(revisionHistoryLimit=2)
    found = plan(Observed(who, [member(0, "old-1")], revisions, {}, {}, NOW)).surplus
    assert [one["metadata"]["name"] for one in found] == ["old-2"]
