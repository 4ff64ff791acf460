"""Hops: every step says where, what and why."""

from __future__ import annotations

from cluster_core.dataplane.hop import Hop
from tests.core.dataplane.lab import B1, lab, send

VERDICTS = {"forwarded", "translated", "encapsulated", "decapsulated", "delivered", "dropped", "rejected"}


def test_every_hop_follows_from_the_one_before() -> None:
    found = send(lab(), "pod/a1", B1)
    for earlier, later in zip(found.request, found.request[1:], strict=False):
        assert later.reason.startswith("packet.") and later.verdict in VERDICTS
        if (earlier.netns, earlier.verdict, later.step) == (later.netns, "forwarded", "device"):
            assert later.direction in ("in", "out")


def test_only_what_changes_a_packet_shows_two_of_it() -> None:
    found = send(lab(), "pod/a1", "198.51.100.10")
    changing = {"translated", "encapsulated", "decapsulated"}
    for hop in (*found.request, *found.reply):
        routed = hop.reason in ("packet.forwarded", "packet.forwarded-on-link")
        assert (hop.before != hop.after) == (hop.verdict in changing or routed), hop.reason


def test_a_hop_has_room_for_its_rule() -> None:
    hop = Hop("n", "", "", "routing", *[send(lab(), "pod/a1", B1).request[0].after] * 2, "forwarded", "packet.routed")
    assert (hop.chain, hop.rule, hop.tried, hop.params) == ("", "", [], {})
