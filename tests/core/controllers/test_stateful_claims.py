"""Whose claims are, by retention policy: the four combinations, in range and scaled away."""

from __future__ import annotations

import pytest

from cluster_core.controllers import stateful_claims as claims
from tests.core.controllers.sets import Obj, member, owner

KEEP, GO = "Retain", "Delete"


def _set(when_deleted: str, when_scaled: str) -> Obj:
    return owner(persistentVolumeClaimRetentionPolicy={"whenDeleted": when_deleted, "whenScaled": when_scaled})


def _claim(*refs: Obj) -> Obj:
    return {"metadata": {"name": "data-db-1", "namespace": "default", "ownerReferences": list(refs)}}


@pytest.mark.parametrize(
    ("when_deleted", "when_scaled", "ordinal", "expected"),
    [
        (KEEP, KEEP, 1, []),
        (KEEP, KEEP, 7, []),
        (GO, KEEP, 1, ["StatefulSet"]),
        (GO, KEEP, 7, ["StatefulSet"]),
        (KEEP, GO, 1, []),
        (KEEP, GO, 7, ["Pod"]),
        (GO, GO, 1, ["StatefulSet"]),
        (GO, GO, 7, ["Pod"]),
    ],
)
def test_the_owners_that_the_policy_wants(
    when_deleted: str, when_scaled: str, ordinal: int, expected: list[str]
) -> None:
    who, pod = _set(when_deleted, when_scaled), member(ordinal)
    assert claims.is_up_to_date(_claim(), who, pod) is (not expected)
    mended = claims.with_owners(_claim(), who, pod)
    assert [ref["kind"] for ref in mended["metadata"]["ownerReferences"]] == expected
    assert claims.is_up_to_date(mended, who, pod)


def test_claims_are_left_alone_when_the_policy_becomes_retain() -> None:
    who, pod = _set(GO, KEEP), member(1)
    held = claims.with_owners(_claim(), who, pod)
    kept = _set(KEEP, KEEP)
    assert not claims.is_up_to_date(held, kept, pod)
    assert claims.with_owners(held, kept, pod)["metadata"]["ownerReferences"] == []


def test_a_claim_of_an_earlier_pod_is_stale_and_not_touched() -> None:
    former = {"apiVersion": "v1", "kind": "Pod", "name": "db-1", "uid": "before", "controller": True}
    assert claims.is_stale(_claim(former), member(1))
    assert claims.is_up_to_date(_claim(former), _set(GO, GO), member(1))


def test_another_controller_keeps_its_claim() -> None:
    other = {"apiVersion": "x/v1", "kind": "Backup", "name": "b", "uid": "b", "controller": True}
    who, pod = _set(GO, GO), member(1)
    ours = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "uid-db", "controller": False}
    assert claims.has_other_controller(_claim(other), who, pod)
    assert claims.is_up_to_date(_claim(other), who, pod)
    assert not claims.is_up_to_date(_claim(other, ours), who, pod)
    assert claims.with_owners(_claim(other, ours), who, pod)["metadata"]["ownerReferences"] == [other]
    assert not claims.has_other_controller(_claim(other), _set(KEEP, KEEP), pod)
