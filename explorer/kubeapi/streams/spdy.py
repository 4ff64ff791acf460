"""Frames of SPDY/3.1, from a stranger: kubectl tunnels them inside a WebSocket for port-forward.

Source: the SPDY protocol, draft 3.1 (draft-mbelshe-httpbis-spdy-00, and -01 for flow control, which Kubernetes does not use).
Everything has a limit: a control frame, what its header block unpacks to, how many headers it has. Data comes out as it arrives.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from explorer.kubeapi.streams.spdy_dictionary import DICTIONARY

VERSION = 3
CONTROL = 0x8000
SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS, WINDOW_UPDATE = 1, 2, 3, 4, 6, 7, 8, 9
FIN = 1
HEAD_BYTES = 8
CONTROL_MAX, BLOCK_MAX, HEADERS_MAX = 16 * 1024, 32 * 1024, 64
STREAM_MAX = 0x7FFFFFFF
# Status of RST_STREAM and GOAWAY.
PROTOCOL_ERROR, INVALID_STREAM, REFUSED_STREAM = 1, 2, 3


class SpdyError(Exception):
    """Bytes that are no SPDY/3.1, or more than is taken."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that came. `data` is a piece of a stream for kind 0 (data), `number` the id of a ping or a status."""

    kind: int
    stream: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes = b""
    number: int = 0
    fin: bool = False


DATA = 0


class Reader:
    """Takes bytes as they come, and gives frames."""

    def __init__(self) -> None:
        self._rest = b""
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        # The data frame whose payload is coming: stream, bytes that are missing, whether it is the last.
        self._open: tuple[int, int, bool] | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now. Raises SpdyError."""
        self._rest += data
        while True:
            if self._open is not None:
                if not self._rest and self._open[1]:
                    return
                yield self._piece(*self._open)
                continue
            if len(self._rest) < HEAD_BYTES:
                return
            first, second = struct.unpack_from("!II", self._rest)
            length, flags = second & 0xFFFFFF, second >> 24
            if not first >> 31:
                self._rest = self._rest[HEAD_BYTES:]
                self._open = first, length, bool(flags & FIN)
                continue
            if length > CONTROL_MAX:
                raise SpdyError(f"a control frame of {length} bytes")
            if len(self._rest) < HEAD_BYTES + length:
                return
            body, self._rest = self._rest[HEAD_BYTES : HEAD_BYTES + length], self._rest[HEAD_BYTES + length :]
            if first >> 16 != CONTROL | VERSION:
                raise SpdyError(f"version {(first >> 16) & 0x7FFF} of SPDY")
            frame = self._control(first & 0xFFFF, bool(flags & FIN), body)
            if frame is not None:
                yield frame

    def _piece(self, stream: int, missing: int, fin: bool) -> Frame:
        piece, self._rest = self._rest[:missing], self._rest[missing:]
        missing -= len(piece)
        self._open = (stream, missing, fin) if missing else None
        return Frame(DATA, stream, data=piece, fin=fin and not missing)

    def _control(self, kind: int, fin: bool, body: bytes) -> Frame | None:
        """A control frame; those that mean nothing here are read and left."""
        try:
            match kind:
                case 1:  # SYN_STREAM
                    stream = struct.unpack_from("!I", body)[0] & STREAM_MAX
                    return Frame(kind, stream, self._headers(body[10:]), fin=fin)
                case 2 | 8:  # SYN_REPLY, HEADERS
                    stream = struct.unpack_from("!I", body)[0] & STREAM_MAX
                    return Frame(kind, stream, self._headers(body[4:]), fin=fin)
                case 3:  # RST_STREAM
                    stream, status = struct.unpack_from("!II", body)
                    return Frame(kind, stream & STREAM_MAX, number=status)
                case 6:  # PING
                    return Frame(kind, number=struct.unpack_from("!I", body)[0])
                case 7:  # GOAWAY
                    return Frame(kind, struct.unpack_from("!I", body)[0] & STREAM_MAX)
        except struct.error as error:
            raise SpdyError("a frame that is too short") from error
        return None

    def _headers(self, block: bytes) -> dict[str, str]:
        """A header block. It is one stream of zlib over the whole connection, so a wrong one ends it."""
        try:
            plain = self._inflate.decompress(block, BLOCK_MAX)
        except zlib.error as error:
            raise SpdyError("a header block that cannot be unpacked") from error
        if self._inflate.unconsumed_tail:
            raise SpdyError(f"a header block of more than {BLOCK_MAX} bytes")
        (count,) = struct.unpack_from("!I", plain)
        if count > HEADERS_MAX:
            raise SpdyError(f"{count} headers")
        texts, at = [], 4
        for _ in range(2 * count):
            (length,) = struct.unpack_from("!I", plain, at)
            if length > len(plain) - at - 4:
                raise SpdyError("a header that is longer than its block")
            texts.append(plain[at + 4 : at + 4 + length].decode("latin-1"))
            at += 4 + length
        return dict(zip(map(str.lower, texts[::2]), texts[1::2], strict=True))


class Writer:
    """Makes frames."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def syn_stream(self, stream: int, headers: dict[str, str], fin: bool = False) -> bytes:
        """Open a stream (what clients do)."""
        return _control(SYN_STREAM, struct.pack("!IIH", stream, 0, 0) + self._block(headers), FIN if fin else 0)

    def syn_reply(self, stream: int, headers: dict[str, str] | None = None) -> bytes:
        """Accept a stream."""
        return _control(SYN_REPLY, struct.pack("!I", stream) + self._block(headers or {}))

    def _block(self, headers: dict[str, str]) -> bytes:
        parts = [struct.pack("!I", len(headers))]
        for text in (text for pair in headers.items() for text in pair):
            data = text.encode("latin-1")
            parts += [struct.pack("!I", len(data)), data]
        return self._deflate.compress(b"".join(parts)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


def data(stream: int, payload: bytes, fin: bool = False) -> bytes:
    """A piece of a stream."""
    return struct.pack("!II", stream, ((FIN if fin else 0) << 24) | len(payload)) + payload


def ping(number: int) -> bytes:
    """The answer to a ping is the same ping."""
    return _control(PING, struct.pack("!I", number))


def rst_stream(stream: int, status: int) -> bytes:
    """End a stream at once."""
    return _control(RST_STREAM, struct.pack("!II", stream, status))


def goaway(last: int, status: int = 0) -> bytes:
    """No more streams are taken."""
    return _control(GOAWAY, struct.pack("!II", last, status))


def _control(kind: int, body: bytes, flags: int = 0) -> bytes:
    return struct.pack("!HHI", CONTROL | VERSION, kind, (flags << 24) | len(body)) + body
