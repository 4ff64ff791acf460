"""Lines on their way from a node to the store."""

from __future__ import annotations

import pytest

from cluster_core.log_collection.line import LogRecord, read, shown, written

LINE = LogRecord(1_500_000, "shop", "web-1", "nginx", "node-1", "stderr", 'said "你好"\\', "containerd://a", 7)


def test_what_is_sent_is_what_arrives() -> None:
    assert read(written([LINE, LINE._replace(number=8)])) == [LINE, LINE._replace(number=8)]
    assert read(b"") == []


@pytest.mark.parametrize(
    "data", [b"{}", b"[1]", b"x", b'["0","a","b","c","d","e","f","g",1]', b'[1,2,"b","c","d","e","f","g",1]', b"\xff"]
)
def test_what_is_no_line_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"line|JSON|value|decode"):
        read(data)


def test_a_search_tells_time_text_and_place() -> None:
    told = shown(LINE)
    assert told["_time"] == "2025-01-01T00:00:01Z" and told["_msg"] == LINE.text
    assert told["kubernetes.pod_name"] == "web-1" and told["stream"] == "stderr"
