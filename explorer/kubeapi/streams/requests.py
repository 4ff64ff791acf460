"""Bytes of a connection as whole requests: a server of the simulated cluster answers one at a time.

HTTP/1.x is cut at the end of each request; what is no HTTP is passed on as it comes.
"""

from __future__ import annotations

import re

REQUEST_MAX = 1 << 20
HEAD_MAX = 64 * 1024
_HTTP = re.compile(rb"[A-Z]{3,10} \S+ HTTP/1\.[01]\r?\n")
_MAYBE = re.compile(rb"[A-Z]{1,10}(?: \S*(?: [HTP/1.0]*\r?)?)?\Z")
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,10})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:[ \t]*chunked[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")


class TooMuch(Exception):
    """A request that is larger than is taken."""


class Requests:
    """The requests of one connection."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """What is whole now. Raises `TooMuch`."""
        self._rest += data
        found = []
        while self._rest and (length := self._length()) is not None:
            found.append(self._rest[:length])
            self._rest = self._rest[length:]
        if len(self._rest) > REQUEST_MAX:
            raise TooMuch
        return found

    def _length(self) -> int | None:
        """How long the first request is, None if it is not whole yet."""
        rest = self._rest
        if _HTTP.match(rest) is None:
            # A first line of HTTP that has only begun is waited for.
            return None if _MAYBE.match(rest[:HEAD_MAX]) and len(rest) < HEAD_MAX and b"\n" not in rest else len(rest)
        end = _END.search(rest)
        if end is None:
            if len(rest) > HEAD_MAX:
                raise TooMuch
            return None
        head = rest[: end.end()]
        if _CHUNKED.search(head):
            return _end_of_chunks(rest, end.end())
        stated = _LENGTH.search(head)
        whole = end.end() + (int(stated[1]) if stated is not None else 0)
        if whole > REQUEST_MAX:
            raise TooMuch
        return whole if len(rest) >= whole else None


def _end_of_chunks(data: bytes, at: int) -> int | None:
    """Where a body of chunks ends. What cannot be read as one ends with what there is."""
    while (chunk := _CHUNK.match(data, at)) is not None:
        size = int(chunk[1], 16)
        if size == 0:
            end = data.find(b"\n", chunk.end())
            return end + 1 if end >= 0 else None
        at = chunk.end() + size + 2
    return len(data) if at < len(data) and b"\n" in data[at:] else None
