"""Looks at a claim."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.controllers.volume.claim_plan import ClaimView, plan_claim
from cluster_core.controllers.volume.outcome import RESYNC_US


def claim(annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    meta = {"name": "c", "namespace": "n", "uid": "u", "resourceVersion": "1", "annotations": annotations or {}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": meta,
        "spec": spec,
        "status": {"phase": "Pending"},
    }


def late(provisioner: str = "example.com/x") -> dict[str, Obj]:
    return {
        "late": {"provisioner": provisioner, "volumeBindingMode": "WaitForFirstConsumer", "metadata": {"name": "late"}}
    }


def told(view: ClaimView) -> list[tuple[str, str]]:
    outcome = plan_claim(view)
    assert outcome.plan.requeue_after == RESYNC_US
    return [(reason, message) for _, _, reason, message in outcome.events]


def test_a_claim_of_a_late_class_waits_for_its_pods() -> None:
    one = claim(storageClassName="late")
    assert told(ClaimView(one, {}, late(), []))[0][0] == "WaitForFirstConsumer"
    assert told(ClaimView(one, {}, late(), ["p"])) == [("WaitForPodScheduled", "waiting for pod p to be scheduled")]
    assert told(ClaimView(one, {}, late(), ["p", "q"]))[0][1] == "waiting for pods p,q to be scheduled"


def test_once_a_node_is_selected_a_provisioner_is_asked() -> None:
    one = claim({"volume.kubernetes.io/selected-node": "n1"}, storageClassName="late")
    outcome = plan_claim(ClaimView(one, {}, late(), ["p"]))
    asked = outcome.plan.stages[0][0].body["metadata"]["annotations"]
    assert asked["volume.beta.kubernetes.io/storage-provisioner"] == "example.com/x"
    assert outcome.events[0][2] == "ExternalProvisioning"


def test_nothing_provisions_for_a_class_without_a_provisioner() -> None:
    one = claim({"volume.kubernetes.io/selected-node": "n1"}, storageClassName="late")
    found = told(ClaimView(one, {}, late("kubernetes.io/no-provisioner"), []))
    assert found == [("ProvisioningFailed", "no volume plugin matched name: kubernetes.io/no-provisioner")]


def test_a_claim_that_is_bound_and_has_lost_its_volume_says_so_once() -> None:
    one = claim({"pv.kubernetes.io/bind-completed": "yes"}, volumeName="v")
    outcome = plan_claim(ClaimView(one, {}, {}, []))
    lost = outcome.plan.stages[0][0].body
    assert lost["status"]["phase"] == "Lost"
    assert plan_claim(ClaimView(lost, {}, {}, [])).plan.stages == []
    other: Obj = {"metadata": {"name": "v"}, "spec": {"claimRef": {"namespace": "n", "name": "c", "uid": "x"}}}
    assert plan_claim(ClaimView(one, {"v": other}, {}, [])).events[0][2] == "ClaimMisbound"
