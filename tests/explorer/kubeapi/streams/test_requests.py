"""Bytes as whole requests."""

from __future__ import annotations

import random

import pytest

from explorer.kubeapi.streams.requests import REQUEST_MAX, Requests, TooMuch

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
CHUNKED = b"PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"


def test_requests_are_cut_wherever_the_bytes_are() -> None:
    sent, draws = GET + POST + CHUNKED + GET, random.Random(1)
    for _ in range(100):
        cuts = sorted(draws.randrange(len(sent)) for _ in range(5))
        requests = Requests()
        found = []
        for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True):
            found += requests.feed(sent[a:b])
        assert found == [GET, POST, CHUNKED, GET]


def test_what_is_no_http_passes() -> None:
    requests = Requests()
    assert requests.feed(b"PING\r\n") == [b"PING\r\n"]
    assert requests.feed(b"*1\r\n$4\r\nPING\r\n") == [b"*1\r\n$4\r\nPING\r\n"]
    assert requests.feed(b"\x16\x03\x01") == [b"\x16\x03\x01"]
    assert requests.feed(b"hello there\n") == [b"hello there\n"]
    assert requests.feed(b"PUT x y\n") == [b"PUT x y\n"]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000,
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n" + b"x" * (REQUEST_MAX + 1),
    ],
)
def test_there_is_a_limit(sent: bytes) -> None:
    with pytest.raises(TooMuch):
        Requests().feed(sent)
