"""Where pods belong that have a place of their own: ordinals with their claims, and nodes that a DaemonSet passes over."""

from __future__ import annotations

from cluster_core.api.node_selector import matches_required
from cluster_core.api.objects import key, owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.toleration import tolerates
from cluster_core.controllers.daemon_nodes import REVISION_LABEL, placement, tolerations
from cluster_core.controllers.stateful_identity import claim_templates, parent_and_ordinal
from cluster_core.projection.source import Source
from cluster_core.projection.workload_cards import ClaimCard, DaemonPart, StatefulPart, Text

CLAIMS_MAX, NAMES_MAX = 200, 100


def stateful_part(owner: Obj, source: Source) -> StatefulPart:
    """The ordinals of a StatefulSet and their claims."""
    spec = owner["spec"]
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    templates = [one["metadata"]["name"] for one in claim_templates(owner)]
    return {
        "start": int((spec.get("ordinals") or {}).get("start", 0)),
        "policy": spec.get("podManagementPolicy", "OrderedReady"),
        "service": spec.get("serviceName", ""),
        "retention": [retention.get("whenDeleted", "Retain"), retention.get("whenScaled", "Retain")],
        "templates": templates,
        "claims": _claims(owner, templates, source) if templates else [],
    }


def daemon_part(owner: Obj, source: Source) -> DaemonPart:
    """On how many nodes a DaemonSet's pods belong, and the others by the reason why not."""
    eligible = 0
    refused: dict[str, tuple[Text, list[str]]] = {}
    for name, node in source.objects("nodes").items():
        reason = refusal(owner, node)
        if reason is None:
            eligible += 1
        else:
            refused.setdefault(repr(reason), (reason, []))[1].append(name)
    groups = sorted(refused.values(), key=lambda found: -len(found[1]))
    return {
        "eligible": eligible,
        "revision": _newest_hash(owner, source),
        "refused": [
            {"reason": reason, "nodes": sorted(names)[:NAMES_MAX], "count": len(names)} for reason, names in groups
        ],
    }


def refusal(owner: Obj, node: Obj) -> Text | None:
    """Why a DaemonSet starts no pod on a node, None if it does: the first thing that `daemon_nodes.placement` trips over."""
    if placement(owner, node)[0]:
        return None
    spec, labels = owner["spec"]["template"]["spec"], node["metadata"].get("labels") or {}
    pinned = spec.get("nodeName")
    if pinned not in (None, "", node["metadata"]["name"]):
        return {"id": "daemonset.refused-name", "params": {"node": pinned}}
    for name, value in sorted((spec.get("nodeSelector") or {}).items()):
        if labels.get(name) != value:
            return {"id": "daemonset.refused-label", "params": {"label": f"{name}={value}"}}
    if not matches_required(spec, node):
        return {"id": "daemonset.refused-affinity", "params": {}}
    return {"id": "daemonset.refused-taint", "params": {"taint": _repelling(owner, node)}}


def _newest_hash(owner: Obj, source: Source) -> str:
    """The hash of the newest ControllerRevision of a set."""
    revisions = source.objects("controllerrevisions.apps").values()
    mine = [
        one for one in revisions if (found := owner_controller(one)) and found["uid"] == owner["metadata"].get("uid")
    ]
    newest = max(mine, key=lambda one: int(one["revision"]), default=None)
    return str((newest["metadata"].get("labels") or {}).get(REVISION_LABEL, "")) if newest is not None else ""


def _repelling(owner: Obj, node: Obj) -> str:
    borne = tolerations(owner["spec"]["template"]["spec"])
    strict = ("NoExecute", "NoSchedule")
    taints = [one for one in node["spec"].get("taints") or () if one["effect"] in strict and not tolerates(borne, one)]
    one = taints[0]
    return f"{one['key']}={one['value']}:{one['effect']}" if one.get("value") else f"{one['key']}:{one['effect']}"


def _claims(owner: Obj, templates: list[str], source: Source) -> list[ClaimCard]:
    """The claims of a set: their names end with the set's name and an ordinal. Those that are missing have no card."""
    mine: list[ClaimCard] = []
    namespace, set_name = key(owner).split("/")
    for claim in source.objects("persistentvolumeclaims").values():
        if claim["metadata"]["namespace"] != namespace:
            continue
        stem, ordinal = parent_and_ordinal(claim["metadata"]["name"])
        if ordinal >= 0 and any(stem == f"{template}-{set_name}" for template in templates):
            mine.append(_claim(claim, ordinal))
    return sorted(mine, key=lambda card: (card["ordinal"], card["name"]))[:CLAIMS_MAX]


def _claim(claim: Obj, ordinal: int) -> ClaimCard:
    spec, status = claim["spec"], claim.get("status") or {}
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "")
    going = bool(claim["metadata"].get("deletionTimestamp"))
    return {
        "name": claim["metadata"]["name"],
        "ordinal": ordinal,
        "phase": "Terminating" if going else str(status.get("phase", "Pending")),
        "volume": str(spec.get("volumeName", "")),
        "size": str((status.get("capacity") or {}).get("storage") or asked),
        "storage_class": str(spec.get("storageClassName") or ""),
    }
