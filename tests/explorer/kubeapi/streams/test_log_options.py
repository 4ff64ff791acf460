"""Options of logs and the lines that they choose."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.kubelet.container_log import LogLine
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.streams.log_options import LogOptions, LogText, read, stamp

SECOND = 1_000_000
LINES = [
    LogLine(0, 1 * SECOND, "stdout", "one"),
    LogLine(1, 2 * SECOND, "stderr", "tw", whole=False),
    LogLine(2, 2 * SECOND, "stderr", "o"),
    LogLine(3, 3 * SECOND, "stdout", "three"),
]


def asked(query: str) -> LogOptions:
    async def never(*_: Any) -> Any:
        raise AssertionError

    exchange = Exchange({"query_string": query.encode()}, never, never, "/")
    exchange.read_query()
    return read(exchange, 10 * SECOND)


def test_options() -> None:
    assert asked("") == LogOptions()
    assert asked("follow=true&previous=false&tailLines=0&container=c").tail == 0
    assert asked("sinceSeconds=3").since == 7 * SECOND
    assert asked("sinceTime=2025-01-01T00:00:05Z").since == 5 * SECOND
    assert asked("stream=Stderr&timestamps=true") == LogOptions(stream="stderr", timestamps=True)


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        (
            "tailLines=-1",
            422,
            'PodLogOptions "" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
        ),
        ("limitBytes=0", 422, "limitBytes: Invalid value: 0: must be greater than 0"),
        ("sinceSeconds=0", 422, "sinceSeconds: Invalid value: 0: must be greater than 0"),
        (
            "sinceSeconds=1&sinceTime=2025-01-01T00:00:05Z",
            422,
            "at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
        ("stream=x", 422, 'stream: Unsupported value: "x"'),
        ("stream=Stdout&tailLines=1", 422, "mutually exclusive"),
        ("tailLines=x", 400, "invalid syntax"),
        ("sinceTime=yesterday", 400, "cannot parse"),
        ("sinceTime=2025-01-01T00:00:05", 400, "cannot parse"),
    ],
)
def test_options_that_cannot_be(query: str, code: int, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        asked(query)
    assert refused.value.code == code
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (LogOptions(), "one\ntwo\nthree\n"),
        (LogOptions(tail=1), "three\n"),
        (LogOptions(tail=0), ""),
        (LogOptions(tail=99), "one\ntwo\nthree\n"),
        (LogOptions(since=2 * SECOND), "two\nthree\n"),
        (LogOptions(stream="stderr"), "two\n"),
        (LogOptions(limit=5), "one\nt"),
        (
            LogOptions(timestamps=True, tail=2),
            "2025-01-01T00:00:02.000000000Z o\n2025-01-01T00:00:03.000000000Z three\n",
        ),
        (LogOptions(timestamps=True, stream="stderr"), "2025-01-01T00:00:02.000000000Z two\n"),
    ],
)
def test_lines(options: LogOptions, text: str) -> None:
    log = LogText(options)
    assert log.first(LINES).decode() == text
    assert log.full is (options.limit is not None)


def test_the_limit_counts_what_comes_later() -> None:
    log = LogText(LogOptions(limit=6, tail=1))
    assert (log.first(LINES[:1]), log.full) == (b"one\n", False)
    assert (log.more(LINES[3:]), log.full) == (b"th", True)


def test_a_stamp_has_nine_digits() -> None:
    assert stamp(1_234_567) == "2025-01-01T00:00:01.234567000Z"
