"""To which nodes a volume is attached, and to which it should be: what the attach/detach controller does about the difference.

Upstream: `pkg/controller/volume/attachdetach/reconciler/reconciler.go`, which looks at everything ten times a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj
from cluster_core.api.volume_source import ATTACHMENTS, attachment_name, driver_of, unique_name
from cluster_core.client.plan import Action, Decision
from cluster_core.controllers.volume.outcome import Outcome
from cluster_core.sim.kernel import US_PER_SECOND

UNMOUNT_MAX_US = 6 * 60 * US_PER_SECOND
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
MANY = ("ReadWriteMany", "ReadOnlyMany")
ELSEWHERE = "Volume is already exclusively attached to one node and can't be attached to another"
USED_BY = "Volume is already used by pod(s) {}"
USED_BY_OTHERS = "Volume is already used by {} pod(s) in different namespaces"


@dataclass(slots=True)
class AttachView:
    """A volume of a driver that attaches. `wanted`: by node its pods that use it; `attachments`: by node; `nodes`: those that concern it.

    `reported`: by node what its status should list as attached, by everything but this volume. `since`: when a detach was due first
    (µs); `refused`: the nodes whose pods were told that the volume is elsewhere.
    """

    volume: Obj
    wanted: dict[str, list[Obj]]
    attachments: dict[str, Obj]
    nodes: dict[str, Obj]
    reported: dict[str, list[str]]
    now: int
    since: dict[str, int] = field(default_factory=dict)
    refused: dict[str, None] = field(default_factory=dict)

    @property
    def unique(self) -> str:
        """The name for the statuses of nodes."""
        return unique_name(self.volume)

    @property
    def object_name(self) -> str:
        """The volume as the trace names it."""
        return f"persistentvolume/{self.volume['metadata']['name']}"


def plan_attach(view: AttachView) -> Outcome:
    """Detach first, then tell what is attached, then attach."""
    outcome = Outcome()
    for node, attachment in view.attachments.items():
        if node in view.wanted:
            view.since.pop(node, None)
        elif not attachment["metadata"].get("deletionTimestamp"):
            _detach(outcome, view, node, attachment)
    for node in view.wanted:
        if node not in view.attachments:
            _attach(outcome, view, node)
        else:
            _attached(outcome, view, node, view.attachments[node])
    return outcome


def _detach(outcome: Outcome, view: AttachView, node: str, attachment: Obj) -> None:
    """Once the kubelet has unmounted it; from a node that is down after six minutes; at once if that is declared out of service."""
    since = view.since.setdefault(node, view.now)
    found = view.nodes.get(node)
    mounted = found is not None and view.unique in ((found.get("status") or {}).get("volumesInUse") or ())
    waited = view.now - since
    forced = found is not None and not _is_healthy(found) and waited >= UNMOUNT_MAX_US
    if mounted and not forced and not _is_out_of_service(found):
        if waited < UNMOUNT_MAX_US:
            outcome.plan.requeue_after = UNMOUNT_MAX_US - waited
        return
    if found is not None and view.unique in _told(found):
        outcome.write(_tell(view, node, attached=False))
    outcome.write(Action("delete", ATTACHMENTS, "", attachment["metadata"]["name"], ignore=("NotFound",)))
    params = {"object": view.object_name, "node": node}
    outcome.decide(Decision("volume.force-detached" if mounted else "volume.detached", params))
    view.since.pop(node, None)


def _attach(outcome: Outcome, view: AttachView, node: str) -> None:
    others = [other for other in view.attachments if other != node]
    others += [
        other for other in view.wanted if other != node and other not in others and _comes_first(view, other, node)
    ]
    if others and not any(mode in MANY for mode in view.volume["spec"].get("accessModes") or MANY):
        _refuse(outcome, view, node, others)
        return
    view.refused.pop(node, None)
    name = view.volume["metadata"]["name"]
    spec = {"attacher": driver_of(view.volume), "nodeName": node, "source": {"persistentVolumeName": name}}
    body = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "VolumeAttachment",
        "metadata": {"name": attachment_name(view.volume, node)},
        "spec": spec,
    }
    outcome.write(Action("create", ATTACHMENTS, "", "", body, ignore=("AlreadyExists",)))
    outcome.decide(Decision("volume.attach-asked", {"object": view.object_name, "node": node}))


def _comes_first(view: AttachView, other: str, node: str) -> bool:
    """Whether another node that wants the volume and has it not is served before this one."""
    names = list(view.wanted)
    return names.index(other) < names.index(node)


def _refuse(outcome: Outcome, view: AttachView, node: str, others: list[str]) -> None:
    """Tell the pods, once, that a volume for one node is on another."""
    if node in view.refused:
        return
    view.refused[node] = None
    using = [pod for other in others for pod in view.wanted.get(other, ())]
    for pod in view.wanted[node]:
        text = f'Multi-Attach error for volume "{view.volume["metadata"]["name"]}" {_who(pod, using)}'
        outcome.tell(pod, "Warning", "FailedAttachVolume", text)
    outcome.decide(Decision("volume.not-attached", {"object": view.object_name, "node": node, "other": others[0]}))


def _who(pod: Obj, using: list[Obj]) -> str:
    """Who has the volume: pods of the same namespace by name, others by their number only."""
    if not using:
        return ELSEWHERE
    namespace = pod["metadata"]["namespace"]
    names = [one["metadata"]["name"] for one in using if one["metadata"]["namespace"] == namespace]
    foreign = len(using) - len(names)
    if not names:
        return USED_BY_OTHERS.format(foreign)
    more = f" and {foreign} pod(s) in different namespaces" if foreign else ""
    return USED_BY.format(", ".join(names)) + more


def _attached(outcome: Outcome, view: AttachView, node: str, attachment: Obj) -> None:
    """Once the driver has attached it, the node's status says so: the kubelet may mount it then."""
    status, found = attachment.get("status") or {}, view.nodes.get(node)
    name = view.volume["metadata"]["name"]
    problem = (status.get("attachError") or {}).get("message")
    if problem and not status.get("attached"):
        for pod in view.wanted[node]:
            text = f'AttachVolume.Attach failed for volume "{name}" : {problem}'
            outcome.tell(pod, "Warning", "FailedAttachVolume", text)
    if not status.get("attached") or found is None or attachment["metadata"].get("deletionTimestamp"):
        return
    view.refused.pop(node, None)
    if view.unique in _told(found):
        return
    outcome.write(_tell(view, node, attached=True))
    for pod in view.wanted[node]:
        outcome.tell(pod, "Normal", "SuccessfulAttachVolume", f'AttachVolume.Attach succeeded for volume "{name}" ')
    outcome.decide(Decision("volume.attached", {"object": view.object_name, "node": node}))


def _told(node: Obj) -> list[str]:
    return [one["name"] for one in (node.get("status") or {}).get("volumesAttached") or ()]


def _tell(view: AttachView, node: str, attached: bool) -> Action:
    names = [*view.reported.get(node, ()), *([view.unique] if attached else [])]
    listed = [{"name": name, "devicePath": ""} for name in names] or None
    body = {"status": {"volumesAttached": listed}}
    return Action("patch", "nodes", "", node, body, "status", {"patch_type": "merge"}, ignore=("NotFound",))


def _is_healthy(node: Obj) -> bool:
    ready = condition(node, "Ready")
    return ready is not None and bool(ready["status"] == "True")


def _is_out_of_service(node: Obj | None) -> bool:
    taints = ((node or {}).get("spec") or {}).get("taints") or ()
    return any(taint["key"] == OUT_OF_SERVICE for taint in taints)
