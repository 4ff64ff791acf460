"""Endpoints: the older list of the addresses behind a Service. Upstream: `pkg/controller/endpoint`.

Real Kubernetes stops at 1,000 addresses, and notes in an annotation when the last change of a pod was.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, ControllerManager, Plan
from cluster_core.controllers import service_pods
from cluster_core.controllers.service_pods import PortsKey
from cluster_core.controllers.service_rows import RowsByService

_place = attrgetter("place")
MANAGED_BY = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}


@dataclass(slots=True)
class Row:
    """A pod as Endpoints show it: in order of `place`, its address as a number; `shown` unless it is going."""

    place: int
    shown: bool
    ready: bool
    ports: PortsKey
    address: Obj


class EndpointsController(Controller):
    """The loop for Endpoints; works by Service."""

    name = "endpoints-controller"
    account = "endpoint-controller"
    resources = ("services", "pods", "endpoints")

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self._rows: RowsByService[Row] = RowsByService(_row)

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The Service itself, its Endpoints if they went, or the Services of a pod that changed."""
        obj = new or old
        assert obj is not None
        namespace = obj["metadata"]["namespace"]
        if resource in ("services", "endpoints"):
            return [f"{namespace}/{obj['metadata']['name']}"] if resource == "services" or new is None else []
        if old is not None and new is not None and service_pods.shown(old) == service_pods.shown(new):
            return []
        keys = service_pods.services_of(self, [pod for pod in (old, new) if pod is not None], namespace)
        self._rows.note(keys, obj)
        return keys

    def reconcile(self, key: str) -> Plan | None:
        """Write the Endpoints of a Service, or remove those of one that is gone."""
        namespace, _, name = key.partition("/")
        service, known = self.informer("services").get(key), self.informer("endpoints").get(key)
        if service is None:
            self._rows.forget(key)
            gone = [Action("delete", "endpoints", namespace, name, ignore=("NotFound",))]
            return Plan(stages=[gone]) if known is not None else None
        if not service_pods.has_endpoints(service):
            return None
        wanted = endpoints_of(service, self._rows.of(key, service, self.informer("pods")))
        if known is None:
            return Plan(stages=[[Action("create", "endpoints", namespace, body=wanted)]])
        labels = wanted["metadata"]["labels"]
        if (known.get("subsets") or []) == wanted["subsets"] and known["metadata"].get("labels") == labels:
            return None
        body = {**known, "metadata": {**known["metadata"], "labels": labels}, "subsets": wanted["subsets"]}
        return Plan(stages=[[Action("update", "endpoints", namespace, name, body)]])

    def restart(self) -> None:
        """What was made of the pods was in memory."""
        super().restart()
        self._rows.clear()


def endpoints(service: Obj, pods: list[Obj]) -> Obj:
    """The Endpoints object of a Service and its pods."""
    return endpoints_of(service, [_row(service, pod) for pod in pods])


def endpoints_of(service: Obj, rows: list[Row]) -> Obj:
    """The Endpoints object of a Service."""
    meta = service["metadata"]
    has_ports = bool(service["spec"].get("ports"))
    shown = sorted([row for row in rows if row.shown], key=_place)
    kinds = sorted(dict.fromkeys([row.ports for row in shown]))
    subsets = [
        _subset(ports, [row for row in shown if row.ports == ports]) for ports in kinds if ports or not has_ports
    ]
    labels = service_pods.labels_of(service) | MANAGED_BY
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"], "labels": labels},
        "subsets": subsets,
    }


def _row(service: Obj, pod: Obj) -> Row:
    always = bool(service["spec"].get("publishNotReadyAddresses"))
    return Row(
        service_pods.address(pod),
        always or not pod["metadata"].get("deletionTimestamp"),
        always or is_pod_ready(pod),
        service_pods.ports_of(service, pod),
        _address(service, pod),
    )


def _subset(ports: PortsKey, rows: list[Row]) -> Obj:
    told: list[dict[str, Any]] = [
        {**({"name": name} if name else {}), "port": number, "protocol": protocol} for name, number, protocol in ports
    ]
    ready, waiting = [row.address for row in rows if row.ready], [row.address for row in rows if not row.ready]
    subset = {"addresses": ready, "notReadyAddresses": waiting, "ports": told}
    return {name: value for name, value in subset.items() if value}


def _address(service: Obj, pod: Obj) -> Obj:
    name, node = service_pods.hostname(service, pod), pod["spec"].get("nodeName")
    return {
        "ip": pod["status"]["podIP"],
        **({"hostname": name} if name else {}),
        **({"nodeName": node} if node else {}),
        "targetRef": service_pods.target(pod),
    }
