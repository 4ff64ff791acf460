"""The netfilter hooks of a stack: conntrack, then the tables, in the kernel's order of priorities."""

from __future__ import annotations

from dataclasses import replace

from cluster_core.dataplane import netfilter
from cluster_core.dataplane.conntrack import SOURCE, TARGET, apply
from cluster_core.dataplane.netfilter import Verdict
from cluster_core.dataplane.packet import Packet
from cluster_core.dataplane.walk import Skb

TABLES = {
    "PREROUTING": ("nat",),
    "INPUT": ("filter", "nat"),
    "FORWARD": ("filter",),
    "OUTPUT": ("nat", "filter"),
    "POSTROUTING": ("nat",),
}
SIDES = {"PREROUTING": TARGET, "OUTPUT": TARGET, "INPUT": SOURCE, "POSTROUTING": SOURCE}
EPHEMERAL = (1024, 65535)


def run(skb: Skb, hook: str) -> str:
    """Pass a hook; returns ACCEPT, DROP or REJECT. Translations change `skb.packet`."""
    if hook in ("PREROUTING", "OUTPUT"):
        skb.tracked = skb.walk.conntrack(skb.stack.name).track(skb.packet)
    for table in TABLES[hook]:
        verdict = _nat(skb, hook) if table == "nat" else _filter(skb, hook)
        if verdict != "ACCEPT":
            return verdict
    return "ACCEPT"


def _filter(skb: Skb, hook: str) -> str:
    verdict = _look(skb, "filter", hook)
    if verdict.action == "ACCEPT":
        return "ACCEPT"
    rejected = verdict.action == "REJECT"
    skb.walk.hop(
        skb.stack.name,
        "netfilter",
        skb.packet,
        "rejected" if rejected else "dropped",
        "packet.filter-rejected" if rejected else "packet.filter-dropped",
        chain=f"filter {verdict.chain}",
        rule=verdict.text,
        tried=verdict.tried,
        params={"chain": verdict.chain},
    )
    return verdict.action


def _nat(skb: Skb, hook: str) -> str:
    """The first packet of a connection asks the table; the others follow what was decided."""
    tracked, side = skb.tracked, SIDES[hook]
    if tracked is None or tracked.conn is None:
        return "ACCEPT"
    verdict = None
    if tracked.state == "NEW" and not tracked.reply and hook not in tracked.conn.asked:
        tracked.conn.asked.add(hook)
        verdict = _look(skb, "nat", hook)
        if verdict.action == "DROP":
            return _dropped_by_nat(skb, verdict)
        _decide(skb, side, verdict)
    before = skb.packet
    skb.packet = apply(before, tracked, side)
    if skb.packet != before:
        _tell(skb, hook, side, before, verdict)
    return "ACCEPT"


def _dropped_by_nat(skb: Skb, verdict: Verdict) -> str:
    skb.walk.hop(
        skb.stack.name,
        "netfilter",
        skb.packet,
        "dropped",
        "packet.filter-dropped",
        chain=f"nat {verdict.chain}",
        rule=verdict.text,
        tried=verdict.tried,
        params={"chain": verdict.chain},
    )
    return "DROP"


def _decide(skb: Skb, side: str, verdict: Verdict) -> None:
    tracked = skb.tracked
    assert tracked is not None and tracked.conn is not None
    table = skb.walk.conntrack(skb.stack.name)
    if verdict.action == "DNAT" and verdict.rule is not None:
        address, _, number = verdict.rule.options.removeprefix("--to-destination ").partition(":")
        table.translate(tracked.conn, side, address, int(number) if number else skb.packet.dport)
    elif verdict.action == "MASQUERADE" and verdict.rule is not None:
        port = _masquerade_port(skb, "--random-fully" in verdict.rule.options)
        table.translate(tracked.conn, side, masquerade_address(skb), port)


def masquerade_address(skb: Skb) -> str:
    """MASQUERADE takes the address of the device that the packet leaves by, nearest to the next hop."""
    route = skb.stack.route(skb.packet.target)
    if route is not None and route.device == skb.out_device and route.source:
        return route.source
    return skb.stack.address_of(skb.out_device)


def _masquerade_port(skb: Skb, random_fully: bool) -> int:
    """Plain MASQUERADE keeps the port (or ICMP id); --random-fully draws another."""
    return skb.walk.draws.randint(*EPHEMERAL) if random_fully else skb.packet.sport


def _look(skb: Skb, table: str, hook: str) -> Verdict:
    verdict = netfilter.run(skb.stack.netfilter, table, hook, skb)
    skb.walk.hit(f"{skb.stack.name}/{table}", verdict.tried)
    return verdict


def _tell(skb: Skb, hook: str, side: str, before: Packet, verdict: Verdict | None) -> None:
    """Note a translation: by a rule for the first packet, by conntrack for the others."""
    reason = "packet.target-translated" if side == TARGET else "packet.source-translated"
    by_rule = verdict is not None and verdict.rule is not None
    if not by_rule:
        reason = "packet.translation-undone" if skb.tracked and skb.tracked.reply else "packet.translation-kept"
    after = skb.packet
    old, new = (before.target, after.target) if side == TARGET else (before.source, after.source)
    old_port, new_port = (before.dport, after.dport) if side == TARGET else (before.sport, after.sport)
    skb.walk.hop(
        skb.stack.name,
        "netfilter",
        before,
        "translated",
        reason,
        after=after,
        chain=f"nat {verdict.chain}" if by_rule and verdict else "conntrack",
        rule=verdict.text if by_rule and verdict else "",
        tried=verdict.tried if verdict else [],
        params={"hook": hook, "old": old, "new": new, "old_port": old_port, "new_port": new_port},
    )


def defragment(skb: Skb) -> bool:
    """Conntrack needs whole packets: fragments wait until all are there. False: this one waits."""
    piece = skb.packet
    if piece.whole is None:
        return True
    pieces = skb.walk.waiting.setdefault(skb.stack.name, [])
    pieces.append(piece)
    if piece.more or sum(one.length - 20 for one in pieces) < piece.whole.length - 20:
        return False
    del skb.walk.waiting[skb.stack.name]
    skb.refragment = max(one.length for one in pieces)
    skb.packet = replace(piece.whole, source=piece.source, target=piece.target, ttl=piece.ttl)
    return True
