"""A packet sent by the user to see where it goes. A probe changes nothing: its draws come from a stream of its own, and its
conntrack entries are not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.api.request import Obj
from cluster_core.cluster.sockets import WorldSockets
from cluster_core.cni.bridge import namespace
from cluster_core.dataplane import lan
from cluster_core.dataplane.address import is_address
from cluster_core.dataplane.hop import Hop, Trace
from cluster_core.dataplane.packet import request
from cluster_core.dataplane.plan import GATEWAY, LAN_CLIENT_ADDRESS
from cluster_core.dataplane.tracer import trace
from cluster_core.dataplane.walk import Draws
from cluster_core.dns.name import ResolvConf, cluster_first, is_dns_name
from cluster_core.sim.rng import Streams

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

EPHEMERAL_PORTS = (32768, 60999)
DNS_SERVICE, DNS_PORT, DNS_LENGTHS = "kube-system/kube-dns", 53, (75, 91)
PLACES = {lan.LAN_CLIENT: LAN_CLIENT_ADDRESS, lan.INTERNET: lan.INTERNET_SERVER, lan.ROUTER: GATEWAY}
EXAMPLES = 'pod/<namespace>/<name>, node/<name>, lan-client or internet, e.g. "pod/default/web-0"'


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a probe starts: a namespace, the address its socket is bound to ("" = any), and its resolv.conf."""

    netns: str
    address: str
    resolver: ResolvConf


@dataclass(slots=True)
class Probe:
    """What became of it; `target` is the address that it was sent to."""

    target: str
    trace: Trace


def send(world: World, source: str, target: str, protocol: str, port: int, attempt: int = 0) -> Probe:
    """Send one packet and its answer. The same attempt at the same moment gives the same hops.

    LookupError, with a sentence for the user: there is no such source or target.
    """
    origin = find_origin(world, source)
    name = f"probe/{world.sim.number}/{world.sim.now}/{source}/{target}/{protocol}/{port}/{attempt}"
    draws = Streams(world.sim.streams.seed).stream(name)
    address, port = find_target(world, origin, target, port)
    before: list[Hop] = []
    if not is_address(address):
        asked = resolve(world, origin, address, draws)
        if asked.trace.result != "delivered":
            return asked
        before, address = asked.trace.request[:1], asked.target
    found = _trace(world, origin, address, protocol.upper(), port, draws)
    found.request[:0] = before
    return Probe(address, found)


def find_origin(world: World, source: str) -> Origin:
    """The stack that a packet starts in."""
    kind, _, name = source.partition("/")
    node_resolver = ResolvConf(GATEWAY)
    if kind == "pod":
        return _pod_origin(world, name, node_resolver)
    if kind == "node":
        _machine_is_on(world, name)
        return Origin(name, "", node_resolver)
    if source in (lan.LAN_CLIENT, lan.ROUTER):
        return Origin(source, "", node_resolver)
    if source == lan.INTERNET:
        return Origin(source, lan.INTERNET_CLIENT, node_resolver)
    raise LookupError(f"{source!r} is no place a packet can start from: give {EXAMPLES}")


def _pod_origin(world: World, name: str, node_resolver: ResolvConf) -> Origin:
    pod = _pod(world, name)
    spec, status = pod["spec"], pod.get("status", {})
    if spec.get("hostNetwork"):
        _machine_is_on(world, spec.get("nodeName", ""))
        return Origin(spec["nodeName"], "", node_resolver)
    netns = namespace(pod["metadata"]["uid"])
    if netns not in world.network.fabric.sandboxes:
        why = "its machine is down" if status.get("podIP") else "it has no sandbox yet"
        raise LookupError(f"pod {name} cannot send: {why}")
    dns = world.objects("services").get(DNS_SERVICE)
    if spec.get("dnsPolicy", "ClusterFirst") != "ClusterFirst" or dns is None:
        return Origin(netns, "", node_resolver)
    return Origin(netns, "", cluster_first(pod["metadata"]["namespace"], dns["spec"]["clusterIP"]))


