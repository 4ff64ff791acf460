"""Frames of SPDY/3.1 and what a stranger may send instead."""

from __future__ import annotations

import random
import struct
import zlib

import pytest

from explorer.kubeapi.streams import spdy
from explorer.kubeapi.streams.spdy import Frame, Reader, SpdyError, Writer
from explorer.kubeapi.streams.spdy_dictionary import DICTIONARY

HEADERS = {"streamtype": "data", "port": "80", "requestid": "0"}


def fed(*pieces: bytes) -> list[Frame]:
    reader = Reader()
    return [frame for piece in pieces for frame in reader.feed(piece)]


def test_frames_of_every_kind_come_back() -> None:
    writer = Writer()
    sent = [
        writer.syn_stream(1, HEADERS, fin=True),
        writer.syn_reply(1),
        writer.syn_stream(3, {**HEADERS, "port": "81"}),
        spdy.data(3, b"hello"),
        spdy.data(3, b"", fin=True),
        spdy.ping(7),
        spdy.rst_stream(3, spdy.REFUSED_STREAM),
        spdy.goaway(3),
    ]
    expected = [
        Frame(spdy.SYN_STREAM, 1, HEADERS, fin=True),
        Frame(spdy.SYN_REPLY, 1),
        Frame(spdy.SYN_STREAM, 3, {**HEADERS, "port": "81"}),
        Frame(spdy.DATA, 3, data=b"hello"),
        Frame(spdy.DATA, 3, fin=True),
        Frame(spdy.PING, number=7),
        Frame(spdy.RST_STREAM, 3, number=spdy.REFUSED_STREAM),
        Frame(spdy.GOAWAY, 3),
    ]
    assert fed(*sent) == expected
    assert fed(b"".join(sent)) == expected


def test_any_cut_gives_the_same() -> None:
    writer, draws = Writer(), random.Random(3)
    sent = writer.syn_stream(1, HEADERS) + spdy.data(1, bytes(range(256)) * 9, fin=True) + spdy.ping(1)
    for _ in range(50):
        cuts = sorted(draws.randrange(len(sent)) for _ in range(6))
        frames = fed(*(sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)))
        pieces = [frame for frame in frames if frame.kind == spdy.DATA]
        assert b"".join(frame.data for frame in pieces) == bytes(range(256)) * 9
        assert [frame.fin for frame in pieces] == [False] * (len(pieces) - 1) + [True]
        assert [frame.kind for frame in frames if frame.kind != spdy.DATA] == [spdy.SYN_STREAM, spdy.PING]


def test_a_large_data_frame_is_not_gathered() -> None:
    reader = Reader()
    head = struct.pack("!II", 1, 0xFFFFFF)
    assert list(reader.feed(head)) == []
    assert [len(frame.data) for frame in reader.feed(b"x" * 1000)] == [1000]
    assert reader._rest == b""


def control(kind: int, body: bytes, version: int = 3) -> bytes:
    return struct.pack("!HHI", 0x8000 | version, kind, len(body)) + body


def block(plain: bytes) -> bytes:
    deflate = zlib.compressobj(zdict=DICTIONARY)
    return struct.pack("!IIH", 1, 0, 0) + deflate.compress(plain) + deflate.flush(zlib.Z_SYNC_FLUSH)


@pytest.mark.parametrize(
    "sent",
    [
        control(6, b"\0\0\0\1", version=2),
        control(1, b"\0\0"),
        control(1, struct.pack("!IIH", 1, 0, 0) + b"no zlib"),
        struct.pack("!HHI", 0x8003, 1, 0xFFFFFF),
        # What unpacks to a thousand times as much.
        control(1, block(b"\0" * (4 << 20))),
        control(1, block(struct.pack("!I", 65))),
        control(1, block(struct.pack("!II", 1, 0xFFFFFFFF))),
        control(3, b"\0"),
    ],
)
def test_what_is_refused(sent: bytes) -> None:
    with pytest.raises(SpdyError):
        fed(sent)


def test_other_control_frames_are_left() -> None:
    assert fed(control(4, b"\0" * 4), control(9, b"\0" * 8), spdy.ping(1)) == [Frame(spdy.PING, number=1)]


def test_noise_never_breaks_it() -> None:
    draws = random.Random(5)
    for _ in range(300):
        noise = bytes(draws.choice((0x80, 0, 3, 1, draws.randrange(256))) for _ in range(draws.randrange(60)))
        try:
            fed(noise)
        except SpdyError:
            continue
