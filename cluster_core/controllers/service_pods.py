"""Which pods are behind a Service and where they listen: what EndpointSlices and Endpoints are both made of."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.client.controller import Controller
from cluster_core.client.indexers import index_by_label

HEADLESS = "service.kubernetes.io/headless"
PortsKey = tuple[tuple[str, int, str], ...]


def services_of(controller: Controller, pods: list[Obj], namespace: str) -> list[str]:
    """The keys of the Services that select one of the pods."""
    informer, found = controller.informer("services"), dict[str, None]()
    for pod in pods:
        labels = pod["metadata"].get("labels") or {}
        for place in index_by_label(pod):
            for service in informer.by_index("selector", place):
                if service["spec"]["selector"].items() <= labels.items():
                    found[f"{namespace}/{service['metadata']['name']}"] = None
    return list(found)


def has_endpoints(service: Obj) -> bool:
    """Whether the controllers look after a Service: it has a selector, and it is not just another name for something outside."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def is_behind(service: Obj, pod: Obj) -> bool:
    """Whether a Service selects a pod that has an address and has not finished."""
    status = pod.get("status", {})
    selected = service["spec"]["selector"].items() <= (pod["metadata"].get("labels") or {}).items()
    return selected and bool(status.get("podIP")) and status.get("phase") not in ("Succeeded", "Failed")


def ports_of(service: Obj, pod: Obj) -> PortsKey:
    """(name, number, protocol) of each port of a Service that a pod has."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = target_port(port, pod)
        if number is not None:
            found.append((str(port.get("name", "")), number, str(port.get("protocol", "TCP"))))
    return tuple(found)


def target_port(port: Obj, pod: Obj) -> int | None:
    """The number of a Service port on a pod; a name is looked up among its containers (and sidecars)."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    spec = pod["spec"]
    sidecars = [one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always"]
    for container in [*spec["containers"], *sidecars]:
        for declared in container.get("ports") or ():
            if declared.get("name") == target and declared.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(declared["containerPort"])
    return None


def hostname(service: Obj, pod: Obj) -> str:
    """The name that DNS gives to the pod under a headless Service: its hostname, if its subdomain is the Service."""
    spec, meta = pod["spec"], service["metadata"]
    return str(spec["hostname"]) if spec.get("hostname") and spec.get("subdomain") == meta["name"] else ""


def labels_of(service: Obj) -> dict[str, str]:
    """The Service's labels, as they are handed down; a headless one is marked."""
    labels = {name: value for name, value in (service["metadata"].get("labels") or {}).items() if name != HEADLESS}
    return {**labels, HEADLESS: ""} if service["spec"].get("clusterIP") == "None" else labels


def target(pod: Obj) -> Obj:
    """A reference to a pod."""
    meta = pod["metadata"]
    return {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]}


def address(pod: Obj) -> int:
    """The pod's address as a number, to sort by."""
    return _number(pod["status"]["podIP"])


@lru_cache(maxsize=65_536)
def _number(text: str) -> int:
    return int(ip_address(text))


def shown(pod: Obj) -> tuple[Any, ...]:
    """Everything of a pod that an endpoint depends on."""
    meta, status = pod["metadata"], pod.get("status", {})
    finished = status.get("phase") in ("Succeeded", "Failed")
    return (
        status.get("podIP"),
        is_pod_ready(pod),
        bool(meta.get("deletionTimestamp")),
        finished,
        meta.get("labels"),
        pod["spec"].get("nodeName"),
    )
