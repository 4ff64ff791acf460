"""By what the controllers' informers find objects without looking at all of them: owner, node, namespace, labels, Service."""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.volume_source import claims_of
from cluster_core.client.informer import Indexer


def index_by_owner(obj: Obj) -> list[str]:
    """Index of the uids of an object's owners."""
    owners = obj["metadata"].get("ownerReferences")
    return [owner["uid"] for owner in owners] if owners else []


def index_by_node(pod: Obj) -> list[str]:
    """Index of a pod's node name."""
    node = pod["spec"].get("nodeName")
    return [node] if node else []


def index_by_namespace(obj: Obj) -> list[str]:
    """Index of an object's namespace."""
    return [obj["metadata"].get("namespace", "")]


def index_by_label(obj: Obj) -> list[str]:
    """Index of the labels of an object, each as "namespace/name=value"."""
    meta = obj["metadata"]
    namespace = meta.get("namespace", "")
    return [f"{namespace}/{name}={value}" for name, value in (meta.get("labels") or {}).items()]


def index_orphans(obj: Obj) -> list[str]:
    """Index by namespace of the objects that no controller owns."""
    return index_by_namespace(obj) if owner_controller(obj) is None else []


def index_by_selector(service: Obj) -> list[str]:
    """Index of a Service by one of the labels that it selects: a pod without it is not selected."""
    selector = service["spec"].get("selector")
    if not selector:
        return []
    name = min(selector)
    return [f"{service['metadata']['namespace']}/{name}={selector[name]}"]


def index_by_service(part: Obj) -> list[str]:
    """Index of an EndpointSlice by its Service, "namespace/name"."""
    meta = part["metadata"]
    service = (meta.get("labels") or {}).get("kubernetes.io/service-name")
    return [f"{meta['namespace']}/{service}"] if service else []


def index_by_claim(pod: Obj) -> list[str]:
    """Index of a pod by the claims that it mounts, each as "namespace/name"."""
    volumes = pod["spec"].get("volumes")
    if not volumes or not any("persistentVolumeClaim" in one or "ephemeral" in one for one in volumes):
        return []
    return [f"{pod['metadata']['namespace']}/{name}" for name in claims_of(pod)]


def index_by_volume(attachment: Obj) -> list[str]:
    """Index of a VolumeAttachment by its PersistentVolume."""
    volume = (attachment["spec"].get("source") or {}).get("persistentVolumeName")
    return [volume] if volume else []


INDEXERS: dict[str, dict[str, Indexer]] = {
    "pods": {
        "owner": index_by_owner,
        "node": index_by_node,
        "label": index_by_label,
        "orphan": index_orphans,
        "claim": index_by_claim,
    },
    "replicasets.apps": {"owner": index_by_owner, "namespace": index_by_namespace, "orphan": index_orphans},
    "replicationcontrollers": {"namespace": index_by_namespace},
    "statefulsets.apps": {"namespace": index_by_namespace},
    "daemonsets.apps": {"namespace": index_by_namespace},
    "controllerrevisions.apps": {"owner": index_by_owner, "namespace": index_by_namespace, "orphan": index_orphans},
    "poddisruptionbudgets.policy": {"namespace": index_by_namespace},
    "endpointslices.discovery.k8s.io": {"service": index_by_service},
    "jobs.batch": {"owner": index_by_owner, "namespace": index_by_namespace},
    "services": {"selector": index_by_selector},
    "volumeattachments.storage.k8s.io": {"volume": index_by_volume, "node": index_by_node},
}
