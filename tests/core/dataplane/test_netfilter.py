"""Tables: the walk through chains, and what iptables-save prints."""

from __future__ import annotations

from cluster_core.dataplane.netfilter import Netfilter, run, save
from cluster_core.dataplane.rule import RecentSet, Rule, Statistic
from tests.core.dataplane.lab import B1
from tests.core.dataplane.test_rule import Seen


def test_the_chain_decides_by_draw_mark_and_policy() -> None:
    table = Netfilter()
    table.append("nat", "PREROUTING", Rule("FIRST", matches=(Statistic("0.5000000000"),)), Rule("SECOND"))
    table.append("nat", "FIRST", Rule("MARK", options="--set-xmark 0x4000/0x4000"), Rule("RETURN"))
    table.append("nat", "SECOND", Rule("DNAT", matches=(RecentSet("seen"),), options=f"--to-destination {B1}:8080"))
    low, high = Seen(0.2), Seen(0.7)
    first, second = run(table, "nat", "PREROUTING", low), run(table, "nat", "PREROUTING", high)
    assert (low.mark, high.mark) == (0x4000, 0)
    assert first.action == second.action == "DNAT"
    assert [(one.draw, one.taken) for one in second.tried if one.draw is not None] == [(0.7, False)]
    assert low.listed == high.listed == ["seen"]
    table.policies[("filter", "FORWARD")] = "DROP"
    assert run(table, "filter", "FORWARD", Seen()).action == "DROP"


def test_a_chain_that_jumps_to_itself_ends() -> None:
    table = Netfilter()
    table.append("filter", "FORWARD", Rule("LOOP"))
    table.append("filter", "LOOP", Rule("LOOP"))
    assert run(table, "filter", "FORWARD", Seen()).action == "ACCEPT"


def test_only_tables_in_use_are_saved() -> None:
    table = Netfilter()
    table.append("filter", "INPUT", Rule("ACCEPT"), Rule("ACCEPT"))
    assert (
        save(table)
        == "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n"
    )
