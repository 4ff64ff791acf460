"""Packets: pieces, tunnels, answers."""

from __future__ import annotations

import pytest

from cluster_core.dataplane.packet import Frame, answer, encapsulate, fragments, icmp_error, request


def test_pieces_are_multiples_of_eight_and_lose_nothing() -> None:
    whole = request("10.0.0.1", "10.0.0.2", "UDP", 9, 1, length=1500, df=False)
    pieces = fragments(whole, 1450)
    assert [(one.offset, one.length, one.more) for one in pieces] == [(0, 1444, True), (1424, 76, False)]
    assert sum(one.length - 20 for one in pieces) == 1480


def test_equal_flows_take_the_same_port_in_a_tunnel() -> None:
    frames = [Frame("a", "b", request("10.0.0.1", "10.0.0.2", "TCP", 80, port)) for port in (1, 1, 2)]
    ports = [encapsulate(frame, "n1", "n2", 1).sport for frame in frames]
    assert ports[0] == ports[1] != ports[2]
    assert all(32768 <= port <= 60999 for port in ports)


@pytest.mark.parametrize(
    ("protocol", "open_port", "flags", "length"),
    [("TCP", True, "SA", 60), ("TCP", False, "RA", 40), ("UDP", True, "", 36)],
)
def test_answers(protocol: str, open_port: bool, flags: str, length: int) -> None:
    sent = request("10.0.0.1", "10.0.0.2", protocol, 80, 40000)
    back = answer(sent, open_port)
    assert (back.flow, back.flags, back.length, back.ttl) == (sent.flow.inverse(), flags, length, 64)


def test_an_echo_is_answered_with_its_id_and_length() -> None:
    back = answer(request("10.0.0.1", "10.0.0.2", "ICMP", 0, 7, length=100), True)
    assert (back.icmp, back.dport, back.length, back.df) == ((0, 0), 7, 100, False)


def test_an_error_quotes_no_more_than_fits_576_bytes() -> None:
    short, long = (request("10.0.0.1", "10.0.0.2", "UDP", 9, 1, length=length) for length in (60, 1400))
    assert [icmp_error("10.0.0.9", about, (3, 3)).length for about in (short, long)] == [88, 576]
