"""The writes that bind: what is done already is not written again."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import volume_for
from cluster_core.controllers.volume.outcome import Outcome, bind, claim_status


def volume(**more: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "v", "resourceVersion": "3"},
        "spec": {"capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOnce"]},
        **more,
    }


CLAIM: Obj = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "c", "namespace": "n", "uid": "u", "resourceVersion": "4"},
    "spec": {},
}


def test_four_writes_and_then_none() -> None:
    outcome = Outcome()
    bind(outcome, volume(), CLAIM)
    writes = [(one.resource, one.subresource) for stage in outcome.plan.stages for one in stage]
    sides = ("persistentvolumes", "persistentvolumeclaims")
    assert writes == [(side, part) for side in sides for part in ("", "status")]
    first, second, third, fourth = (stage[0].body for stage in outcome.plan.stages)
    assert first["metadata"]["resourceVersion"] == "3"
    assert "resourceVersion" not in second["metadata"], "the first write has made it another one"
    again = Outcome()
    bind(again, {**first, "status": second["status"]}, {**third, "status": fourth["status"]})
    assert again.plan.stages == []


def test_a_volume_that_is_kept_for_the_claim_is_not_marked_as_ours() -> None:
    kept = volume(spec={"claimRef": {"namespace": "n", "name": "c"}})
    assert "annotations" not in volume_for(kept, CLAIM)["metadata"]
    assert volume_for(volume(), CLAIM)["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}


def test_the_size_is_told_when_a_claim_becomes_bound_only() -> None:
    grown = {**CLAIM, "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}}
    assert claim_status(grown, "Bound", volume())["capacity"] == {"storage": "1Gi"}
    assert claim_status(CLAIM, "Bound", volume())["capacity"] == {"storage": "2Gi"}
    assert "capacity" not in claim_status(grown, "Pending")
