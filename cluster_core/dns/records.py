"""The records of the cluster's zone, worked out when they are asked for. Upstream: CoreDNS plugin `kubernetes`, the DNS
specification of Kubernetes (schema 1.1.0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.dataplane.address import is_address
from cluster_core.dns.name import ZONE

TTL = 30
ALIASES_MAX = 8
SERVICE_SUFFIX, POD_SUFFIX = f".svc.{ZONE}", f".pod.{ZONE}"


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record; `data` as in a zone file."""

    name: str
    kind: str
    data: str

    def text(self) -> str:
        """As dig prints it."""
        dot = "." if self.kind in ("CNAME", "SRV") else ""
        return f"{self.name}. {TTL} IN {self.kind} {self.data}{dot}"


@dataclass(frozen=True, slots=True)
class Answer:
    """`code`: NOERROR or NXDOMAIN. No records with NOERROR: the name exists, but not with that type."""

    code: str
    records: tuple[Record, ...] = field(default=())

    @property
    def addresses(self) -> list[str]:
        """The addresses of its A records."""
        return [record.data for record in self.records if record.kind == "A"]


NXDOMAIN, NODATA = Answer("NXDOMAIN"), Answer("NOERROR")


class Zone:
    """Looks names up. `service` gives a Service by "namespace/name", `slices` its EndpointSlices, `namespaces` whether one is there."""

    def __init__(
        self, service: Callable[[str], Obj | None], slices: Callable[[str], Sequence[Obj]], forward: dict[str, str]
    ) -> None:
        self.service = service
        self.slices = slices
        self.forward = forward

    def answer(self, name: str, kind: str = "A", followed: int = 0) -> Answer:
        """The answer to a question. CNAMEs are followed, as CoreDNS does for names that it can look up, but not in a circle."""
        name = name.removesuffix(".").lower()
        if name.endswith(POD_SUFFIX):
            return self._pod(name, kind)
        if name.endswith(SERVICE_SUFFIX):
            return self._service(name, kind, followed)
        if name == ZONE or name.endswith(f".{ZONE}"):
            return NODATA if name in (ZONE, f"svc.{ZONE}", f"pod.{ZONE}") else NXDOMAIN
        return self._outside(name, kind)

    def _outside(self, name: str, kind: str) -> Answer:
        """The name server of the machine is asked. Real CoreDNS forwards to it; here it knows a few names."""
        address = self.forward.get(name)
        if address is None:
            return NXDOMAIN
        return Answer("NOERROR", (Record(name, "A", address),)) if kind == "A" else NODATA

    def _pod(self, name: str, kind: str) -> Answer:
        """ "pods insecure": 10-244-1-2.default.pod.cluster.local is 10.244.1.2, whether there is such a pod or not."""
        labels = name.removesuffix(POD_SUFFIX).split(".")
        address = labels[0].replace("-", ".")
        if len(labels) != 2 or not is_address(address):
            return NXDOMAIN
        return Answer("NOERROR", (Record(name, "A", address),)) if kind == "A" else NODATA

    def _service(self, name: str, kind: str, followed: int) -> Answer:
        labels = name.removesuffix(SERVICE_SUFFIX).split(".")
        if len(labels) < 2:
            return NXDOMAIN  # Real CoreDNS says NOERROR if the namespace exists.
        key, before = f"{labels[-1]}/{labels[-2]}", labels[:-2]
        service = self.service(key)
        if service is None:
            return NXDOMAIN
        if service["spec"].get("type") == "ExternalName":
            return self._external_name(name, service, kind, followed) if not before else NXDOMAIN
        if len(before) == 2 and before[0].startswith("_") and before[1].startswith("_"):
            return self._srv(name, service, before[0][1:], before[1][1:], kind)
        if len(before) > 1:
            return NXDOMAIN
        return self._addresses(name, service, key, before[0] if before else "", kind)

    def _external_name(self, name: str, service: Obj, kind: str, followed: int) -> Answer:
        target = service["spec"].get("externalName", "")
        alias = Record(name, "CNAME", target)
        if kind == "CNAME" or followed >= ALIASES_MAX:
            return Answer("NOERROR", (alias,))
        return Answer("NOERROR", (alias, *self.answer(target, kind, followed + 1).records))

    def _addresses(self, name: str, service: Obj, key: str, host: str, kind: str) -> Answer:
        """The cluster IP; of a headless Service its endpoints, or the one with this host name."""
        cluster_ip = service["spec"].get("clusterIP", "")
        if cluster_ip != "None" and not host:
            found = [cluster_ip]
        else:
            found = [ip for label, ip in self.endpoints(key) if host in ("", label)]
        if not found:
            return NXDOMAIN if host or cluster_ip == "None" else NODATA
        if kind != "A":
            return NODATA
        return Answer("NOERROR", tuple(Record(name, "A", address) for address in found))

    def endpoints(self, key: str) -> list[tuple[str, str]]:
        """(host name, address) of every ready endpoint of a Service."""
        found = {}
        for part in self.slices(key):
            for endpoint in part.get("endpoints") or ():
                if (endpoint.get("conditions") or {}).get("ready") is not False:
                    for address in endpoint["addresses"]:
                        found[address] = endpoint.get("hostname") or address.replace(".", "-")
        return [(found[address], address) for address in sorted(found)]

    def _srv(self, name: str, service: Obj, port_name: str, protocol: str, kind: str) -> Answer:
        """SRV records of a named port: one for the Service, or one for each endpoint of a headless one."""
        meta, spec = service["metadata"], service["spec"]
        domain = f"{meta['name']}.{meta['namespace']}.svc.{ZONE}"
        port = next((one for one in spec.get("ports") or () if _is(one, port_name, protocol)), None)
        if port is None:
            return NXDOMAIN
        if kind != "SRV":
            return NODATA
        if spec.get("clusterIP") != "None":
            return Answer("NOERROR", (Record(name, "SRV", f"0 100 {port['port']} {domain}"),))
        targets = self._srv_targets(f"{meta['namespace']}/{meta['name']}", port_name)
        if not targets:
            return NXDOMAIN
        weight = max(1, 100 // len(targets))
        return Answer(
            "NOERROR",
            tuple(Record(name, "SRV", f"0 {weight} {number} {host}.{domain}") for host, number in targets),
        )

    def _srv_targets(self, key: str, port_name: str) -> list[tuple[str, int]]:
        hosts = {address: host for host, address in self.endpoints(key)}
        found = {}
        for part in self.slices(key):
            for port in part.get("ports") or ():
                if port.get("name", "") == port_name:
                    for endpoint in part.get("endpoints") or ():
                        for address in endpoint["addresses"]:
                            if address in hosts:
                                found[hosts[address]] = port["port"]
        return sorted(found.items())


def _is(port: Obj, name: str, protocol: str) -> bool:
    return port.get("name", "") == name and str(port.get("protocol", "TCP")).lower() == protocol
