"""What is to be done about a PersistentVolume: its phase, and what becomes of it once its claim has gone.

Upstream: `pkg/controller/volume/persistentvolume/pv_controller.go` (syncVolume, reclaimVolume).
Real Kubernetes tries again at each resync to delete or recycle a volume that Failed; here when the volume changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import (
    BOUND_BY_CONTROLLER,
    PROVISIONED_BY,
    VOLUMES,
    annotations_of,
    claim_of,
    mode_of,
)
from cluster_core.api.volume_source import place_of
from cluster_core.client.plan import Action, Decision
from cluster_core.controllers.volume.outcome import Outcome, not_annotated, update, with_phase

MODE_WORDS = 'Cannot bind PersistentVolume "{}" to requested PersistentVolumeClaim "{}" due to incompatible volumeMode.'
NO_DELETER = 'error getting deleter volume plugin for volume "{}": no deletable volume plugin matched'
NOT_TEMPORARY = "host_path deleter only supports /tmp/.+ but received provided {}"
NO_RECYCLER = "No recycler plugin found for the volume!"
RECYCLED = "Volume recycled"


@dataclass(slots=True)
class VolumeView:
    """A volume, the claim that it refers to by name (any uid), and the pod that scrubs it, if there is one."""

    volume: Obj
    claim: Obj | None
    scrubber: Obj | None = None

    @property
    def name(self) -> str:
        """Of the volume."""
        return str(self.volume["metadata"]["name"])


def plan_volume(view: VolumeView) -> Outcome:
    """One look at a volume."""
    outcome, ref = Outcome(), view.volume["spec"].get("claimRef")
    if not ref or not ref.get("uid"):
        _phase(outcome, view.volume, "Available")
        return outcome
    claim = view.claim if view.claim is not None and view.claim["metadata"]["uid"] == ref["uid"] else None
    if claim is None:
        _release(outcome, view)
    elif not claim["spec"].get("volumeName"):
        if mode_of(view.volume) != mode_of(claim):
            text = MODE_WORDS.format(view.name, claim["metadata"]["name"])
            outcome.tell(view.volume, "Warning", "VolumeMismatch", text)
    elif claim["spec"]["volumeName"] == view.name:
        _phase(outcome, view.volume, "Bound")
    else:
        _taken_back(outcome, view)
    return outcome


def claim_to_wake(view: VolumeView) -> str:
    """The claim that should look at this volume now, because it was made or bound for it; "" if none."""
    claim, ref = view.claim, view.volume["spec"].get("claimRef") or {}
    if claim is None or claim["spec"].get("volumeName") or ref.get("uid", "") != claim["metadata"]["uid"]:
        return ""
    return claim_of(view.volume)


def unbound(volume: Obj) -> Obj:
    """A volume without the claim that the controller gave it; one that an administrator bound keeps the name."""
    if BOUND_BY_CONTROLLER not in annotations_of(volume):
        return with_path(volume, ("spec", "claimRef", "uid"), "")
    spec = {name: value for name, value in volume["spec"].items() if name != "claimRef"}
    return not_annotated({**volume, "spec": spec}, BOUND_BY_CONTROLLER)


def _taken_back(outcome: Outcome, view: VolumeView) -> None:
    """The claim took another volume: one made for it is not wanted any more, another one is free again."""
    volume = view.volume
    if PROVISIONED_BY in annotations_of(volume) and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
        _release(outcome, view)
        return
    outcome.write(update(VOLUMES, unbound(volume)))
    _phase(outcome, unbound(volume), "Available", again=True)


def _release(outcome: Outcome, view: VolumeView) -> None:
    phase = (view.volume.get("status") or {}).get("phase")
    if phase not in ("Released", "Failed"):
        _phase(outcome, view.volume, "Released")
        outcome.decide(
            Decision("volume.released", {"object": f"persistentvolume/{view.name}", "claim": claim_of(view.volume)})
        )
        return
    policy = view.volume["spec"].get("persistentVolumeReclaimPolicy")
    if phase == "Failed" or view.volume["metadata"].get("deletionTimestamp"):
        return
    if policy == "Delete":
        _delete(outcome, view)
    elif policy == "Recycle":
        _recycle(outcome, view)


def _delete(outcome: Outcome, view: VolumeView) -> None:
    """Delete the volume, unless it is a provisioner's: that deletes what it made."""
    maker = annotations_of(view.volume).get(PROVISIONED_BY, "")
    if maker and not maker.startswith("kubernetes.io/"):
        return
    problem = ""
    if not view.volume["spec"].get("hostPath"):
        problem = NO_DELETER.format(view.name)
    elif not place_of(view.volume).startswith("/tmp/"):
        problem = NOT_TEMPORARY.format(place_of(view.volume))
    if problem:
        _fail(outcome, view, "VolumeFailedDelete", problem)
        return
    outcome.write(Action("delete", VOLUMES, "", view.name, ignore=("NotFound",)))
    outcome.decide(Decision("volume.deleted", {"object": f"persistentvolume/{view.name}"}))


