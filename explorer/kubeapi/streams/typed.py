"""What a client of exec or attach has sent and the run has not been given yet: bytes that come together are one command of the log."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from cluster_core.api.errors import ApiError, bad_request
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.streams.channels import CLOSE, RESIZE, STDIN, Protocol

# What waits, what one command carries, and all that one session may send.
WAITING_MAX, PIECE_MAX, TOTAL_MAX = 512 * 1024, 256 * 1024, 8 << 20
SIDE_MAX = 9_999


class Typed:
    """Filled by `read` as frames come, emptied by `take`."""

    def __init__(self, exchange: Exchange, protocol: Protocol) -> None:
        self._exchange, self._protocol = exchange, protocol
        self._data = bytearray()
        self._total = 0
        self._sizes: list[tuple[int, int]] = []
        self._eof = False
        self._taken = asyncio.Event()
        self.came = asyncio.Event()
        self.failure: ApiError | None = None

    async def read(self) -> None:
        """Take what comes until the client is gone, or sends what cannot be understood (`failure`). Too much has to wait."""
        flow = self._exchange.flow
        try:
            while True:
                message = await self._exchange.receive()
                if message["type"] == "websocket.disconnect":
                    return
                self._note(*self._protocol.unframed(message))
                self.came.set()
                if len(self._data) > WAITING_MAX:
                    self._taken.clear()
                    if flow is not None:
                        flow.hold()
                    await self._taken.wait()
                    if flow is not None:
                        flow.release()
        except ApiError as error:
            self.failure = error

    def take(self) -> list[tuple[str, dict[str, Any]]]:
        """The commands that what has come makes, without their session."""
        self.came.clear()
        found: list[tuple[str, dict[str, Any]]] = []
        # kubectl makes the terminal one column wider and back, so that what is in it is drawn: both count.
        found += [("resize", {"width": width, "height": height}) for width, height in self._sizes]
        self._sizes = []
        piece = bytes(self._data[:PIECE_MAX])
        del self._data[:PIECE_MAX]
        if self._data:
            self.came.set()
        ends = self._eof and not self._data
        if piece or ends:
            found.append(("stdin", {"data": piece.decode("latin-1"), **({"eof": True} if ends else {})}))
            self._eof = self._eof and not ends
        if len(self._data) <= WAITING_MAX:
            self._taken.set()
        return found

    def _note(self, channel: int, data: bytes) -> None:
        if channel == STDIN:
            self._total += len(data)
            if self._total > TOTAL_MAX:
                raise ApiError(413, "RequestEntityTooLarge", f"a session takes at most {TOTAL_MAX >> 20} MiB of input")
            self._data += data
        elif channel == RESIZE:
            self._sizes = [*self._sizes[:1], _size(data)]
        elif channel == CLOSE:
            self._eof = self._eof or data[:1] == bytes([STDIN])


def _size(data: bytes) -> tuple[int, int]:
    try:
        found = msgspec.json.decode(data, type=dict[str, int])
    except msgspec.DecodeError as error:
        raise bad_request("the size of the terminal cannot be read") from error
    sides = [max(1, min(found.get(name, 0), SIDE_MAX)) for name in ("Width", "Height")]
    return sides[0], sides[1]
