"""Frames of channels in every subprotocol."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from explorer.kubeapi.streams.channels import FRAME_MAX, PLAIN, PORT_FORWARD, REMOTE_COMMAND, Protocol, chosen

BINARY, IN_BASE64 = Protocol("x"), Protocol("x", in_base64=True)


@pytest.mark.parametrize("protocol", [BINARY, IN_BASE64])
@pytest.mark.parametrize("channel", [0, 4, 11])
def test_a_frame_comes_back_as_it_was(protocol: Protocol, channel: int) -> None:
    message = protocol.frame(channel, b"a\x00\xff")
    assert ("text" in message) is protocol.in_base64
    assert protocol.unframed(message) == (channel, b"a\x00\xff")


def test_what_upstream_writes() -> None:
    assert BINARY.frame(1, b"hi")["bytes"] == b"\x01hi"
    assert IN_BASE64.frame(1, b"hi")["text"] == "1aGk="
    assert BINARY.unframed({"bytes": b"\xff\x00"}) == (255, b"\0")


def test_much_data_is_many_frames() -> None:
    frames = BINARY.frames(2, b"x" * (2 * FRAME_MAX + 1))
    assert [len(frame["bytes"]) for frame in frames] == [FRAME_MAX + 1, FRAME_MAX + 1, 2]
    assert BINARY.frames(1, b"") == []


@pytest.mark.parametrize(
    ("protocol", "message"),
    [
        (BINARY, {"bytes": b""}),
        (BINARY, {}),
        (IN_BASE64, {"text": ""}),
        (IN_BASE64, {"text": "1%"}),
        (IN_BASE64, {"text": " eA=="}),
    ],
)
def test_what_is_no_frame(protocol: Protocol, message: dict[str, bytes]) -> None:
    with pytest.raises(ApiError) as refused:
        protocol.unframed(message)
    assert refused.value.code == 400


def test_the_newest_protocol_is_chosen() -> None:
    assert chosen(["v4.channel.k8s.io", "v5.channel.k8s.io"], REMOTE_COMMAND).name == "v5.channel.k8s.io"
    assert chosen(["base64.channel.k8s.io"], REMOTE_COMMAND) == Protocol("base64.channel.k8s.io", False, True)
    assert chosen([], REMOTE_COMMAND) is PLAIN
    with pytest.raises(ApiError) as refused:
        chosen(["v5.channel.k8s.io"], PORT_FORWARD)
    assert "client supports [v5.channel.k8s.io]" in refused.value.message
