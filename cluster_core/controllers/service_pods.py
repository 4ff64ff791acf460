"""Which pods are behind a Service and where they listen: what EndpointSlices and Endpoints are both made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from itertools import compress
from typing import Any, Generic, TypeVar

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.client.controller import Controller
from cluster_core.client.indexers import index_by_label, index_by_selector
from cluster_core.sim.shelf import Shelf

HEADLESS = "service.kubernetes.io/headless"
PortsKey = tuple[tuple[str, int, str], ...]
T = TypeVar("T")


class Memo(Generic[T]):
    """What was made of each pod behind one Service, and stays as it is: made again only when the pod or the Service is another version.

    Versions are known by their identity: each is kept as long as something made of it, so that no other gets its place.
    """

    def __init__(self) -> None:
        self._service: Obj = {}
        self._made: Shelf[int, tuple[Obj, T]] = Shelf()

    def of(self, service: Obj, pods: list[Obj], make: Callable[[Obj, Obj], T]) -> list[T]:
        """`make(service, pod)` for every pod; what is not asked for again is forgotten."""
        before = self._made if service is self._service else Shelf[int, tuple[Obj, T]]()
        versions = list(map(id, pods))
        known = map(before.get, versions)
        made = [one or (pod, make(service, pod)) for one, pod in zip(known, pods, strict=True)]
        self._service, self._made = service, Shelf(zip(versions, made, strict=True))
        return [one[1] for one in made]


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


def selected_pods(controller: Controller, service: Obj, memo: Memo[str] | None = None) -> list[Obj]:
    """The pods with an address that a Service selects and that have not finished, in order of name."""
    candidates = controller.informer("pods").by_index("label", index_by_selector(service)[0])
    names = (memo or Memo[str]()).of(service, candidates, _name_behind)
    return [pod for _, pod in sorted(compress(zip(names, candidates, strict=True), names))]


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


def _name_behind(service: Obj, pod: Obj) -> str:
    """The name of a pod that a Service selects, "" for another one."""
    return str(pod["metadata"]["name"]) if is_behind(service, pod) else ""
