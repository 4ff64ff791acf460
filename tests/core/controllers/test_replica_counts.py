"""Counts and status of a ReplicaSet."""

from __future__ import annotations

from typing import Any

from cluster_core.api.timestamp import rfc3339
from cluster_core.client.owned_pods import OwnedPods
from cluster_core.controllers.replica_counts import Counts, counted, status_of, tallied

SECOND = 1_000_000


def _owner(wait: int = 0, kind: str = "ReplicaSet", **status: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}}
    spec = {"replicas": 3, "minReadySeconds": wait, "template": template}
    return {"kind": kind, "metadata": {"name": "rs", "uid": "o", "generation": 4}, "spec": spec, "status": status}


def _pod(
    name: str, ready_at: int | None = 0, labels: str = "web", ending: bool = False, phase: str = "Running"
) -> dict[str, Any]:
    owner = {"kind": "ReplicaSet", "name": "rs", "uid": "o", "controller": True}
    meta: dict[str, Any] = {"name": name, "uid": name, "labels": {"app": labels}, "ownerReferences": [owner]}
    if ending:
        meta["deletionTimestamp"] = rfc3339(0)
    told = {
        "type": "Ready",
        "status": "False" if ready_at is None else "True",
        "lastTransitionTime": rfc3339(ready_at or 0),
    }
    return {"metadata": meta, "spec": {}, "status": {"phase": phase, "conditions": [told]}}


PODS = [_pod("a"), _pod("b", None), _pod("c", labels="other"), _pod("d", ending=True), _pod("e", phase="Failed")]


def test_pods_one_by_one() -> None:
    assert counted(_owner(), PODS, 9 * SECOND) == Counts(3, 2, 2, 2, 1, None)


def test_the_tally_gives_the_same_counts() -> None:
    tally = OwnedPods()
    for pod in PODS:
        tally.changed(pod["metadata"]["name"], pod)
    assert tallied(_owner(), tally.of("o")) == counted(_owner(), PODS, 9 * SECOND)


def test_a_pod_is_available_after_its_wait() -> None:
    early, late = (
        counted(_owner(5), [_pod("a", 2 * SECOND)], 4 * SECOND),
        counted(_owner(5), [_pod("a", 2 * SECOND)], 7 * SECOND),
    )
    assert (early.available, early.soonest_available, late.available, late.soonest_available) == (
        0,
        3 * SECOND,
        1,
        None,
    )


def test_the_status_leaves_out_what_is_none() -> None:
    status = status_of(_owner(), Counts(0, 0, 0, 0, 0), None, 0)
    assert status == {"replicas": 0, "terminatingReplicas": 0, "observedGeneration": 4}
    assert "terminatingReplicas" not in status_of(_owner(kind="ReplicationController"), Counts(0, 0, 0, 0, 0), None, 0)


def test_a_failure_stays_as_it_was_told_first_until_a_turn_succeeds() -> None:
    first = status_of(_owner(), Counts(1, 1, 1, 1, 0), ("FailedCreate", "quota"), 0)
    again = status_of(_owner(**first), Counts(1, 1, 1, 1, 0), ("FailedCreate", "other words"), SECOND)
    assert first["conditions"] == again["conditions"]
    assert first["conditions"][0]["message"] == "quota"
    assert "conditions" not in status_of(_owner(**first), Counts(1, 1, 1, 1, 0), None, SECOND)
