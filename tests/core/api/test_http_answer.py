"""Answers as bytes."""

from __future__ import annotations

from cluster_core.api.http_answer import answer, encoded, is_read_by_people


def test_an_object_for_people_is_indented() -> None:
    assert encoded({"a": "<é>"}, True) == '{\n  "a": "\\u003cé\\u003e"\n}'.encode()
    assert encoded({"a": 1, "b": []}, False) == b'{"a":1,"b":[]}\n'
    assert is_read_by_people("curl/8") and not is_read_by_people("kubectl/v1.33")


def test_the_head_tells_code_and_length() -> None:
    head, _, body = answer(404, "no", 3_000_000).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 Not Found\r\n") and b"Content-Length: 2" in head and body == b"no"
    assert b"Date: Wed, 01 Jan 2025 00:00:03 GMT" in head
