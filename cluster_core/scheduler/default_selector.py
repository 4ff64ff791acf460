"""Which pods a pod is one of: those of its Services and of its controller. Upstream: `plugins/helper/spread.go` (DefaultSelector)."""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, from_label_selector, from_map
from cluster_core.scheduler.lister import Lister
from cluster_core.scheduler.pod_info import PodInfo

RESOURCES = ("services", "replicationcontrollers", "replicasets.apps", "statefulsets.apps")
SETS = {"ReplicaSet": "replicasets.apps", "StatefulSet": "statefulsets.apps"}


def default_selector(pod: PodInfo, lister: Lister) -> Selector:
    """The selectors of all Services that select the pod, and that of its controller, together; empty if there is none."""
    labels: dict[str, str] = {}
    for service in lister.objects("services", pod.namespace):
        wanted = service["spec"].get("selector")
        if wanted and wanted.items() <= pod.labels.items():
            labels |= wanted
    owner = owner_controller(pod.pod)
    if owner is None:
        return from_map(labels)
    key, group = f"{pod.namespace}/{owner['name']}", owner["apiVersion"].rpartition("/")[0]
    if owner["kind"] == "ReplicationController" and not group:
        controller = lister.get("replicationcontrollers", key)
        return from_map(labels | _selector(controller))
    found = lister.get(SETS[owner["kind"]], key) if owner["kind"] in SETS and group == "apps" else None
    more = from_label_selector(_selector(found)).requirements
    return Selector(from_map(labels).requirements + more)


def _selector(controller: Obj | None) -> Obj:
    return (controller["spec"].get("selector") or {}) if controller else {}
