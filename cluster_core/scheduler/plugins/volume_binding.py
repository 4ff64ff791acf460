"""VolumeBinding: a pod goes where its volumes are, or can be; claims that wait for it are bound before it is. Upstream: `plugins/volumebinding`.

Real Kubernetes also compares what is to be provisioned with CSIStorageCapacities, of drivers that publish them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import (
    CLAIMS,
    CLASSES,
    NO_PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    annotated,
    annotations_of,
    best_match,
    class_of,
    fits_node,
    is_fully_bound,
    requested,
    volume_for,
    waits_for_consumer,
)
from cluster_core.api.volume_source import claims_of
from cluster_core.scheduler.framework import UNSIGNABLE, CycleState, Hold, Plugin, PreFilterResult, StateData, Write
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins.pod_claims import claims_problem
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import ERROR, UNRESOLVABLE, Status, skip
from cluster_core.sim.kernel import US_PER_SECOND

BIND_TIMEOUT_US = 600 * US_PER_SECOND
UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
NO_MATCH = "node(s) didn't find available persistent volumes to bind"
ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity"
NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
LATE = "binding volumes: context deadline exceeded"
RESET = 'binding volumes: provisioning failed for PVC "{}"'


@dataclass(slots=True)
class PodVolumes(StateData):
    """What PreFilter found: volumes of bound claims (None: gone), claims that wait for this pod with the volumes and classes that
    could serve them; per node (Filter), which volume each gets and which are to be made there; and how far PreBind is."""

    bound: list[Obj | None] = field(default_factory=list)
    delayed: list[Obj] = field(default_factory=list)
    candidates: list[Obj] = field(default_factory=list)
    classes: dict[str, Obj] = field(default_factory=dict)
    matches: dict[str, dict[str, str]] = field(default_factory=dict)
    provisions: dict[str, list[str]] = field(default_factory=dict)
    asked_at: int | None = None


class VolumeBinding(Plugin):
    """`taken`: volumes that are promised to claims whose binding is under way, by name; `chosen`: the nodes of claims to be provisioned."""

    name = "VolumeBinding"
    resources = (CLAIMS, VOLUMES, CLASSES)
    events = (
        "StorageClass/Add",
        "StorageClass/Update",
        "PersistentVolumeClaim/Add",
        "PersistentVolumeClaim/Update",
        "PersistentVolume/Add",
        "PersistentVolume/Update",
        "Node/Add",
        "Node/UpdateNodeLabel",
    )

    def __init__(self, args: Obj | None = None) -> None:
        super().__init__(args)
        self.taken: dict[str, str] = {}
        self.chosen: dict[str, str] = {}

    def sign(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        """Pods with claims are each judged alone."""
        return UNSIGNABLE if claims_of(pod.pod) else None

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """A claim must be the pod's; a class must be new or be for other places; all else may help."""
        if event.startswith("PersistentVolumeClaim") and new is not None:
            ours = new["metadata"]["namespace"] == pod.namespace and new["metadata"]["name"] in claims_of(pod.pod)
            return bool(ours)
        if event == "StorageClass/Update" and old is not None and new is not None:
            return bool(old.get("allowedTopologies") != new.get("allowedTopologies"))
        return True

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Every claim must be there; one that is not bound must be of a class that waits for its consumer."""
        if not claims_of(pod.pod):
            return skip()
        problem = claims_problem(pod, snapshot.lister)
        if problem:
            return Status(UNRESOLVABLE, [problem])
        found = PodVolumes()
        for name in claims_of(pod.pod):
            claim = snapshot.lister.get(CLAIMS, f"{pod.namespace}/{name}")
            assert claim is not None
            storage_class = snapshot.lister.get(CLASSES, class_of(claim))
            if is_fully_bound(claim):
                found.bound.append(snapshot.lister.get(VOLUMES, claim["spec"]["volumeName"]))
            elif waits_for_consumer(storage_class) and not claim["spec"].get("volumeName"):
                found.delayed.append(claim)
                found.classes[class_of(claim)] = storage_class or {}
            else:
                return Status(UNRESOLVABLE, [UNBOUND])
        if found.delayed:
            found.delayed.sort(key=requested)
            found.candidates = snapshot.lister.objects(VOLUMES)
        state.data[self.name] = found
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Bound volumes must be usable here; the others must be found or made here."""
        found: PodVolumes = state.data[self.name]
        reasons: dict[str, None] = {}
        for volume in found.bound:
            if volume is None:
                reasons[NO_VOLUME] = None
            elif not fits_node(volume, node.node):
                reasons[ELSEWHERE] = None
        if not reasons and found.delayed and not self._serve(found, node):
            reasons[NO_MATCH] = None
        return Status(UNRESOLVABLE, list(reasons)) if reasons else None

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        """The volumes of this node are the pod's claims' from here on."""
        found: PodVolumes | None = state.data.get(self.name)
        if found is not None:
            self.taken |= {volume: claim for claim, volume in found.matches.get(node, {}).items()}
            self.chosen |= dict.fromkeys(found.provisions.get(node, ()), node)
        return None

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """They are free again, as far as they are not bound."""
        found: PodVolumes | None = state.data.get(self.name)
        if found is None:
            return
        for claim, volume in found.matches.get(node, {}).items():
            if self.taken.get(volume) == claim:
                del self.taken[volume]
        for claim in found.provisions.get(node, ()):
            self.chosen.pop(claim, None)

    def pre_bind(
        self, state: CycleState, pod: PodInfo, node: str, snapshot: Snapshot, now: int
    ) -> Hold | Status | None:
        """Bind what was found, ask for what is to be made, and wait until the binder has finished: ten minutes at most."""
        found: PodVolumes | None = state.data.get(self.name)
        if found is None or not found.delayed:
            return None
        if found.asked_at is None:
            found.asked_at = now
            return Hold(self._writes(found, node, snapshot), now + BIND_TIMEOUT_US)
        for known in found.delayed:
            key = _key(known)
            claim = snapshot.lister.get(CLAIMS, key)
            if claim is None:
                return Status(ERROR, [f'persistentvolumeclaim "{known["metadata"]["name"]}" not found'])
            if not is_fully_bound(claim):
                return self._wait(found, node, claim, now)
        self.unreserve(state, pod, node)
        return None

    def _wait(self, found: PodVolumes, node: str, claim: Obj, now: int) -> Hold | Status:
        """A provisioner that cannot make the volume on the node takes the choice back; the pod is scheduled anew then."""
        assert found.asked_at is not None
        told = int(claim["metadata"]["resourceVersion"]) > _versions(found).get(_key(claim), 0)
        if _key(claim) in found.provisions.get(node, ()) and told and SELECTED_NODE not in annotations_of(claim):
            return Status(ERROR, [RESET.format(claim["metadata"]["name"])])
        deadline = found.asked_at + BIND_TIMEOUT_US
        return Status(ERROR, [LATE]) if now >= deadline else Hold(until=deadline)

    def _serve(self, found: PodVolumes, node: NodeInfo) -> bool:
        """Find a volume for every claim that waits, smallest first, or a class that can make one here."""
        matches: dict[str, str] = {}
        provisions: list[str] = []
        for claim in found.delayed:
            key, wanted = _key(claim), annotations_of(claim).get(SELECTED_NODE) or self.chosen.get(_key(claim))
            others = [*matches.values(), *(name for name, holder in self.taken.items() if holder != key)]
            volume = None if wanted else best_match(claim, found.candidates, node.node, others)
            if volume is not None:
                matches[key] = volume["metadata"]["name"]
            elif wanted not in (None, node.name) or not _can_provision(found.classes[class_of(claim)], node.node):
                return False
            else:
                provisions.append(key)
        found.matches[node.name], found.provisions[node.name] = matches, provisions
        return True

    def _writes(self, found: PodVolumes, node: str, snapshot: Snapshot) -> list[Write]:
        writes = []
        matches, provisions = found.matches.get(node, {}), found.provisions.get(node, [])
        for claim in found.delayed:
            key = _key(claim)
            volume = snapshot.lister.get(VOLUMES, matches[key]) if key in matches else None
            if volume is not None and volume_for(volume, claim) is not volume:
                name = volume["metadata"]["name"]
                writes.append(Write("update", VOLUMES, name, body=volume_for(volume, claim)))
            elif key in provisions and annotations_of(claim).get(SELECTED_NODE) != node:
                meta = claim["metadata"]
                body = annotated(claim, SELECTED_NODE, node)
                writes.append(Write("update", CLAIMS, meta["name"], meta["namespace"], body))
        return writes


def _versions(found: PodVolumes) -> dict[str, int]:
    return {_key(claim): int(claim["metadata"]["resourceVersion"]) for claim in found.delayed}


def _can_provision(storage_class: Obj, node: Obj) -> bool:
    if storage_class.get("provisioner", "") in ("", NO_PROVISIONER):
        return False
    allowed = storage_class.get("allowedTopologies")
    labels = node["metadata"].get("labels") or {}
    return not allowed or any(
        all(labels.get(one["key"]) in one.get("values", ()) for one in term.get("matchLabelExpressions") or ())
        for term in allowed
    )


def _key(claim: Obj) -> str:
    return f"{claim['metadata']['namespace']}/{claim['metadata']['name']}"
