"""On which nodes a DaemonSet's pods belong, and what such a pod looks like. Upstream: `pkg/controller/daemon/daemon_controller.go`
(NodeShouldRunDaemonPod), `pkg/controller/daemon/util`.
"""

from __future__ import annotations

from cluster_core.api.node_selector import matches_required, node_affinity
from cluster_core.api.objects import owner_reference
from cluster_core.api.request import Obj
from cluster_core.api.toleration import tolerates

REVISION_LABEL, GENERATION_LABEL = "controller-revision-hash", "pod-template-generation"
GENERATION = "deprecated.daemonset.template.generation"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
NODE = "node.kubernetes.io"
# What a DaemonSet's pod bears on top of what its template says, in upstream's order.
BORNE = (
    (f"{NODE}/not-ready", "NoExecute"),
    (f"{NODE}/unreachable", "NoExecute"),
    (f"{NODE}/disk-pressure", "NoSchedule"),
    (f"{NODE}/memory-pressure", "NoSchedule"),
    (f"{NODE}/pid-pressure", "NoSchedule"),
    (f"{NODE}/unschedulable", "NoSchedule"),
)
BORNE_BY_HOST_NETWORK = (f"{NODE}/network-unavailable", "NoSchedule")


def tolerations(spec: Obj) -> list[Obj]:
    """The tolerations of a DaemonSet's pod: those of the template, then those that every such pod has."""
    found: list[Obj] = list(spec.get("tolerations") or ())
    borne = [*BORNE, *([BORNE_BY_HOST_NETWORK] if spec.get("hostNetwork") else [])]
    for key, effect in borne:
        new = {"key": key, "operator": "Exists", "effect": effect}
        same = next((place for place, one in enumerate(found) if _is_same(one, new)), None)
        if same is None:
            found.append(new)
        else:
            found[same] = new
    return found


def placement(owner: Obj, node: Obj) -> tuple[bool, bool]:
    """Whether a pod of the set should be started on a node, and whether one that is there may stay."""
    spec, name = owner["spec"]["template"]["spec"], node["metadata"]["name"]
    if spec.get("nodeName") not in (None, "", name) or not matches_required(spec, node):
        return False, False
    borne = tolerations(spec)
    repels = [taint["effect"] for taint in node["spec"].get("taints") or () if not tolerates(borne, taint)]
    if "NoExecute" in repels:
        return False, False
    return "NoSchedule" not in repels, True


def target_node(pod: Obj) -> str:
    """The node that a pod is on, or is meant for; "" if that cannot be told."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    for term in (node_affinity(pod["spec"]).get(REQUIRED) or {}).get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In":
                return str(field["values"][0]) if len(field["values"]) == 1 else ""
    return ""


def new_pod(owner: Obj, node: str, digest: str) -> Obj:
    """The pod for a node: the template, the label of its revision, an affinity to the node by name."""
    meta, template = owner["metadata"], owner["spec"]["template"]
    given = template.get("metadata") or {}
    labels = {**(given.get("labels") or {}), REVISION_LABEL: digest}
    generation = (meta.get("annotations") or {}).get(GENERATION)
    if generation is not None:
        labels[GENERATION_LABEL] = generation
    metadata = {key: given[key] for key in ("annotations", "finalizers") if given.get(key)}
    metadata |= {"generateName": f"{meta['name']}-", "labels": labels, "ownerReferences": [owner_reference(owner)]}
    spec = template["spec"]
    spec = {**spec, "tolerations": tolerations(spec), "affinity": _bound_to(spec.get("affinity") or {}, node)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def is_updated(pod: Obj, digest: str) -> bool:
    """Whether a pod is of the template whose hash this is."""
    return bool(digest) and bool((pod["metadata"].get("labels") or {}).get(REVISION_LABEL) == digest)


def _bound_to(affinity: Obj, node: str) -> Obj:
    """An affinity whose required node terms are only the node's name."""
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    required = {**(affinity.get("nodeAffinity") or {}), REQUIRED: {"nodeSelectorTerms": [term]}}
    return {**affinity, "nodeAffinity": required}


def _is_same(one: Obj, new: Obj) -> bool:
    return (one.get("key"), one.get("effect"), one.get("operator")) == (new["key"], new["effect"], "Exists")
