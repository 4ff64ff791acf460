"""Looks at a volume."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.controllers.volume.outcome import Outcome
from cluster_core.controllers.volume.volume_plan import VolumeView, plan_volume, scrubber_of, unbound


def volume(phase: str, policy: str = "Delete", annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    ref = {"namespace": "n", "name": "c", "uid": "u"}
    full = {"claimRef": ref, "persistentVolumeReclaimPolicy": policy, "local": {"path": "/x"}, **spec}
    meta = {"name": "v", "resourceVersion": "1", "annotations": annotations or {}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": meta, "spec": full, "status": {"phase": phase}}


def phases(outcome: Outcome) -> list[str]:
    return [
        one.body["status"]["phase"] for stage in outcome.plan.stages for one in stage if one.subresource == "status"
    ]


def test_released_first_then_reclaimed() -> None:
    assert phases(plan_volume(VolumeView(volume("Bound"), None))) == ["Released"]
    failed = plan_volume(VolumeView(volume("Released"), None))
    assert phases(failed) == ["Failed"]
    words = 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'
    assert failed.events[0][3] == words
    assert plan_volume(VolumeView(volume("Failed"), None)).plan.stages == []


def test_what_a_provisioner_made_is_deleted_by_it() -> None:
    made = volume("Released", annotations={"pv.kubernetes.io/provisioned-by": "disk.example.com"})
    assert plan_volume(VolumeView(made, None)).plan.stages == []


def test_a_volume_whose_claim_took_another_one_is_free_again() -> None:
    claim = {"metadata": {"uid": "u", "name": "c"}, "spec": {"volumeName": "other"}}
    ours = volume("Bound", annotations={"pv.kubernetes.io/bound-by-controller": "yes"})
    outcome = plan_volume(VolumeView(ours, claim))
    assert "claimRef" not in outcome.plan.stages[0][0].body["spec"]
    assert phases(outcome) == ["Available"]
    assert unbound(volume("Bound"))["spec"]["claimRef"]["uid"] == ""


def test_there_is_no_scrubber_for_most_volumes() -> None:
    assert plan_volume(VolumeView(volume("Released", "Recycle"), None)).events[0][3] == (
        "No recycler plugin found for the volume!"
    )
    share = volume("Released", "Recycle", hostPath={"path": "/tmp/x"})
    outcome = plan_volume(VolumeView(share, None))
    assert outcome.plan.stages[0][0].body == scrubber_of(share)