def _recycle(outcome: Outcome, view: VolumeView) -> None:
    """Have a pod remove the files, then offer the volume again. The policy is deprecated: a provisioner makes new volumes instead."""
    if not (view.volume["spec"].get("hostPath") or view.volume["spec"].get("nfs")):
        _fail(outcome, view, "VolumeFailedRecycle", NO_RECYCLER)
    elif view.scrubber is None:
        outcome.write(Action("create", "pods", "default", "", scrubber_of(view.volume), ignore=("AlreadyExists",)))
    elif view.scrubber.get("status", {}).get("phase") == "Succeeded":
        _recycled(outcome, view)
    elif view.scrubber.get("status", {}).get("phase") == "Failed":
        outcome.write(_forget(view.scrubber))
        _fail(outcome, view, "VolumeFailedRecycle", "Recycle failed: pod failed, pod.Status.Message unknown")


def _recycled(outcome: Outcome, view: VolumeView) -> None:
    assert view.scrubber is not None
    free = unbound(view.volume)
    outcome.write(_forget(view.scrubber))
    outcome.write(update(VOLUMES, free))
    _phase(outcome, free, "Available", again=True)
    outcome.tell(view.volume, "Normal", "VolumeRecycled", RECYCLED)


def _forget(pod: Obj) -> Action:
    meta = pod["metadata"]
    return Action("delete", "pods", meta["namespace"], meta["name"], ignore=("NotFound",))


def scrubber_name(volume: str) -> str:
    """The name of the pod that scrubs a volume."""
    return f"recycler-for-{volume}"


def scrubber_of(volume: Obj) -> Obj:
    """The pod that removes the files of a volume. Upstream: `pkg/volume/plugins.go` (NewPersistentVolumeRecyclerPodTemplate)."""
    script = 'test -e /scrub && rm -rf /scrub/..?* /scrub/.[!.]* /scrub/*  && test -z "$(ls -A /scrub)" || exit 1'
    source = "hostPath" if volume["spec"].get("hostPath") else "nfs"
    container = {
        "name": "pv-recycler",
        "image": "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6",
        "command": ["/bin/sh"],
        "args": ["-c", script],
        "volumeMounts": [{"name": "vol", "mountPath": "/scrub"}],
    }
    spec = {
        "activeDeadlineSeconds": 60,
        "restartPolicy": "Never",
        "volumes": [{"name": "vol", source: volume["spec"][source]}],
        "containers": [container],
    }
    name = scrubber_name(volume["metadata"]["name"])
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


def _fail(outcome: Outcome, view: VolumeView, reason: str, text: str) -> None:
    outcome.write(update(VOLUMES, with_phase(view.volume, "Failed", text), "status"))
    outcome.tell(view.volume, "Warning", reason, text)
    outcome.decide(Decision("volume.not-reclaimed", {"object": f"persistentvolume/{view.name}", "reason": text}))


def _phase(outcome: Outcome, volume: Obj, phase: str, again: bool = False) -> None:
    if again or (volume.get("status") or {}).get("phase") != phase:
        outcome.write(update(VOLUMES, with_phase(volume, phase), "status", again=again))
