"""EndpointSlices: the addresses of the pods behind each Service, at most 100 in a slice. Upstream: `pkg/controller/endpointslice`.

Real Kubernetes also gives hints (`trafficDistribution`, topology mode Auto); here Services that ask for them get none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.objects import is_pod_ready, owner_reference
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, ControllerManager, Plan
from cluster_core.controllers import service_pods
from cluster_core.controllers.service_pods import PortsKey
from cluster_core.controllers.service_rows import RowsByService
from cluster_core.controllers.trigger_times import TriggerTimes, annotated, ready_since

SLICES = "endpointslices.discovery.k8s.io"
SLICE_MAX = 100
ZONE = "topology.kubernetes.io/zone"
Row = tuple[PortsKey, str, Obj, str]
SERVICE_LABEL = "kubernetes.io/service-name"
MANAGED_BY = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}


class EndpointSliceController(Controller):
    """The loop for slices; works by Service."""

    name = "endpointslice-controller"
    resources = ("services", "pods", "nodes", SLICES)

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self._rows: RowsByService[Row] = RowsByService(_row)
        self._times = TriggerTimes()
        self._zones: dict[str, str] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The Service itself, or those that select a pod that changed in what an endpoint shows."""
        obj = new or old
        assert obj is not None
        if resource == "nodes":
            self._note_zone(obj["metadata"]["name"], new)
            return []
        namespace = obj["metadata"]["namespace"]
        if resource == "services":
            return [f"{namespace}/{obj['metadata']['name']}"]
        if resource == SLICES:
            name = (obj["metadata"].get("labels") or {}).get(SERVICE_LABEL)
            return [f"{namespace}/{name}"] if new is None and name else []
        if old is not None and new is not None and service_pods.shown(old) == service_pods.shown(new):
            return []
        keys = service_pods.services_of(self, [pod for pod in (old, new) if pod is not None], namespace)
        self._rows.note(keys, obj)
        return keys

    def reconcile(self, key: str) -> Plan | None:
        """Compare the wanted endpoints with the slices."""
        service = self.informer("services").get(key)
        if service is None or not service_pods.has_endpoints(service):
            self._rows.forget(key)
            self._times.forget(key)
            return None
        known = [part for part in self.informer(SLICES).by_index("service", key) if _is_ours(part)]
        rows = self._rows.of(key, service, self.informer("pods"))
        time = self._times.changed(key, service, [(row[1], row[3]) for row in rows])
        rows = [self._placed(row) for row in rows] if self._zones else rows
        return Plan(stages=[fit(service, rows, known, time)])

    def restart(self) -> None:
        """What was made of the pods was in memory."""
        super().restart()
        self._rows.clear()
        self._times = TriggerTimes()
        self._zones = {}

    def _note_zone(self, name: str, node: Obj | None) -> None:
        zone = ((node or {}).get("metadata", {}).get("labels") or {}).get(ZONE)
        if zone:
            self._zones[name] = zone
        else:
            self._zones.pop(name, None)

    def _placed(self, row: Row) -> Row:
        """The row with the zone of its node, as that is now."""
        ports, uid, one, since = row
        zone = self._zones.get(one.get("nodeName", ""))
        return (ports, uid, {**one, "zone": zone}, since) if zone else row


@dataclass(slots=True)
class _Slices:
    """What becomes of the slices of a Service, with the time of the change. An entry of `changed`: (slice, endpoints, ports)."""

    time: str = ""
    changed: list[tuple[Obj, list[Obj], PortsKey]] = field(default_factory=list)
    made: list[tuple[list[Obj], PortsKey]] = field(default_factory=list)
    gone: list[Obj] = field(default_factory=list)
    kept: int = 0


def plan_slices(service: Obj, pods: list[Obj], known: list[Obj]) -> list[Action]:
    """The writes that bring the slices to the endpoints of these pods."""
    return fit(service, [_row(service, pod) for pod in pods], known)


def fit(service: Obj, rows: list[Row], known: list[Obj], time: str = "") -> list[Action]:
    """The writes that bring the slices to the wanted endpoints; `time` is noted in what is written.

    Pods with the same port numbers share slices; endpoints stay in their slice, new ones fill the gaps; a slice that would go
    is used for one that would be made; without any endpoint one empty slice stays.
    """
    there: dict[PortsKey, list[Obj]] = {}
    for part in known:
        there.setdefault(ports_key(part), []).append(part)
    result = _Slices(time)
    for ports in dict.fromkeys([row[0] for row in rows]):
        wanted = {uid: one for of, uid, one, _ in rows if of == ports}
        _fill(service, ports, wanted, there.pop(ports, []), result)
    result.gone += [part for parts in there.values() for part in parts]
    _keep_one(service, result)
    return _writes(service, result)


