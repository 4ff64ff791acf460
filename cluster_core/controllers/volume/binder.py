"""The persistent volume binder: claims get volumes, volumes are offered, bound, released and reclaimed.

Upstream: `pkg/controller/volume/persistentvolume`. It works through one queue of claims and one of volumes, each with one worker; here
one worker has both. Two claims never get one volume: the second write meets another version of it, and looks again.
"""

from __future__ import annotations

from cluster_core.api.objects import key as key_of
from cluster_core.api.objects import set_fields
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.api.volume_binding import CLAIMS, CLASSES, VOLUMES, claim_of
from cluster_core.client.controller import Action, Controller, Plan
from cluster_core.controllers.volume.claim_plan import ClaimView, plan_claim
from cluster_core.controllers.volume.outcome import Outcome
from cluster_core.controllers.volume.volume_plan import VolumeView, claim_to_wake, plan_volume, scrubber_name

SCRUBBER = scrubber_name("")


class PersistentVolumeBinder(Controller):
    """Keys are "claim/<namespace>/<name>" and "volume/<name>"."""

    name = "persistentvolume-binder-controller"
    source = "persistentvolume-controller"
    account = "persistent-volume-binder"
    resources = (CLAIMS, VOLUMES, CLASSES, "pods")
    workers = 1

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """What changed itself; when a claim goes its volume, when a volume goes its claim."""
        obj = new or old
        assert obj is not None
        if resource == CLAIMS:
            return self._of_claim(obj, new is None)
        if resource == VOLUMES:
            claim = claim_of(obj)
            return [f"volume/{key_of(obj)}"] if new is not None else ([f"claim/{claim}"] if claim else [])
        if resource == "pods" and obj["metadata"]["name"].startswith(SCRUBBER):
            return [f"volume/{obj['metadata']['name'].removeprefix(SCRUBBER)}"]
        return []

    def reconcile(self, key: str) -> Plan | None:
        """Look at one claim or one volume."""
        what, _, name = key.partition("/")
        obj = self.informer(CLAIMS if what == "claim" else VOLUMES).get(name)
        if obj is None:
            return None
        outcome = plan_claim(self._claim_view(obj)) if what == "claim" else self._plan_volume(obj)
        for about, kind, reason, message in outcome.events:
            self.events.event(about, kind, reason, message)
        for stage in outcome.plan.stages:
            for action in stage:
                if action.resource == VOLUMES and action.subresource == "status":
                    self._dated(action)
        return outcome.plan

    def _dated(self, action: Action) -> None:
        """When a volume came to its phase. Real Kubernetes' API server writes that, into the Pending of a new volume too."""
        action.body = set_fields(action.body, "status", lastPhaseTransitionTime=rfc3339(self.now))

    def _plan_volume(self, volume: Obj) -> Outcome:
        scrubber = self.informer("pods").get(f"default/{scrubber_name(volume['metadata']['name'])}")
        view = VolumeView(volume, self.informer(CLAIMS).get(claim_of(volume)), scrubber)
        if (claim := claim_to_wake(view)) and not view.volume["metadata"].get("deletionTimestamp"):
            self.add(f"claim/{claim}")
        return plan_volume(view)

    def _of_claim(self, claim: Obj, gone: bool) -> list[str]:
        if not gone:
            return [f"claim/{key_of(claim)}"]
        name = claim["spec"].get("volumeName")
        return [f"volume/{name}"] if name else []

    def _claim_view(self, claim: Obj) -> ClaimView:
        using = self.informer("pods").by_index("claim", key_of(claim))
        ended = ("Succeeded", "Failed")
        pods = [
            pod["metadata"]["name"]
            for pod in using
            if not pod["spec"].get("nodeName") and pod.get("status", {}).get("phase") not in ended
        ]
        return ClaimView(claim, self.informer(VOLUMES).store, self.informer(CLASSES).store, pods)
