"""The journey of a packet for the wire: places by their Kubernetes names, headers as they are shown."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.dataplane.fabric import SWITCH, Fabric
from cluster_core.dataplane.hop import Hop, Shown, Trace
from cluster_core.dataplane.lan import INTERNET, LAN_CLIENT, ROUTER
from cluster_core.dataplane.netfilter import Tried
from cluster_core.dataplane.packet import ETHERNET_HEADER, Frame
from cluster_core.dataplane.packet import Packet as DataPacket
from cluster_core.projection.cards import Hop as HopCard
from cluster_core.projection.cards import Journey, Layer, Packet, TriedRule
from cluster_core.projection.source import NetworkSource

OUTSIDE = (SWITCH, ROUTER, INTERNET, LAN_CLIENT)


def journey_card(source: NetworkSource, start: str, target: str, protocol: str, port: int, trace: Trace) -> Journey:
    """A whole trace as the browser is shown it."""
    pods = {f"pod/{pod['metadata']['uid']}": pod for pod in source.objects("pods").values()}
    fabric = source.network.fabric
    return {
        "source": start,
        "target": target,
        "protocol": protocol,
        "port": port,
        "result": trace.result,
        "reason": {"id": trace.reason, "params": _named(trace.params, fabric, pods)},
        "request": [_hop_card(hop, fabric, pods) for hop in trace.request],
        "reply": [_hop_card(hop, fabric, pods) for hop in trace.reply],
    }


def _hop_card(hop: Hop, fabric: Fabric, pods: dict[str, Obj]) -> HopCard:
    node, netns = _place(hop.netns, fabric, pods)
    return {
        "node": node,
        "netns": netns,
        "device": hop.device,
        "direction": hop.direction,
        "step": hop.step,
        "chain": hop.chain,
        "rule": hop.rule,
        "tried": [_tried_card(rule) for rule in hop.tried],
        "before": _packet_card(hop.before),
        "after": _packet_card(hop.after),
        "verdict": hop.verdict,
        "reason": {"id": hop.reason, "params": _named(hop.params, fabric, pods)},
    }


def _place(netns: str, fabric: Fabric, pods: dict[str, Obj]) -> tuple[str, str]:
    """(node, namespace) by their Kubernetes names."""
    sandbox = fabric.sandboxes.get(netns)
    if sandbox is not None:
        return sandbox.host, pod_label(netns, pods)
    return netns, (netns if netns in OUTSIDE else "host")


def pod_label(netns: str, pods: dict[str, Obj]) -> str:
    """ "pod/default/web-0" for the namespace of a pod, its uid while the API has not got it."""
    pod = pods.get(netns)
    return f"pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}" if pod is not None else netns


def _named(params: dict[str, Any], fabric: Fabric, pods: dict[str, Obj]) -> dict[str, Any]:
    if "at" not in params:
        return params
    node, netns = _place(params["at"], fabric, pods)
    return {**params, "at": node if netns == "host" else netns}


def _tried_card(rule: Tried) -> TriedRule:
    return {
        "chain": rule.chain,
        "text": rule.text,
        "chance": rule.chance,
        "draw": rule.draw,
        "result": "taken" if rule.taken else "skipped",
    }


def _packet_card(shown: Shown) -> Packet:
    layers = _layers(shown)
    length = shown.packet.length + ETHERNET_HEADER if isinstance(shown, Frame) else shown.length
    return {"layers": layers, "length": length}


def _layers(shown: Shown) -> list[Layer]:
    if isinstance(shown, Frame):
        ethernet: Layer = {"layer": "Ethernet", "fields": {"src": shown.source, "dst": shown.target}}
        return [ethernet, *_layers(shown.packet)]
    found: list[Layer] = [_ip(shown), _transport(shown)]
    if shown.frame is not None:
        found.append({"layer": "VXLAN", "fields": {"vni": shown.vni}})
        found += _layers(shown.frame)
    if shown.quote is not None:
        found += _layers(shown.quote)
    return found


def _ip(packet: DataPacket) -> Layer:
    fields: dict[str, Any] = {
        "src": packet.source,
        "dst": packet.target,
        "ttl": packet.ttl,
        "len": packet.length,
        "df": packet.df,
    }
    if packet.offset is not None:
        fields |= {"offset": packet.offset, "more": packet.more}
    return {"layer": "IP", "fields": fields}


def _transport(packet: DataPacket) -> Layer:
    if packet.icmp is not None:
        fields: dict[str, Any] = {"type": packet.icmp[0], "code": packet.icmp[1]}
        if packet.quote is None:
            fields["id"] = packet.sport or packet.dport
        return {"layer": "ICMP", "fields": fields}
    fields = {"sport": packet.sport, "dport": packet.dport}
    if packet.protocol == "TCP":
        fields |= {"flags": packet.flags, "mss": packet.mss} if packet.mss else {"flags": packet.flags}
    return {"layer": packet.protocol, "fields": fields}
