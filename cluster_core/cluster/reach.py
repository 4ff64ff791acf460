"""What the programs in pods reach: names by CoreDNS, connections by the packets' walk, answers by whoever listens there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.request import Obj, Request
from cluster_core.api.service_account_token import signed_token
from cluster_core.api.timestamp import unix_nanoseconds
from cluster_core.apiserver.apply.ownership import last_write
from cluster_core.apiserver.authentication.identity import account_user
from cluster_core.apiserver.authentication.tokens import ISSUER
from cluster_core.cluster import probe
from cluster_core.cluster.pod_requests import ask
from cluster_core.cluster.responding import API_SERVER, respond
from cluster_core.cluster.sockets import WorldSockets
from cluster_core.cni.bridge import namespace as netns_of
from cluster_core.dataplane.address import is_address
from cluster_core.dataplane.hop import Trace
from cluster_core.dataplane.packet import request
from cluster_core.dataplane.plan import GATEWAY
from cluster_core.dataplane.tracer import trace
from cluster_core.dataplane.walk import Draws
from cluster_core.dns.records import Answer as Records
from cluster_core.shell.outside import Answer, Connection, Echo, Lookup
from cluster_core.sim.rng import Streams

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

RESULTS = {"delivered": "open", "dropped": "lost"}
REFUSED = ("packet.connection-refused", "packet.nobody-listens")
DNS_US, CONNECT_US, ECHO_US, API_US = 700, 400, 300, 2_000
API_PEER = "|".join(str(part) for part in API_SERVER)


class WorldReach:
    """The network of a world as its pods see it. Asking changes nothing; a request may (its server writes a log)."""

    def __init__(self, world: World) -> None:
        self.world = world

    def resolve(self, namespace: str, pod: str, name: str, kind: str, server: str) -> Lookup:
        """Ask the name server of the pod (or another one), name by name of the search list."""
        world, source = self.world, f"pod/{namespace}/{pod}"
        try:
            origin = probe.find_origin(world, source)
        except LookupError:
            return Lookup(server, "", name=name)
        address = server or origin.resolver.nameserver
        found = self._walk(origin, address, "UDP", probe.DNS_PORT, f"{source}/{name}", probe.DNS_LENGTHS)
        if found.result != "delivered":
            return Lookup(address, "", name=name)
        asked: list[str] = []
        answer = Records("NXDOMAIN")
        for full in origin.resolver.candidates(name):
            asked.append(full)
            answer = world.coredns.lookup(full, kind) if address != GATEWAY else world.coredns.outside(full)
            if answer.records:
                break
        texts = tuple(record.text() for record in answer.records)
        return Lookup(
            address, answer.code, tuple(answer.addresses), asked[-1], tuple(asked), texts, DNS_US * len(asked)
        )

    def connect(self, namespace: str, pod: str, address: str, port: int, protocol: str) -> Connection:
        """Send a packet and see what comes back."""
        source = f"pod/{namespace}/{pod}"
        if address.startswith("127."):
            return self._loopback(namespace, pod, address, port, protocol)
        try:
            origin = probe.find_origin(self.world, source)
        except LookupError:
            return Connection("unreachable", address=address)
        found = self._walk(origin, address, protocol, port, f"{source}/{address}/{port}")
        result, peer = (
            "refused" if found.reason in REFUSED else RESULTS.get(found.result, "unreachable"),
            self._peer(found),
        )
        return Connection(result, CONNECT_US, peer, address, self._authority() if peer == API_PEER else "")

    def _authority(self) -> str:
        """The certificate that signs that of the API server."""
        published = self.get("configmaps", "kube-system", "kube-root-ca.crt")
        return str((published or {}).get("data", {}).get("ca.crt", "")) or "kubernetes"

    def _loopback(self, namespace: str, pod: str, address: str, port: int, protocol: str) -> Connection:
        """The pod's own sockets. Nothing leaves its network namespace, so no packet is drawn."""
        obj = self.world.objects("pods").get(f"{namespace}/{pod}")
        place = (
            ""
            if obj is None
            else obj["spec"].get("nodeName", "")
            if obj["spec"].get("hostNetwork")
            else netns_of(obj["metadata"]["uid"])
        )
        listener = WorldSockets(self.world).listener(place, protocol, port) if place else ""
        return Connection(
            "open" if listener else "refused", 50, f"{place}|{listener}|{port}" if listener else "", address
        )

    def exchange(
        self, namespace: str, pod: str, address: str, port: int, data: bytes, secure: bool = False
    ) -> Answer | Request:
        """Send a request to whoever accepts the connection, and take the answer."""
        connection = self.connect(namespace, pod, address, port, "TCP")
        if connection.result != "open":
            return Answer()
        if connection.peer == API_PEER and secure:
            found = ask(self.world, data)
            return found if isinstance(found, Request) else Answer(found, API_US)
        place, _, listener = connection.peer.partition("|")
        obj = self.world.objects("pods").get(f"{namespace}/{pod}")
        client = ((obj or {}).get("status") or {}).get("podIP", "127.0.0.1")
        return respond(
            self.world, place, listener.partition("|")[0], int(listener.partition("|")[2] or port), data, client
        )

    def ping(self, namespace: str, pod: str, address: str) -> Echo:
        """An ICMP echo request."""
        source = f"pod/{namespace}/{pod}"
        try:
            origin = probe.find_origin(self.world, source)
        except LookupError:
            return Echo("unreachable")
        found = self._walk(origin, address, "ICMP", 0, f"{source}/{address}/ping")
        return Echo(RESULTS.get(found.result, "unreachable"), ECHO_US, str(found.params.get("from", "")))

    def resolv_conf(self, namespace: str, pod: str) -> str:
        """The file of a pod."""
        try:
            return probe.find_origin(self.world, f"pod/{namespace}/{pod}").resolver.text()
        except LookupError:
            return f"nameserver {GATEWAY}\n"

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """An object as the API server has it."""
        return self.world.objects(resource).get(f"{namespace}/{name}" if namespace else name)

    def written_at(self, resource: str, namespace: str, name: str) -> int:
        """When an object was last changed (µs)."""
        obj = self.get(resource, namespace, name)
        return last_write(obj) if obj is not None else 0

    def token(self, pod: Obj) -> str:
        """The token of a pod's service account, bound to the pod. Real kubelets ask for it with a TokenRequest, and renew it."""
        meta, name = pod["metadata"], pod["spec"].get("serviceAccountName") or "default"
        account = self.get("serviceaccounts", meta["namespace"], name)
        if account is None:
            return ""
        seconds = unix_nanoseconds(self.world.sim.now) // 1_000_000_000
        said = {
            "namespace": meta["namespace"],
            "pod": {"name": meta["name"], "uid": meta["uid"]},
            "serviceaccount": {"name": name, "uid": account["metadata"]["uid"]},
        }
        claims = {
            "aud": [ISSUER], "exp": seconds + 365 * 86_400, "iat": seconds, "iss": ISSUER, "jti": meta["uid"],
            "kubernetes.io": said, "nbf": seconds, "sub": account_user(meta["namespace"], name),
        }  # fmt: skip
        return signed_token(self.world.sim.streams.seed, claims)

    def services(self, namespace: str) -> list[Obj]:
        """Those of a namespace, and the API's."""
        found = self.world.objects("services")
        own = [service for key, service in found.items() if key.startswith(f"{namespace}/")]
        api = found.get("default/kubernetes")
        return [api, *(one for one in own if one is not api)] if api is not None else own

    def _walk(
        self,
        origin: probe.Origin,
        address: str,
        protocol: str,
        port: int,
        what: str,
        lengths: tuple[int, int] = (0, 36),
    ) -> Trace:
        world = self.world
        draws: Draws = Streams(world.sim.streams.seed).stream(f"reach/{world.sim.number}/{world.sim.now}/{what}")
        if not is_address(address):
            return Trace([], [], "rejected", "packet.name-unknown", {}, {}, {})
        sport = draws.randint(*probe.EPHEMERAL_PORTS)
        packet = request(origin.address, address, protocol, port, sport, length=lengths[0])
        return trace(
            packet,
            world.network.fabric,
            origin.netns,
            draws,
            WorldSockets(world),
            world.config.limits.packet_hops,
            lengths[1],
        )

    def _peer(self, found: Trace) -> str:
        """Who accepted: namespace, listener and port of the last hop of the request."""
        for hop in reversed(found.request):
            if hop.step == "deliver" and hop.params.get("listener"):
                return f"{hop.netns}|{hop.params['listener']}|{hop.params['port']}"
        return ""
