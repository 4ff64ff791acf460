"""Endpoints: the older list of the addresses behind a Service. Upstream: `pkg/controller/endpoint`."""

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
from cluster_core.controllers.trigger_times import TriggerTimes, annotated, ready_since

_place = attrgetter("place")
MANAGED_BY = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
ADDRESSES_MAX = 1000
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"


@dataclass(slots=True)
class Row:
    """A pod as Endpoints show it: in order of `place`, its address as a number; `shown` unless it is going."""

    place: int
    shown: bool
    ready: bool
    ports: PortsKey
    address: Obj
    since: str


class EndpointsController(Controller):
    """The loop for Endpoints; works by Service."""

    name = "endpoints-controller"
    account = "endpoint-controller"
    resources = ("services", "pods", "endpoints")

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self._rows: RowsByService[Row] = RowsByService(_row)
        self._times = TriggerTimes()

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
            self._times.forget(key)
            gone = [Action("delete", "endpoints", namespace, name, ignore=("NotFound",))]
            return Plan(stages=[gone]) if known is not None else None
        if not service_pods.has_endpoints(service):
            return None
        rows = self._rows.of(key, service, self.informer("pods"))
        wanted = endpoints_of(service, rows)
        time = self._times.changed(key, service, [(row.address["targetRef"]["uid"], row.since) for row in rows])
        if known is None:
            body = {**wanted, "metadata": annotated(wanted["metadata"], _annotations(wanted), time)}
            return Plan(stages=[[Action("create", "endpoints", namespace, body=body)]])
        if _same(known, wanted):
            return None
        kept = {key: value for key, value in _annotations(known).items() if key != OVER_CAPACITY}
        meta = {**known["metadata"], "labels": wanted["metadata"]["labels"]}
        body = {**known, "metadata": annotated(meta, kept | _annotations(wanted), time), "subsets": wanted["subsets"]}
        return Plan(stages=[[Action("update", "endpoints", namespace, name, body)]])

    def restart(self) -> None:
        """What was made of the pods was in memory."""
        super().restart()
        self._rows.clear()
        self._times = TriggerTimes()


def endpoints(service: Obj, pods: list[Obj]) -> Obj:
    """The Endpoints object of a Service and its pods."""
    return endpoints_of(service, [_row(service, pod) for pod in pods])


def endpoints_of(service: Obj, rows: list[Row]) -> Obj:
    """The Endpoints object of a Service."""
    meta = service["metadata"]
    has_ports = bool(service["spec"].get("ports"))
    shown = sorted([row for row in rows if row.shown], key=_place)
    kinds = sorted(dict.fromkeys([row.ports for row in shown]))
    groups = [(ports, [row for row in shown if row.ports == ports]) for ports in kinds if ports or not has_ports]
    over = sum(len(rows) for _, rows in groups) > ADDRESSES_MAX
    labels = service_pods.labels_of(service) | MANAGED_BY
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {
            "name": meta["name"],
            "namespace": meta["namespace"],
            "labels": labels,
            **({"annotations": {OVER_CAPACITY: "truncated"}} if over else {}),
        },
        "subsets": [_subset(ports, rows) for ports, rows in (truncated(groups) if over else groups)],
    }


def truncated(groups: list[tuple[PortsKey, list[Row]]]) -> list[tuple[PortsKey, list[Row]]]:
    """At most 1,000 addresses of all subsets: of those that are ready first, each subset in proportion to what it has, rounded up.

    Upstream: `truncateEndpoints` in `endpoints_controller.go`.
    """
    ready = sum(row.ready for _, rows in groups for row in rows)
    cut = ready > ADDRESSES_MAX
    total = ready if cut else sum(len(rows) for _, rows in groups) - ready
    room = left = ADDRESSES_MAX if cut else ADDRESSES_MAX - ready
    found = []
    for ports, rows in groups:
        ours = [row for row in rows if row.ready is cut]
        ours = ours[: min(-(-len(ours) * room // total), left)]
        left -= len(ours)
        found.append((ports, ours if cut else [*(row for row in rows if row.ready), *ours]))
    return found


def _same(known: Obj, wanted: Obj) -> bool:
    """Whether nothing is to be written."""
    over = _annotations(known).get(OVER_CAPACITY) == _annotations(wanted).get(OVER_CAPACITY)
    labels = known["metadata"].get("labels") == wanted["metadata"]["labels"]
    return over and labels and (known.get("subsets") or []) == wanted["subsets"]


def _annotations(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def _row(service: Obj, pod: Obj) -> Row:
    always = bool(service["spec"].get("publishNotReadyAddresses"))
    return Row(
        service_pods.address(pod),
        always or not pod["metadata"].get("deletionTimestamp"),
        always or is_pod_ready(pod),
        service_pods.ports_of(service, pod),
        _address(service, pod),
        ready_since(pod),
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