def _row(service: Obj, pod: Obj) -> Row:
    return service_pods.ports_of(service, pod), pod["metadata"]["uid"], endpoint(service, pod), ready_since(pod)


def endpoint(service: Obj, pod: Obj) -> Obj:
    """One endpoint of a slice."""
    terminating, serving = bool(pod["metadata"].get("deletionTimestamp")), is_pod_ready(pod)
    always = bool(service["spec"].get("publishNotReadyAddresses"))
    name, node = service_pods.hostname(service, pod), pod["spec"].get("nodeName")
    conditions = {"ready": always or (serving and not terminating), "serving": serving, "terminating": terminating}
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": conditions,
        **({"hostname": name} if name else {}),
        "targetRef": service_pods.target(pod),
        **({"nodeName": node} if node else {}),
    }


def _fill(service: Obj, ports: PortsKey, wanted: dict[str, Obj], parts: list[Obj], result: _Slices) -> None:
    """Endpoints of one set of ports: first they stay where they are, then the rest goes to the fullest slice that changes
    anyway, to one unchanged slice with room for all, or to new slices."""
    changed: list[tuple[Obj, list[Obj]]] = []
    unchanged: list[tuple[Obj, list[Obj]]] = []
    for part in parts:
        uids = [one.get("targetRef", {}).get("uid", "") for one in part.get("endpoints") or ()]
        left = [wanted.pop(uid) for uid in uids if uid in wanted]
        same = left == (part.get("endpoints") or []) and part["metadata"].get("labels") == _labels(service)
        (unchanged if same else changed).append((part, left))
    rest = list(wanted.values())
    for _, left in sorted(changed, key=lambda one: -len(one[1])):
        room = SLICE_MAX - len(left)
        left += rest[:room]
        rest = rest[room:]
    for place, (part, left) in enumerate(unchanged):
        if rest and len(left) + len(rest) <= SLICE_MAX:
            unchanged[place], rest = (part, left + rest), []
    result.changed += [(part, left, ports) for part, left in changed if left]
    result.changed += [(part, left, ports) for part, left in unchanged if left != (part.get("endpoints") or [])]
    result.gone += [part for part, left in changed if not left]
    result.kept += sum(bool(left) for _, left in unchanged)
    result.made += [(rest[start : start + SLICE_MAX], ports) for start in range(0, len(rest), SLICE_MAX)]


def _keep_one(service: Obj, result: _Slices) -> None:
    if result.changed or result.made or result.kept:
        return
    for part in result.gone:
        if not part.get("endpoints") and not part.get("ports") and part["metadata"].get("labels") == _labels(service):
            result.gone.remove(part)
            return
    result.made.append(([], ()))


def _writes(service: Obj, result: _Slices) -> list[Action]:
    namespace = service["metadata"]["namespace"]
    while result.gone and result.made:
        endpoints, ports = result.made.pop()
        result.changed.append((result.gone.pop(0), endpoints, ports))
    actions = [
        Action("delete", SLICES, namespace, part["metadata"]["name"], ignore=("NotFound",)) for part in result.gone
    ]
    for part, endpoints, ports in result.changed:
        meta = {**part["metadata"], "labels": _labels(service)}
        body = {**part, "metadata": annotated(meta, meta.get("annotations"), result.time)}
        body |= {"endpoints": endpoints, "ports": _ports(ports)}
        actions.append(Action("update", SLICES, namespace, part["metadata"]["name"], body))
    for endpoints, ports in result.made:
        actions.append(Action("create", SLICES, namespace, body=_new_slice(service, endpoints, ports, result.time)))
    return actions


def _new_slice(service: Obj, endpoints: list[Obj], ports: PortsKey, time: str) -> Obj:
    owner = service["metadata"]
    meta = {
        "generateName": f"{owner['name']}-",
        "namespace": owner["namespace"],
        "labels": _labels(service),
        "ownerReferences": [owner_reference(service)],
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": annotated(meta, None, time),
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": _ports(ports),
    }


def _labels(service: Obj) -> dict[str, str]:
    return {**service_pods.labels_of(service), SERVICE_LABEL: service["metadata"]["name"], **MANAGED_BY}


def _ports(ports: PortsKey) -> list[dict[str, Any]]:
    return [{"name": name, "port": number, "protocol": protocol} for name, number, protocol in ports]


def ports_key(part: Obj) -> PortsKey:
    """(name, number, protocol) of each port of a slice, or of a subset of Endpoints."""
    return tuple(
        (str(port.get("name", "")), int(port["port"]), str(port.get("protocol", "TCP")))
        for port in part.get("ports") or ()
    )


def _is_ours(part: Obj) -> bool:
    labels = part["metadata"].get("labels") or {}
    return MANAGED_BY.items() <= labels.items() and not part["metadata"].get("deletionTimestamp")
