"""Generic ephemeral volumes: a claim for each, made with the pod and gone with it. Upstream: `pkg/controller/volume/ephemeral`."""

from __future__ import annotations

from cluster_core.api.objects import key as key_of
from cluster_core.api.objects import owner_reference
from cluster_core.api.request import Obj, Response
from cluster_core.api.volume_binding import CLAIMS
from cluster_core.api.volume_source import claim_name
from cluster_core.client.controller import Action, Controller, Plan

FOREIGN = "PVC {} was not created for pod {} (pod is not owner)"


class EphemeralVolumeController(Controller):
    """Keys are pods that have ephemeral volumes. The garbage collector removes the claims of a pod that has gone."""

    name = "ephemeral-volume-controller"
    source = "ephemeral_volume"
    resources = ("pods", CLAIMS)

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A new pod with such volumes; the pods of a claim that went too early."""
        if resource == "pods":
            wants = old is None and new is not None and any("ephemeral" in one for one in _volumes(new))
            return [key_of(new)] if wants and new is not None else []
        if new is None and old is not None:
            return [key_of(pod) for pod in self.informer("pods").by_index("claim", key_of(old))]
        return []

    def reconcile(self, key: str) -> Plan | None:
        """Make the claims that are missing; one of that name which is not the pod's stops it."""
        pod = self.informer("pods").get(key)
        if pod is None or pod["metadata"].get("deletionTimestamp"):
            return None
        plan, namespace = Plan(), pod["metadata"]["namespace"]
        for volume in _volumes(pod):
            if "ephemeral" not in volume:
                continue
            name = claim_name(pod, volume)
            known = self.informer(CLAIMS).get(f"{namespace}/{name}")
            if known is None:
                plan.stages.append([Action("create", CLAIMS, namespace, name, claim_for(pod, volume))])
            elif not _is_of(known, pod):
                self._tell(pod, volume["name"], FOREIGN.format(f"{namespace}/{name}", key))
                return Plan(stages=plan.stages)
        return plan

    def observe(self, key: str, action: Action, response: Response) -> None:
        """A claim that could not be made is told of."""
        pod = self.informer("pods").get(key)
        if pod is None or response.ok:
            return
        volume = next((one["name"] for one in _volumes(pod) if claim_name(pod, one) == action.name), "")
        self._tell(pod, volume, f"create PVC {action.name}: {response.body.get('message', '')}")

    def _tell(self, pod: Obj, volume: str, text: str) -> None:
        self.events.event(pod, "Warning", "FailedBinding", f"ephemeral volume {volume}: {text}")


def claim_for(pod: Obj, volume: Obj) -> Obj:
    """The claim of an ephemeral volume: its template, owned by the pod."""
    template = volume["ephemeral"].get("volumeClaimTemplate") or {}
    given = template.get("metadata") or {}
    meta = {name: given[name] for name in ("annotations", "labels") if given.get(name)}
    meta |= {"name": claim_name(pod, volume), "namespace": pod["metadata"]["namespace"]}
    owner = owner_reference({"apiVersion": "v1", "kind": "Pod", **pod})
    body = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": template.get("spec") or {}}
    return {**body, "metadata": {**meta, "ownerReferences": [owner]}}


def _is_of(claim: Obj, pod: Obj) -> bool:
    owners = claim["metadata"].get("ownerReferences") or ()
    return any(one.get("controller") and one.get("uid") == pod["metadata"]["uid"] for one in owners)


def _volumes(pod: Obj) -> list[Obj]:
    return pod["spec"].get("volumes") or []
