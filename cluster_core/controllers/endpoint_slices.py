"""EndpointSlices and Endpoints: the addresses of the pods behind each Service. Upstream: `pkg/controller/endpointslice`, `endpoint`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import is_pod_ready, owner_reference
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, Plan, index_by_label, index_by_selector

SLICE_MAX = 100
SERVICE_LABEL = "kubernetes.io/service-name"
MANAGED_BY = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}


class EndpointSliceController(Controller):
    """The loop for slices; works by Service."""

    name = "endpointslice-controller"
    resources = ("services", "pods", "endpointslices.discovery.k8s.io")

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The Service itself, or those that select a pod that changed in what an endpoint shows."""
        obj = new or old
        assert obj is not None
        namespace = obj["metadata"]["namespace"]
        if resource == "services":
            return [f"{namespace}/{obj['metadata']['name']}"]
        if resource == "endpointslices.discovery.k8s.io":
            name = (obj["metadata"].get("labels") or {}).get(SERVICE_LABEL)
            return [f"{namespace}/{name}"] if new is None and name else []
        if old is not None and new is not None and _shown(old) == _shown(new):
            return []
        return services_of(self, [pod for pod in (old, new) if pod is not None], namespace)

    def reconcile(self, key: str) -> Plan | None:
        """Compare the wanted endpoints with the slices."""
        service = self.informer("services").get(key)
        known = self.informer("endpointslices.discovery.k8s.io").by_index("service", key)
        if service is None or not service["spec"].get("selector"):
            return None
        pods = selected_pods(self, service)
        return Plan(stages=[plan_slices(service, pods, known)])


class EndpointsController(Controller):
    """The loop for the older Endpoints objects."""

    name = "endpoints-controller"
    resources = ("services", "pods", "endpoints")

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """As for slices."""
        obj = new or old
        assert obj is not None
        namespace = obj["metadata"]["namespace"]
        if resource in ("services", "endpoints"):
            return [f"{namespace}/{obj['metadata']['name']}"] if resource == "services" or new is None else []
        if old is not None and new is not None and _shown(old) == _shown(new):
            return []
        return services_of(self, [pod for pod in (old, new) if pod is not None], namespace)

    def reconcile(self, key: str) -> Plan | None:
        """Write the Endpoints of a Service, or remove those of one that is gone."""
        namespace, _, name = key.partition("/")
        service, known = self.informer("services").get(key), self.informer("endpoints").get(key)
        if service is None:
            gone = [Action("delete", "endpoints", namespace, name, ignore=("NotFound",))]
            return Plan(stages=[gone]) if known is not None else None
        if not service["spec"].get("selector"):
            return None
        wanted = endpoints(service, selected_pods(self, service))
        if known is None:
            return Plan(stages=[[Action("create", "endpoints", namespace, body=wanted)]])
        if known.get("subsets") == wanted.get("subsets"):
            return None
        body = {**known, "subsets": wanted["subsets"]}
        return Plan(stages=[[Action("update", "endpoints", namespace, name, body)]])


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


def selected_pods(controller: Controller, service: Obj) -> list[Obj]:
    """The pods with an address that a Service selects, in order of name."""
    selector = service["spec"]["selector"].items()
    candidates = controller.informer("pods").by_index("label", index_by_selector(service)[0])
    found = [
        pod
        for pod in candidates
        if selector <= pod["metadata"]["labels"].items()
        and (status := pod.get("status", {})).get("podIP")
        and status.get("phase") not in ("Succeeded", "Failed")
    ]
    found.sort(key=_name)
    return found


def _name(pod: Obj) -> str:
    return str(pod["metadata"]["name"])


