"""The netfilter tables of a stack, and the walk of one packet through a chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cluster_core.dataplane.rule import Context, Rule

BUILT_IN = {
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
}
JUMPS_MAX = 64
TARGETS = ("ACCEPT", "DROP", "REJECT", "RETURN", "DNAT", "MASQUERADE", "MARK")


class ChainSource(Protocol):
    """Chains of a program that writes them when they are looked at (see `kubeproxy`)."""

    def chain(self, table: str, name: str) -> Sequence[Rule] | None:
        """The rules of a chain, None if it has no such chain."""

    def names(self, table: str) -> Iterable[str]:
        """Its chains in a table."""


@dataclass(slots=True)
class Netfilter:
    """Tables of chains. `sources` add chains to those written here; a chain that is written here wins."""

    tables: dict[str, dict[str, list[Rule]]] = field(default_factory=dict)
    policies: dict[tuple[str, str], str] = field(default_factory=dict)
    sources: dict[str, ChainSource] = field(default_factory=dict)

    def chain(self, table: str, name: str) -> Sequence[Rule] | None:
        """The rules of a chain; a built-in chain without rules is empty, another one is None."""
        found: Sequence[Rule] | None = self.tables.get(table, {}).get(name)
        if found is not None:
            return found
        for source in self.sources.values():
            found = source.chain(table, name)
            if found is not None:
                return found
        return () if name in BUILT_IN[table] else None

    def append(self, table: str, chain: str, *rules: Rule) -> None:
        """iptables -A, once: a rule that is there already stays."""
        known = self.tables.setdefault(table, {}).setdefault(chain, [])
        known.extend(rule for rule in rules if rule not in known)

    def prepend(self, table: str, chain: str, rule: Rule) -> None:
        """iptables -I, once."""
        known = self.tables.setdefault(table, {}).setdefault(chain, [])
        if rule not in known:
            known.insert(0, rule)

    def create(self, table: str, *chains: str) -> None:
        """iptables -N, for chains that may be there already."""
        for chain in chains:
            self.tables.setdefault(table, {}).setdefault(chain, [])

    def names(self, table: str) -> list[str]:
        """All user chains of a table, sorted."""
        found = set(self.tables.get(table, ())) - set(BUILT_IN[table])
        for source in self.sources.values():
            found.update(source.names(table))
        return sorted(found)


@dataclass(slots=True)
class Tried:
    """A rule that was looked at and is worth telling: it was taken, or its draw said no."""

    chain: str
    text: str
    chance: float
    draw: float | None
    taken: bool


@dataclass(slots=True)
class Verdict:
    """What a table says: ACCEPT, DROP, REJECT, DNAT or MASQUERADE; the rule that decided, and those that were tried."""

    action: str
    rule: Rule | None = None
    chain: str = ""
    tried: list[Tried] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The deciding rule as iptables prints it, "" for a policy."""
        return self.rule.text(self.chain) if self.rule is not None else ""


class Drawing(Context, Protocol):
    """A context that remembers its last draw."""

    last_draw: float | None


def run(netfilter: Netfilter, table: str, chain: str, context: Drawing) -> Verdict:
    """Walk a built-in chain; the policy decides if no rule does."""
    verdict = Verdict("")
    _walk(netfilter, table, chain, context, verdict, 0)
    if not verdict.action:
        verdict.action = netfilter.policies.get((table, chain), "ACCEPT")
        verdict.chain = chain
    return verdict


def _walk(netfilter: Netfilter, table: str, chain: str, context: Drawing, verdict: Verdict, depth: int) -> None:
    rules = netfilter.chain(table, chain)
    if depth > JUMPS_MAX or rules is None:
        return
    for rule in rules:
        context.last_draw = None
        taken = rule.holds(context)
        if taken or context.last_draw is not None:
            verdict.tried.append(Tried(chain, rule.text(chain), rule.chance, context.last_draw, taken))
        if not taken or not rule.jump:
            continue
        if rule.jump == "RETURN":
            return
        if rule.jump == "MARK":
            context.mark = _marked(context.mark, rule.options)
        elif rule.jump in TARGETS:
            verdict.action, verdict.rule, verdict.chain = rule.jump, rule, chain
            return
        else:
            _walk(netfilter, table, rule.jump, context, verdict, depth + 1)
            if verdict.action:
                return


def _marked(mark: int, options: str) -> int:
    """--set-xmark value/mask: clear the bits of the mask, then exclusive or."""
    value, _, mask = options.removeprefix("--set-xmark ").partition("/")
    return (mark & ~int(mask, 16)) ^ int(value, 16)


def save(netfilter: Netfilter) -> str:
    """All tables as `iptables-save` prints them, without counters' values and dates."""
    return "".join(_table(netfilter, table) for table in BUILT_IN if _in_use(netfilter, table))


def _in_use(netfilter: Netfilter, table: str) -> bool:
    return bool(netfilter.tables.get(table)) or any(
        any(True for _ in source.names(table)) for source in netfilter.sources.values()
    )


def _table(netfilter: Netfilter, table: str) -> str:
    users = netfilter.names(table)
    lines = [f"*{table}"]
    lines += [f":{chain} {netfilter.policies.get((table, chain), 'ACCEPT')} [0:0]" for chain in BUILT_IN[table]]
    lines += [f":{chain} - [0:0]" for chain in users]
    for chain in (*BUILT_IN[table], *users):
        lines += [rule.text(chain) for rule in netfilter.chain(table, chain) or ()]
    return "\n".join([*lines, "COMMIT", ""])