def find_target(world: World, origin: Origin, target: str, port: int) -> tuple[str, int]:
    """(address or DNS name, port) of what the user means; the router is met at the side that the origin sees."""
    kind, _, name = target.partition("/")
    if target in PLACES:
        return (lan.WAN_ADDRESS if origin.netns == lan.INTERNET and target == lan.ROUTER else PLACES[target]), port
    if is_address(target):
        return target, port
    if kind == "pod" and name:
        address = _pod(world, name).get("status", {}).get("podIP", "")
        if not address:
            raise LookupError(f"pod {name} has no address yet")
        return address, port
    if kind == "node" and name:
        return _node_address(world, name), port
    if kind == "service" and name:
        return _service_address(world, name), port
    if "/" in target or not is_dns_name(target):
        raise LookupError(f"{target!r} is no target: give {EXAMPLES}, service/<namespace>/<name>, an address or a name")
    return target, port


def _service_address(world: World, name: str) -> str:
    service = world.objects("services").get(name)
    if service is None:
        raise LookupError(f"there is no service {name}")
    address = service["spec"].get("clusterIP", "")
    namespace_name, _, short = name.partition("/")
    return address if is_address(address) else f"{short}.{namespace_name}.svc.cluster.local."


def _node_address(world: World, name: str) -> str:
    node = world.objects("nodes").get(name)
    addresses = node["status"]["addresses"] if node is not None else ()
    found = next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")
    if not found:
        raise LookupError(f"there is no node {name}")
    return str(found)


def _pod(world: World, name: str) -> Obj:
    pod = world.objects("pods").get(name)
    if pod is None:
        raise LookupError(f"there is no pod {name}")
    return pod


def _machine_is_on(world: World, name: str) -> None:
    stack = world.network.fabric.stacks.get(name)
    if stack is None or name in PLACES:
        raise LookupError(f"there is no node {name}")
    if not stack.is_up("eth0"):
        raise LookupError(f"node {name} cannot send: its machine is down")


def resolve(world: World, origin: Origin, name: str, draws: Draws) -> Probe:
    """Ask the name server of the origin with a packet; a name of the cluster is answered by CoreDNS if the packet gets there.

    Real resolvers send one packet per name of the search list; here the walk of one stands for all, and the names are told.
    """
    server = origin.resolver.nameserver
    found = _trace(world, origin, server, "UDP", DNS_PORT, draws, DNS_LENGTHS)
    if found.result != "delivered":
        found.reason, found.params = "packet.name-server-silent", {"name": name, "server": server, **found.params}
        return Probe(server, found)
    asked: list[str] = []
    for full in origin.resolver.candidates(name):
        asked.append(full)
        answer = world.coredns.lookup(full) if server != GATEWAY else world.coredns.outside(full)
        if answer.addresses:
            records = [record.text() for record in answer.records]
            params = {"name": name, "full": full, "address": answer.addresses[0], "server": server}
            return _answered(found, "packet.name-resolved", {**params, "asked": asked, "records": records})
    return _answered(found, "packet.name-unknown", {"name": name, "server": server, "asked": asked})


def _answered(found: Trace, reason: str, params: dict[str, Any]) -> Probe:
    """What the resolver learned, as the first hop of the journey."""
    known = reason == "packet.name-resolved"
    query = found.request[0]
    hop = Hop(query.netns, "", "", "send", query.after, query.after, "forwarded", reason, params)
    if not known:
        hop.verdict = "rejected"
    result = "delivered" if known else "rejected"
    trace_of_name = Trace([hop], [], result, reason, params, {}, {})
    return Probe(params.get("address", ""), trace_of_name)


def _trace(
    world: World,
    origin: Origin,
    address: str,
    protocol: str,
    port: int,
    draws: Draws,
    lengths: tuple[int, int] = (0, 36),
) -> Trace:
    packet = request(origin.address, address, protocol, port, draws.randint(*EPHEMERAL_PORTS), length=lengths[0])
    fabric, hops_max = world.network.fabric, world.config.limits.packet_hops
    return trace(packet, fabric, origin.netns, draws, WorldSockets(world), hops_max, lengths[1])
