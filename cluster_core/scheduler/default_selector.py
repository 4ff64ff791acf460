"""Which pods a pod is one of: those of its Services and of its controller. Upstream: `plugins/helper/spread.go` (DefaultSelector)."""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, from_label_selector, from_map
from cluster_core.scheduler.lister import Lister
from cluster_core.scheduler.pod_info import PodInfo

RESOURCES = ("services", "replicationcontrollers", "replicasets.apps", "statefulsets.apps")
OWNERS = {
    ("", "ReplicationController"): "replicationcontrollers",
    ("apps", "ReplicaSet"): "replicasets.apps",
    ("apps", "StatefulSet"): "statefulsets.apps",
}


def default_selector(pod: PodInfo, lister: Lister) -> Selector:
    """The selectors of all Services that select the pod, and that of its controller, together; empty if there is none."""
    labels: dict[str, str] = {}
    for service in lister.objects("services", pod.namespace):
        wanted = service["spec"].get("selector")
        if wanted and wanted.items() <= pod.labels.items():
            labels |= wanted
    controller = controller_of(pod, lister)
    given = (controller["spec"].get("selector") or {}) if controller else {}
    owner = owner_controller(pod.pod)
    if owner is not None and owner["kind"] == "ReplicationController":
        return from_map(labels | given)
    return Selector(from_map(labels).requirements + from_label_selector(given).requirements)


def controller_of(pod: PodInfo, lister: Lister) -> Obj | None:
    """The controller of a pod, if it is one whose pods are spread by default."""
    owner = owner_controller(pod.pod)
    if owner is None:
        return None
    resource = OWNERS.get((owner["apiVersion"].rpartition("/")[0], owner["kind"]))
    return lister.get(resource, f"{pod.namespace}/{owner['name']}") if resource else None
