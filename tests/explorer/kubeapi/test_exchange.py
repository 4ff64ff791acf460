"""Requests as they come: headers, queries, bodies with limits; answers as they go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.place import decoded
from explorer.flow import FLOW
from explorer.kubeapi.exchange import PIECE_BYTES, Exchange, Gone, printable, retry_after
from explorer.security import BODY_MAX


def exchange(
    query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None, bodies: list[Any] | None = None
) -> Exchange:
    incoming = list(bodies or [])
    sent: list[Any] = []

    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    found = Exchange({"method": "GET", "query_string": query, "headers": headers or []}, receive, send, "/x")
    found.scope["sent"] = sent
    found.read_query()
    return found


def test_queries_as_upstream_reads_them() -> None:
    found = exchange(b"a=1&a=2&watch&x=false&y=0&z=False&t=true&n=-5&e=")
    assert found.text("a") == "1"
    assert [found.flag(name) for name in ("watch", "t", "x", "y", "z", "none", "e")] == [
        True,
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    assert (found.number("n"), found.number("none"), found.number("e")) == (-5, None, None)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (b"n=x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        (b"n=1.5", 'strconv.ParseInt: parsing "1.5": invalid syntax'),
        (b"n=-", 'strconv.ParseInt: parsing "-": invalid syntax'),
        (b"n=99999999999999999999", 'strconv.ParseInt: parsing "99999999999999999999": value out of range'),
        ("n=\u0661".encode("latin-1", errors="replace"), 'strconv.ParseInt: parsing "?": invalid syntax'),
    ],
)
def test_numbers_that_are_none(query: bytes, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        exchange(query).number("n")
    assert (refused.value.code, refused.value.message) == (400, words)


@pytest.mark.parametrize(
    ("query", "code"), [(b"a" * 20_000, 414), (b"\xff", 400), (b"a=%ff", 400), (b"a&" * 2_000, 400)]
)
def test_queries_that_are_refused(query: bytes, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        exchange(query)
    assert refused.value.code == code


@pytest.mark.asyncio
async def test_bodies() -> None:
    parts = [{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.request", "body": b"c"}]
    assert await exchange(bodies=list(parts)).body() == b"abc"
    with pytest.raises(Gone):
        await exchange(bodies=[parts[0], {"type": "http.disconnect"}]).body()
    large = {"type": "http.request", "body": b"x" * (BODY_MAX // 2 + 1), "more_body": True}
    with pytest.raises(ApiError) as refused:
        await exchange(bodies=[large, large]).body()
    assert (refused.value.code, refused.value.message) == (413, f"Request entity too large: limit is {BODY_MAX}")
    with pytest.raises(ApiError) as refused:
        await exchange(headers=[(b"Content-Encoding", b"gzip")], bodies=list(parts)).body()
    assert refused.value.code == 415


@pytest.mark.asyncio
async def test_answers() -> None:
    found = exchange()
    found.warnings = ('a "quoted"\nwarning',)
    await found.answer(201, b"{}")
    head, body = found.scope["sent"]
    headers = dict(head["headers"])
    assert head["status"] == found.code == 201
    assert headers[b"Content-Type"] == b"application/json"
    assert headers[b"Content-Length"] == b"2"
    assert headers[b"Warning"] == '299 - "a \\"quoted\\"\N{REPLACEMENT CHARACTER}warning"'.encode()
    assert body == {"type": "http.response.body", "body": b"{}", "more_body": False}


class Flow:
    """The sending side of a connection that takes so many pieces, then none."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.begun = self.ended = self.aborted = False

    def begin(self) -> None:
        self.begun = True

    def end(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.aborted = True

    async def ready(self, _patience_s: float) -> bool:
        self.pieces -= 1
        return self.pieces >= 0


@pytest.mark.asyncio
async def test_large_answers_wait_for_the_client() -> None:
    large = bytes(range(256)) * 3_000
    found, flow = exchange(), Flow(100)
    found.scope[FLOW] = flow
    await found.answer(200, large)
    assert b"".join(message["body"] for message in found.scope["sent"][1:]) == large
    assert [message["more_body"] for message in found.scope["sent"][1:]][-2:] == [True, False]
    assert flow.begun and flow.ended and not flow.aborted
    found, flow = exchange(), Flow(2)
    found.scope[FLOW] = flow
    await found.answer(200, large)
    assert flow.aborted and flow.ended
    assert sum(len(message.get("body", b"")) for message in found.scope["sent"]) == 3 * PIECE_BYTES
    found, flow = exchange(), Flow(0)
    found.scope[FLOW] = flow
    await found.answer(200, b"small")
    assert not flow.begun


@pytest.mark.asyncio
async def test_failures_say_when_to_come_back() -> None:
    found = exchange()
    await found.fail(ApiError(429, "TooManyRequests", "later", {"retryAfterSeconds": 3}))
    head, body = found.scope["sent"]
    assert dict(head["headers"])[b"Retry-After"] == b"3"
    assert json.loads(body["body"])["details"] == {"retryAfterSeconds": 3}
    assert retry_after({}) == {}


def test_text_for_eyes() -> None:
    assert printable("a\x1b[31m\u202eb") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    found = exchange(b"a=b", [(b"User-Agent", b"kubectl/1"), (b"X", b"1"), (b"x", b"2")])
    assert (found.agent, found.header("x"), found.shown_path) == ("kubectl/1", "1, 2", "/x?a=b")
    assert decoded("a%2Fb") == "a/b"
    with pytest.raises(ApiError):
        decoded("%ff")