def plan_slices(service: Obj, pods: list[Obj], known: list[Obj]) -> list[Action]:
    """The writes that bring the slices to the wanted endpoints: endpoints stay in their slice, new ones fill the gaps."""
    meta, namespace = service["metadata"], service["metadata"]["namespace"]
    wanted = {pod["metadata"]["uid"]: endpoint(service, pod) for pod in pods}
    ports = slice_ports(service, pods)
    kept: list[tuple[Obj, list[Obj]]] = []
    for part in known:
        uids = [one.get("targetRef", {}).get("uid", "") for one in part.get("endpoints") or ()]
        kept.append((part, [wanted.pop(uid) for uid in uids if uid in wanted]))
    rest = list(wanted.values())
    actions: list[Action] = []
    for place, (part, there) in enumerate(kept):
        room = SLICE_MAX - len(there)
        there, rest = there + rest[:room], rest[room:]
        if not there and (place > 0 or len(kept) > 1):
            actions.append(
                Action(
                    "delete",
                    "endpointslices.discovery.k8s.io",
                    namespace,
                    part["metadata"]["name"],
                    ignore=("NotFound",),
                )
            )
        elif there != (part.get("endpoints") or []) or ports != (part.get("ports") or []):
            body = {**part, "endpoints": there, "ports": ports}
            actions.append(
                Action("update", "endpointslices.discovery.k8s.io", namespace, part["metadata"]["name"], body)
            )
    while rest or not (kept or actions):
        labels = {**(meta.get("labels") or {}), SERVICE_LABEL: meta["name"], **MANAGED_BY}
        body = {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "generateName": f"{meta['name']}-",
                "namespace": namespace,
                "labels": labels,
                "ownerReferences": [owner_reference(service)],
            },
            "addressType": "IPv4",
            "endpoints": rest[:SLICE_MAX],
            "ports": ports,
        }
        actions.append(Action("create", "endpointslices.discovery.k8s.io", namespace, body=body))
        rest = rest[SLICE_MAX:]
    return actions


def endpoint(service: Obj, pod: Obj) -> Obj:
    """One endpoint of a slice."""
    terminating = bool(pod["metadata"].get("deletionTimestamp"))
    ready = is_pod_ready(pod)
    always = bool(service["spec"].get("publishNotReadyAddresses"))
    found: Obj = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": always or (ready and not terminating),
            "serving": ready or always,
            "terminating": terminating,
        },
        "targetRef": _target(pod),
    }
    if pod["spec"].get("nodeName"):
        found["nodeName"] = pod["spec"]["nodeName"]
    return found


def slice_ports(service: Obj, pods: list[Obj]) -> list[Obj]:
    """The ports of a Service with the numbers that its pods listen on."""
    ports = []
    for port in service["spec"].get("ports") or ():
        number = next((found for pod in pods if (found := target_port(port, pod)) is not None), None)
        if number is not None or (not pods and isinstance(port.get("targetPort"), int)):
            found = number if number is not None else port["targetPort"]
            ports.append({"name": port.get("name", ""), "port": found, "protocol": port.get("protocol", "TCP")})
    return ports


def target_port(port: Obj, pod: Obj) -> int | None:
    """The number of a Service port on a pod; a name is looked up among its containers."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    for container in pod["spec"]["containers"]:
        for declared in container.get("ports") or ():
            if declared.get("name") == target and declared.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(declared["containerPort"])
    return None


def endpoints(service: Obj, pods: list[Obj]) -> Obj:
    """The Endpoints object of a Service."""
    meta = service["metadata"]
    ready: list[Obj] = []
    waiting: list[Obj] = []
    for pod in pods:
        if pod["metadata"].get("deletionTimestamp"):
            continue
        address = {"ip": pod["status"]["podIP"], "nodeName": pod["spec"].get("nodeName", ""), "targetRef": _target(pod)}
        always = service["spec"].get("publishNotReadyAddresses")
        (ready if is_pod_ready(pod) or always else waiting).append(address)
    ports = [{**port} for port in slice_ports(service, pods)]
    ports = [{name: value for name, value in port.items() if value != ""} for port in ports]
    subset: dict[str, Any] = {"addresses": ready, "notReadyAddresses": waiting, "ports": ports}
    subset = {name: value for name, value in subset.items() if value}
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"], "labels": meta.get("labels") or {}},
        "subsets": [subset] if ready or waiting else [],
    }


def _target(pod: Obj) -> Obj:
    meta = pod["metadata"]
    return {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]}


def _shown(pod: Obj) -> tuple[Any, ...]:
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
