"""EndpointSlices for Endpoints that somebody wrote by hand, of Services without a selector. Upstream: `pkg/controller/endpointslicemirroring`."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any

from cluster_core.api.objects import owner_reference
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, Plan
from cluster_core.controllers.endpoint_slices import SERVICE_LABEL, SLICES, ports_key
from cluster_core.controllers.service_pods import PortsKey

SKIP = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
MANAGED_BY = {"endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io"}
ADDRESSES_MAX = 1000
# Not handed down from Endpoints to their slices.
OWN_LABELS = ("endpointslice.kubernetes.io/managed-by", SERVICE_LABEL)
OWN_ANNOTATIONS = ("kubectl.kubernetes.io/last-applied-configuration", "endpoints.kubernetes.io/over-capacity")
TOLD = ("labels", "annotations")

Key = tuple[str, PortsKey]


class EndpointSliceMirroringController(Controller):
    """Works by the name that Service, Endpoints and the slices' label share."""

    name = account = "endpointslicemirroring-controller"
    source = "endpoint-slice-mirroring-controller"
    resources = ("services", "endpoints", SLICES)

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The Service, the Endpoints, or the Service of a slice of ours that somebody else changed or removed."""
        obj = new or old
        assert obj is not None
        meta = obj["metadata"]
        if resource != SLICES:
            return [f"{meta['namespace']}/{meta['name']}"]
        name = (meta.get("labels") or {}).get(SERVICE_LABEL)
        return [f"{meta['namespace']}/{name}"] if name and _is_ours(obj) else []

    def reconcile(self, key: str) -> Plan | None:
        """Make, change and remove slices until they say what the Endpoints say."""
        service, endpoints = self.informer("services").get(key), self.informer("endpoints").get(key)
        known = [part for part in self.informer(SLICES).by_index("service", key) if _is_ours(part)]
        if service is None or endpoints is None or not _is_mirrored(service, endpoints):
            return Plan(stages=[[_delete(part) for part in known]]) if known else None
        return Plan(stages=[self._fit(endpoints, known)])

    def _fit(self, endpoints: Obj, known: list[Obj]) -> list[Action]:
        wanted, invalid, surplus = mirrored(endpoints)
        if invalid:
            self.events.event(
                endpoints,
                "Warning",
                "InvalidIPAddress",
                f"Skipped {invalid} invalid IP addresses when mirroring to EndpointSlices",
            )
        if surplus:
            self.events.event(
                endpoints,
                "Warning",
                "TooManyAddressesToMirror",
                f"A max of {ADDRESSES_MAX} addresses can be mirrored to EndpointSlices per Endpoints subset. {surplus} addresses were skipped",
            )
        actions = []
        for part in known:
            found = wanted.pop((part["addressType"], ports_key(part)), None)
            if found is None:
                actions.append(_delete(part))
            elif not _same(part, found):
                kept = {name: value for name, value in part["metadata"].items() if name not in TOLD}
                meta = kept | {name: found["metadata"][name] for name in TOLD if name in found["metadata"]}
                body = {**part, "metadata": meta, "endpoints": found["endpoints"]}
                actions.append(Action("update", SLICES, meta["namespace"], meta["name"], body))
        namespace = endpoints["metadata"]["namespace"]
        return actions + [Action("create", SLICES, namespace, body=body) for body in wanted.values()]


def mirrored(endpoints: Obj) -> tuple[dict[Key, Obj], int, int]:
    """The slices of an Endpoints object by address type and ports, how many addresses are none, and how many were too many."""
    found: dict[Key, list[Obj]] = {}
    ports: dict[Key, list[Obj]] = {}
    invalid = surplus = 0
    for subset in endpoints.get("subsets") or ():
        told = [(one, True) for one in subset.get("addresses") or ()]
        told += [(one, False) for one in subset.get("notReadyAddresses") or ()]
        surplus += max(0, len(told) - ADDRESSES_MAX)
        for address, ready in told[:ADDRESSES_MAX]:
            family = _family(address["ip"])
            if not family:
                invalid += 1
                continue
            key = (family, ports_key(subset))
            ports.setdefault(key, [_port(port) for port in subset.get("ports") or ()])
            found.setdefault(key, []).append(_endpoint(address, ready))
    return {key: _slice(endpoints, key[0], ports[key], rows) for key, rows in found.items()}, invalid, surplus


def _slice(endpoints: Obj, family: str, ports: list[Obj], rows: list[Obj]) -> Obj:
    meta = endpoints["metadata"]
    labels = {name: value for name, value in (meta.get("labels") or {}).items() if name not in OWN_LABELS}
    notes = {name: value for name, value in (meta.get("annotations") or {}).items() if name not in OWN_ANNOTATIONS}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta['name']}-",
            "namespace": meta["namespace"],
            "labels": {**labels, **MANAGED_BY, SERVICE_LABEL: meta["name"]},
            **({"annotations": notes} if notes else {}),
            "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Endpoints", **endpoints})],
        },
        "addressType": family,
        "endpoints": rows,
        "ports": ports,
    }


def _endpoint(address: Obj, ready: bool) -> Obj:
    kept = {name: address[name] for name in ("hostname", "nodeName", "targetRef") if address.get(name)}
    return {"addresses": [address["ip"]], "conditions": {"ready": ready}, **kept}


def _port(port: Obj) -> dict[str, Any]:
    told = {"name": port.get("name", ""), "port": port["port"], "protocol": port.get("protocol", "TCP")}
    return told | ({"appProtocol": port["appProtocol"]} if port.get("appProtocol") else {})


def _family(address: str) -> str:
    try:
        return "IPv6" if isinstance(ip_address(address), IPv6Address) else "IPv4"
    except ValueError:
        return ""


def _same(part: Obj, wanted: Obj) -> bool:
    meta, told = part["metadata"], wanted["metadata"]
    same = (meta.get("labels") or {}) == told["labels"] and (meta.get("annotations") or {}) == told.get(
        "annotations", {}
    )
    return same and _set(part) == _set(wanted)


def _set(part: Obj) -> list[str]:
    return sorted(str(sorted(one.items(), key=lambda item: item[0])) for one in part.get("endpoints") or ())


def _is_mirrored(service: Obj, endpoints: Obj) -> bool:
    meta = endpoints["metadata"]
    skipped = (meta.get("labels") or {}).get(SKIP) == "true" or LEADER in (meta.get("annotations") or {})
    gone = meta.get("deletionTimestamp") or service["metadata"].get("deletionTimestamp")
    return not (service["spec"].get("selector") or skipped or gone)


def _is_ours(part: Obj) -> bool:
    return MANAGED_BY.items() <= (part["metadata"].get("labels") or {}).items()


def _delete(part: Obj) -> Action:
    meta = part["metadata"]
    return Action("delete", SLICES, meta["namespace"], meta["name"], ignore=("NotFound",))
