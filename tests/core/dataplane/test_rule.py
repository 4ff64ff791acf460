"""Rules: the text that iptables prints, and what they match."""

from __future__ import annotations

import pytest

from cluster_core.dataplane.packet import request
from cluster_core.dataplane.rule import AddrType, Comment, CtState, Mark, Port, Rule, Statistic
from tests.core.dataplane.lab import A1, B1


class Seen:
    """A packet in front of a rule."""

    def __init__(self, *draws: float) -> None:
        self.packet = request(A1, B1, "TCP", 80, 40000)
        self.in_device, self.out_device, self.mark = "cni0", "", 0
        self.ct_states: tuple[str, ...] = ("NEW",)
        self.last_draw: float | None = None
        self.draws = list(draws)
        self.listed: list[str] = []

    def is_local(self, address: str) -> bool:
        return address == A1

    def draw(self) -> float:
        self.last_draw = self.draws.pop(0)
        return self.last_draw

    def recently_seen(self, name: str) -> bool:
        return name in self.listed

    def remember(self, name: str) -> None:
        self.listed.append(name)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            Rule("RETURN", source="10.244.0.0/16", target="! 224.0.0.0/4"),
            "-A C -s 10.244.0.0/16 ! -d 224.0.0.0/4 -j RETURN",
        ),
        (Rule("ACCEPT", in_device="lan0", out_device="wan0"), "-A C -i lan0 -o wan0 -j ACCEPT"),
        (Rule("X", matches=(Comment("plain-word"),)), "-A C -m comment --comment plain-word -j X"),
        (Rule("X", matches=(Comment("two words"),)), '-A C -m comment --comment "two words" -j X'),
        (Rule(matches=(Mark(0x4000, 0x4000, negated=True),)), "-A C -m mark ! --mark 0x4000/0x4000"),
        (
            Rule("X", matches=(Statistic("0.3333333333"),)),
            "-A C -m statistic --mode random --probability 0.33333333349 -j X",
        ),
        (Rule("X", protocol="tcp", matches=(Port("tcp", 80),)), "-A C -p tcp -m tcp --dport 80 -j X"),
    ],
)
def test_a_rule_prints_as_iptables_save_does(rule: Rule, text: str) -> None:
    assert rule.text("C") == text


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (Rule(source="10.244.0.0/16"), True),
        (Rule(source="! 10.244.0.0/16"), False),
        (Rule(target="10.244.1.0/24"), False),
        (Rule(protocol="udp"), False),
        (Rule(in_device="cni0"), True),
        (Rule(out_device="eth0"), False),
        (Rule(matches=(Port("tcp", 80),)), True),
        (Rule(matches=(Port("tcp", 81),)), False),
        (Rule(matches=(AddrType("src"),)), True),
        (Rule(matches=(AddrType("dst"),)), False),
        (Rule(matches=(CtState(("NEW", "RELATED")),)), True),
        (Rule(matches=(CtState(("NEW",), negated=True),)), False),
    ],
)
def test_what_a_rule_matches(rule: Rule, holds: bool) -> None:
    assert rule.holds(Seen()) is holds
