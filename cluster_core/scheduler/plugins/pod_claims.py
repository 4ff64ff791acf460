"""The claims of a pod as the volume plugins see them. Upstream: `plugins/volumebinding/volume_binding.go` (podHasPVCs)."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS
from cluster_core.api.volume_source import claim_name
from cluster_core.scheduler.lister import Lister
from cluster_core.scheduler.pod_info import PodInfo

AWAITED = 'waiting for ephemeral volume controller to create the persistentvolumeclaim "{}"'
LOST = 'persistentvolumeclaim "{}" bound to non-existent persistentvolume "{}"'
FOREIGN = "PVC {}/{} was not created for pod {}/{} (pod is not owner)"


def claims_problem(pod: PodInfo, lister: Lister) -> str:
    """What is wrong with the claims of a pod, in upstream's words; "" if nothing."""
    for volume in pod.pod["spec"].get("volumes") or ():
        name = claim_name(pod.pod, volume)
        if name and (problem := _problem(pod, name, "ephemeral" in volume, lister)):
            return problem
    return ""


def _problem(pod: PodInfo, name: str, ephemeral: bool, lister: Lister) -> str:
    claim = lister.get(CLAIMS, f"{pod.namespace}/{name}")
    if claim is None:
        return AWAITED.format(name) if ephemeral else f'persistentvolumeclaim "{name}" not found'
    if (claim.get("status") or {}).get("phase") == "Lost":
        return LOST.format(name, claim["spec"].get("volumeName", ""))
    if claim["metadata"].get("deletionTimestamp"):
        return f'persistentvolumeclaim "{name}" is being deleted'
    if ephemeral and not _is_owner(pod, claim):
        return FOREIGN.format(pod.namespace, name, pod.namespace, pod.pod["metadata"]["name"])
    return ""


def _is_owner(pod: PodInfo, claim: Obj) -> bool:
    owners = claim["metadata"].get("ownerReferences") or ()
    return any(one.get("controller") and one.get("uid") == pod.uid for one in owners)
