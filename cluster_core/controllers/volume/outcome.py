"""What a look at a claim or a volume leads to: writes, Kubernetes Events, decisions; and the writes that bind."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    VOLUMES,
    annotated,
    annotations_of,
    attributes_class,
    volume_for,
)
from cluster_core.client.plan import Action, Decision, Plan
from cluster_core.sim.kernel import US_PER_SECOND

RESYNC_US = 15 * US_PER_SECOND


@dataclass(slots=True)
class Outcome:
    """A plan, and the Events (object, type, reason, message) that go with it."""

    plan: Plan = field(default_factory=Plan)
    events: list[tuple[Obj, str, str, str]] = field(default_factory=list)

    def tell(self, obj: Obj, kind: str, reason: str, message: str) -> None:
        """One more Event."""
        self.events.append((obj, kind, reason, message))

    def write(self, *actions: Action) -> None:
        """One more stage."""
        self.plan.stages.append(list(actions))

    def decide(self, decision: Decision) -> None:
        """One more decision."""
        self.plan.decisions.append(decision)


def update(resource: str, obj: Obj, subresource: str = "", again: bool = False) -> Action:
    """The update of an object; `again`: an earlier stage of the turn has written it, so its version is another one by now."""
    meta = obj["metadata"]
    if again:
        obj = {**obj, "metadata": {name: value for name, value in meta.items() if name != "resourceVersion"}}
    return Action("update", resource, meta.get("namespace", ""), meta["name"], obj, subresource)


def bind(outcome: Outcome, volume: Obj, claim: Obj) -> None:
    """Both sides refer to each other, and both say that they are bound. What is done already is not written again."""
    held = volume_for(volume, claim)
    wrote = held is not volume
    if wrote:
        outcome.write(update(VOLUMES, held))
    if (volume.get("status") or {}).get("phase") != "Bound":
        outcome.write(update(VOLUMES, with_phase(held, "Bound"), "status", again=wrote))
    having = claim_for(claim, volume)
    wrote = having is not claim
    if wrote:
        outcome.write(update(CLAIMS, having))
    status = claim_status(claim, "Bound", volume)
    if status != (claim.get("status") or {}):
        outcome.write(update(CLAIMS, {**having, "status": status}, "status", again=wrote))
    if outcome.plan.stages:
        meta = claim["metadata"]
        name = f"persistentvolumeclaim/{meta['namespace']}/{meta['name']}"
        outcome.decide(Decision("claim.bound", {"object": name, "volume": volume["metadata"]["name"]}))


def claim_for(claim: Obj, volume: Obj) -> Obj:
    """A claim that refers to its volume and says that binding is complete; the same object if it does."""
    found, name = claim, volume["metadata"]["name"]
    if claim["spec"].get("volumeName") != name:
        found = annotated(with_path(found, ("spec", "volumeName"), name), BOUND_BY_CONTROLLER, "yes")
    return found if BIND_COMPLETED in annotations_of(found) else annotated(found, BIND_COMPLETED, "yes")


def claim_status(claim: Obj, phase: str, volume: Obj | None = None) -> Obj:
    """The status of a claim; its capacity is that of the volume when it becomes bound, later resizing tells it."""
    status = dict(claim.get("status") or {})
    was = status.get("phase")
    status["phase"] = phase
    if volume is None:
        for name in ("accessModes", "capacity"):
            status.pop(name, None)
        return status
    status["accessModes"] = volume["spec"].get("accessModes") or []
    if was != phase:
        status["capacity"] = volume["spec"].get("capacity") or {}
    if attributes_class(volume):
        status["currentVolumeAttributesClassName"] = attributes_class(volume)
    return status


def with_phase(volume: Obj, phase: str, message: str = "") -> Obj:
    """A volume in a phase."""
    status = {"phase": phase, "message": message} if message else {"phase": phase}
    return {**volume, "status": status}


def not_annotated(obj: Obj, *names: str) -> Obj:
    """An object without some annotations."""
    kept = {name: value for name, value in annotations_of(obj).items() if name not in names}
    return with_path(obj, ("metadata", "annotations"), kept)
