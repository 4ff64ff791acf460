"""What is to be done about a claim: find it a volume, wait, have one made, or say that it has lost the one it had.

Upstream: `pkg/controller/volume/persistentvolume/pv_controller.go` (syncClaim and what it calls).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.default_class import STORAGE_MARKS, default_class
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import (
    BETA_PROVISIONER,
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    PROVISIONER,
    SELECTED_NODE,
    annotated,
    annotations_of,
    best_match,
    class_of,
    is_bound_to,
    mismatch,
    names_a_class,
    waits_for_consumer,
)
from cluster_core.client.plan import Decision
from cluster_core.controllers.volume.outcome import RESYNC_US, Outcome, bind, claim_status, update

EXTERNAL = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system administrator. "
    "If volume creation is delayed, please verify that the provisioner is running and correctly registered."
)
LOST_NAME = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
LOST_VOLUME = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
MISBOUND = "Two claims are bound to the same volume, this one is bound incorrectly"
NO_CLASS = "no persistent volumes available for this claim and no storage class is set"


@dataclass(slots=True)
class ClaimView:
    """A claim, all volumes by name, all classes by name, and the names of pods that use the claim and have no node yet."""

    claim: Obj
    volumes: dict[str, Obj]
    classes: dict[str, Obj]
    pods: list[str]


def plan_claim(view: ClaimView) -> Outcome:
    """One look at a claim. One that is not bound is looked at again at the next resync, as upstream's loop does every 15 s."""
    outcome = Outcome()
    if BIND_COMPLETED in annotations_of(view.claim):
        _sync_bound(outcome, view)
        return outcome
    if view.claim["spec"].get("volumeName"):
        _sync_named(outcome, view)
    else:
        _sync_unbound(outcome, view)
    if not outcome.plan.stages or outcome.events:
        outcome.plan.requeue_after = RESYNC_US
    return outcome


def _sync_unbound(outcome: Outcome, view: ClaimView) -> None:
    claim = view.claim
    storage_class = view.classes.get(class_of(claim))
    delayed = waits_for_consumer(storage_class)
    volume = best_match(claim, view.volumes.values(), delayed=delayed)
    if volume is not None:
        bind(outcome, volume, claim)
        return
    name = "" if names_a_class(claim) else default_class(view.classes.values(), STORAGE_MARKS)
    if name:
        outcome.write(update(CLAIMS, with_path(claim, ("spec", "storageClassName"), name)))
        _decide(outcome, claim, "claim.class-assigned", storage_class=name)
    elif delayed and SELECTED_NODE not in annotations_of(claim):
        _wait_for_consumer(outcome, view)
    elif class_of(claim):
        _provision(outcome, claim, storage_class)
    else:
        outcome.tell(claim, "Normal", "FailedBinding", NO_CLASS)
        _decide(outcome, claim, "claim.waits-for-volume")
    _pending(outcome, claim)


def _wait_for_consumer(outcome: Outcome, view: ClaimView) -> None:
    if not view.pods:
        outcome.tell(
            view.claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        )
    else:
        which = f"pod {view.pods[0]}" if len(view.pods) == 1 else f"pods {','.join(view.pods)}"
        outcome.tell(view.claim, "Normal", "WaitForPodScheduled", f"waiting for {which} to be scheduled")
    _decide(outcome, view.claim, "claim.waits-for-consumer")


def _provision(outcome: Outcome, claim: Obj, storage_class: Obj | None) -> None:
    """Ask for a volume of the claim's class: provisioners are programs of their own, which watch for this annotation."""
    if storage_class is None:
        text = f'storageclass.storage.k8s.io "{class_of(claim)}" not found'
        outcome.tell(claim, "Warning", "ProvisioningFailed", text)
        _decide(outcome, claim, "claim.has-no-class", storage_class=class_of(claim))
        return
    provisioner = str(storage_class.get("provisioner", ""))
    if provisioner.startswith("kubernetes.io/"):
        text = f"no volume plugin matched name: {provisioner}"
        outcome.tell(claim, "Warning", "ProvisioningFailed", text)
        _decide(outcome, claim, "claim.waits-for-volume")
        return
    asked = claim
    for name in (BETA_PROVISIONER, PROVISIONER):
        if annotations_of(asked).get(name) != provisioner:
            asked = annotated(asked, name, provisioner)
    if asked is not claim:
        outcome.write(update(CLAIMS, asked))
    outcome.tell(claim, "Normal", "ExternalProvisioning", EXTERNAL.format(provisioner))
    _decide(outcome, claim, "claim.waits-for-provisioner", provisioner=provisioner)


def _sync_named(outcome: Outcome, view: ClaimView) -> None:
    """A claim that asks for one volume by name."""
    claim, name = view.claim, view.claim["spec"]["volumeName"]
    volume = view.volumes.get(name)
    if volume is None:
        _decide(outcome, claim, "claim.waits-for-volume")
        _pending(outcome, claim)
    elif not volume["spec"].get("claimRef"):
        problem = mismatch(volume, claim)
        if not problem:
            bind(outcome, volume, claim)
            return
        text = f'Cannot bind to requested volume "{name}": {problem}'
        outcome.tell(claim, "Warning", "VolumeMismatch", text)
        _decide(outcome, claim, "claim.refused-volume", volume=name, reason=problem)
        _pending(outcome, claim)
    elif is_bound_to(volume, claim):
        bind(outcome, volume, claim)
    else:
        if BOUND_BY_CONTROLLER not in annotations_of(claim):
            outcome.tell(claim, "Warning", "FailedBinding", f'volume "{name}" already bound to a different claim.')
        _decide(outcome, claim, "claim.refused-volume", volume=name, reason="already bound to a different claim")
        _pending(outcome, claim)


def _sync_bound(outcome: Outcome, view: ClaimView) -> None:
    claim = view.claim
    name = claim["spec"].get("volumeName")
    volume = view.volumes.get(name) if name else None
    if volume is None:
        _lose(outcome, claim, "ClaimLost", LOST_VOLUME if name else LOST_NAME)
    elif not volume["spec"].get("claimRef") or is_bound_to(volume, claim):
        bind(outcome, volume, claim)
    else:
        _lose(outcome, claim, "ClaimMisbound", MISBOUND)


def _lose(outcome: Outcome, claim: Obj, reason: str, text: str) -> None:
    status = claim_status(claim, "Lost")
    if status == (claim.get("status") or {}):
        return
    outcome.write(update(CLAIMS, {**claim, "status": status}, "status"))
    outcome.tell(claim, "Warning", reason, text)
    _decide(outcome, claim, "claim.lost")


def _pending(outcome: Outcome, claim: Obj) -> None:
    status = claim_status(claim, "Pending")
    if status != (claim.get("status") or {}):
        body = {**claim, "status": status}
        outcome.write(update(CLAIMS, body, "status", again=bool(outcome.plan.stages)))


def _decide(outcome: Outcome, claim: Obj, message_id: str, **params: str) -> None:
    meta = claim["metadata"]
    object_name = f"persistentvolumeclaim/{meta['namespace']}/{meta['name']}"
    outcome.decide(Decision(message_id, {"object": object_name, **params}))
