"""Connections: translations and their undoing, answers, ICMP errors about them."""

from __future__ import annotations

from cluster_core.dataplane.conntrack import SOURCE, TARGET, Conntrack, apply
from cluster_core.dataplane.packet import answer, icmp_error, request

CLIENT, VIP, SERVER, NODE = "10.244.1.2", "10.96.0.1", "10.244.2.2", "10.244.1.0"


def test_what_was_translated_is_undone_for_the_answer() -> None:
    table, sent = Conntrack(), request(CLIENT, VIP, "TCP", 80, 40000)
    first = table.track(sent)
    assert first.conn is not None and first.states == ("NEW",)
    table.translate(first.conn, TARGET, SERVER, 8080)
    table.translate(first.conn, SOURCE, NODE, 50000)
    there = apply(apply(sent, first, TARGET), first, SOURCE)
    assert (there.source, there.sport, there.target, there.dport) == (NODE, 50000, SERVER, 8080)
    back = answer(there, open_port=True)
    second = table.track(back)
    assert second.conn is first.conn and second.states == ("ESTABLISHED", "DNAT", "SNAT")
    home = apply(apply(back, second, TARGET), second, SOURCE)
    assert home.flow == sent.flow.inverse()


def test_an_echo_keeps_its_id_apart_by_direction() -> None:
    table, sent = Conntrack(), request(CLIENT, SERVER, "ICMP", 0, 77)
    first = table.track(sent)
    assert first.conn is not None
    table.translate(first.conn, SOURCE, NODE, 88)
    there = apply(sent, first, SOURCE)
    home = apply(answer(there, True), table.track(answer(there, True)), TARGET)
    assert (there.sport, home.target, home.dport) == (88, CLIENT, 77)


def test_an_error_belongs_to_the_connection_and_its_quote_is_turned_back() -> None:
    table, sent = Conntrack(), request(CLIENT, VIP, "UDP", 53, 40000)
    first = table.track(sent)
    assert first.conn is not None
    table.translate(first.conn, TARGET, SERVER, 5353)
    table.translate(first.conn, SOURCE, NODE, 50000)
    there = apply(apply(sent, first, TARGET), first, SOURCE)
    error = icmp_error("192.168.66.1", there, (3, 3))
    second = table.track(error)
    assert second.state == "RELATED"
    home = apply(apply(error, second, TARGET), second, SOURCE)
    assert home.target == CLIENT and home.quote is not None
    assert home.quote.flow == sent.flow


def test_an_answer_to_nothing_is_invalid() -> None:
    table = Conntrack()
    stray = answer(request(CLIENT, SERVER, "TCP", 80, 40000), open_port=True)
    assert table.track(stray).state == "INVALID"
    assert table.track(icmp_error(NODE, stray, (3, 1))).state == "INVALID"
    assert apply(stray, table.track(stray), TARGET) is stray
