"""What kube-proxy keeps of a Service: one value per port, with its endpoints. Upstream: `pkg/proxy/serviceport.go`, `topology.go`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from cluster_core.api.request import Obj

AFFINITY_SECONDS = 10800
View = TypeVar("View")
Rules = TypeVar("Rules")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address behind a service port. `node` "" where the slice does not say."""

    ip: str
    port: int
    node: str
    ready: bool = True
    serving: bool = True
    terminating: bool = False

    @property
    def text(self) -> str:
        """ "ip:port", by which endpoints are sorted and named."""
        return f"{self.ip}:{self.port}"


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One port of a Service. `affinity` in seconds, 0 without session affinity."""

    name: str
    protocol: str
    cluster_ip: str
    port: int
    node_port: int = 0
    external_ips: tuple[str, ...] = ()
    load_balancer_ips: tuple[str, ...] = ()
    source_ranges: tuple[str, ...] = ()
    affinity: int = 0
    internal_local: bool = False
    external_local: bool = False
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def externally_accessible(self) -> bool:
        """Whether anything outside the cluster can reach it."""
        return bool(self.node_port or self.load_balancer_ips or self.external_ips)

    @property
    def uses_cluster_endpoints(self) -> bool:
        """All endpoints are needed: also with policy Local, for pods and the node itself."""
        return not self.internal_local or self.externally_accessible

    @property
    def uses_local_endpoints(self) -> bool:
        """The node's own endpoints are told apart."""
        return self.internal_local or (self.external_local and self.externally_accessible)

    def usable(self, node: str = "") -> tuple[Endpoint, ...]:
        """The endpoints that take new connections, of one node if given: ready ones, else those that still serve while ending."""
        here = [one for one in self.endpoints if not node or one.node == node]
        ready = tuple(one for one in here if one.ready)
        return ready or tuple(one for one in here if one.serving and one.terminating)


class ServiceEntry:
    """A Service with its slices. Its ports are worked out when a packet or a reader first needs them."""

    __slots__ = ("_derived", "_ports", "_served", "endpoints", "service", "slices")

    def __init__(self, service: Obj, slices: tuple[Obj, ...]) -> None:
        self.service = service
        self.slices = slices
        self.endpoints = sum(len(part.get("endpoints") or ()) * len(part.get("ports") or ()) for part in slices)
        self._ports: tuple[ServicePort, ...] | None = None
        self._served: tuple[ServicePort, ...] | None = None
        self._derived: dict[Any, Any] = {}

    def __reduce__(self) -> tuple[type[ServiceEntry], tuple[Obj, tuple[Obj, ...]]]:
        """A checkpoint leaves the derived ports out."""
        return (ServiceEntry, (self.service, self.slices))

    @property
    def ports(self) -> tuple[ServicePort, ...]:
        """The service ports."""
        if self._ports is None:
            self._ports = service_ports(self.service, self.slices)
        return self._ports

    @property
    def served(self) -> tuple[ServicePort, ...]:
        """The ports with the endpoints that take new connections only: two entries that serve the same have the same rules."""
        if self._served is None:
            self._served = tuple(replace(port, endpoints=port.usable()) for port in self.ports)
        return self._served

    def derived(self, port: ServicePort, view: View, derive: Callable[[ServicePort, View], Rules]) -> Rules:
        """What follows from a port as seen from a node, worked out once. It is shared: nobody may change it."""
        key = (derive.__name__, port.name, port.protocol, view)
        if key not in self._derived:
            self._derived[key] = derive(port, view)
        found: Rules = self._derived[key]
        return found


def service_ports(service: Obj, slices: Sequence[Obj]) -> tuple[ServicePort, ...]:
    """The ports of a Service. Headless Services and those of type ExternalName have none."""
    spec, meta = service["spec"], service["metadata"]
    cluster_ip = spec.get("clusterIP", "")
    if cluster_ip in ("", "None") or spec.get("type") == "ExternalName":
        return ()
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    balancers = tuple(one["ip"] for one in ingress if one.get("ip"))
    return tuple(_service_port(meta, spec, port, slices, balancers) for port in spec.get("ports") or ())


def _service_port(meta: Obj, spec: Obj, port: Obj, slices: Sequence[Obj], balancers: tuple[str, ...]) -> ServicePort:
    name, protocol = port.get("name", ""), port.get("protocol", "TCP")
    affinity = 0
    if spec.get("sessionAffinity") == "ClientIP":
        config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        affinity = int(config.get("timeoutSeconds", AFFINITY_SECONDS))
    key = f"{meta['namespace']}/{meta['name']}"
    return ServicePort(
        name=f"{key}:{name}" if name else key,
        protocol=protocol,
        cluster_ip=spec["clusterIP"],
        port=port["port"],
        node_port=port.get("nodePort", 0),
        external_ips=tuple(spec.get("externalIPs") or ()),
        load_balancer_ips=balancers,
        source_ranges=tuple(spec.get("loadBalancerSourceRanges") or ()),
        affinity=affinity,
        internal_local=spec.get("internalTrafficPolicy") == "Local",
        external_local=spec.get("externalTrafficPolicy") == "Local",
        endpoints=_endpoints(name, protocol, slices),
    )


def _endpoints(name: str, protocol: str, slices: Sequence[Obj]) -> tuple[Endpoint, ...]:
    found: dict[str, Endpoint] = {}
    for part in slices:
        for port in part.get("ports") or ():
            if port.get("name", "") != name or port.get("protocol", "TCP") != protocol or not port.get("port"):
                continue
            for one in part.get("endpoints") or ():
                state = one.get("conditions") or {}
                for address in one["addresses"]:
                    endpoint = Endpoint(
                        address,
                        port["port"],
                        one.get("nodeName", ""),
                        state.get("ready") is not False,
                        state.get("serving") is not False,
                        bool(state.get("terminating")),
                    )
                    found[endpoint.text] = endpoint
    return tuple(found[text] for text in sorted(found))
