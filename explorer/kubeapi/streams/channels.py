"""Channels in a WebSocket: the first byte of a frame says which stream its rest belongs to.

Upstream: apimachinery `util/httpstream/wsstream`, kubelet `cri-streaming/remotecommand/websocket.go`, apiserver `util/proxy/websocket.go`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import ApiError, bad_request

STDIN, STDOUT, STDERR, ERROR, RESIZE = range(5)
# v5: the channel that the next byte names has come to its end.
CLOSE = 255
FRAME_MAX = 32 * 1024


@dataclass(frozen=True, slots=True)
class Protocol:
    """A subprotocol. `statuses`: the error channel carries Status objects (else plain text, and only of failures)."""

    name: str | None
    statuses: bool = True
    in_base64: bool = False

    def frame(self, channel: int, data: bytes) -> dict[str, Any]:
        """The ASGI message that sends a piece of a channel."""
        if self.in_base64:
            return {"type": "websocket.send", "text": chr(ord("0") + channel) + base64.b64encode(data).decode()}
        return {"type": "websocket.send", "bytes": bytes([channel]) + data}

    def frames(self, channel: int, data: bytes) -> list[dict[str, Any]]:
        """The messages that send any amount of data."""
        return [self.frame(channel, data[start : start + FRAME_MAX]) for start in range(0, len(data), FRAME_MAX)]

    def unframed(self, message: dict[str, Any]) -> tuple[int, bytes]:
        """The channel and the data of a message that came. Raises 400 for what is no frame."""
        if not self.in_base64:
            data: bytes = message.get("bytes") or (message.get("text") or "").encode()
            if not data:
                raise bad_request("a frame without a channel")
            return data[0], data[1:]
        text: str = message.get("text") or (message.get("bytes") or b"").decode("latin-1")
        if not text or not 0 <= ord(text[0]) - ord("0") < CLOSE:
            raise bad_request("a frame without a channel")
        try:
            return ord(text[0]) - ord("0"), base64.b64decode(text[1:], validate=True)
        except (binascii.Error, ValueError) as error:
            raise bad_request("a frame that is not base64") from error


REMOTE_COMMAND = (
    Protocol("v5.channel.k8s.io"),
    Protocol("v4.channel.k8s.io"),
    Protocol("v4.base64.channel.k8s.io", in_base64=True),
    Protocol("channel.k8s.io", statuses=False),
    Protocol("base64.channel.k8s.io", statuses=False, in_base64=True),
)
PORT_FORWARD = (Protocol("v4.channel.k8s.io"), Protocol("v4.base64.channel.k8s.io", in_base64=True))
PLAIN = Protocol(None, statuses=False)


def chosen(offered: list[str], known: tuple[Protocol, ...]) -> Protocol:
    """The best known protocol that the client offers; one that offers none gets plain frames. Raises 400 if none fits."""
    if not offered:
        return PLAIN
    for protocol in known:
        if protocol.name in offered:
            return protocol
    names = " ".join(str(protocol.name) for protocol in known)
    words = f"unable to negotiate protocol: client supports [{' '.join(offered)[:500]}], server supports [{names}]"
    raise ApiError(400, "BadRequest", words)
