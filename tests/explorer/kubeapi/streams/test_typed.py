"""What a client sends, gathered into commands."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from explorer.flow import FLOW
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.streams import typed
from explorer.kubeapi.streams.channels import Protocol
from explorer.kubeapi.streams.typed import Typed

pytestmark = pytest.mark.asyncio


class Held:
    """The flow of a connection: whether it is held."""

    held = False

    def hold(self) -> None:
        self.held = True

    def release(self) -> None:
        self.held = False


class Side:
    """A client's side of a session."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.flow = Held()
        exchange = Exchange({FLOW: self.flow}, self.queue.get, self._never, "/")
        self.typed = Typed(exchange, Protocol("v5.channel.k8s.io"))
        self.reading = asyncio.ensure_future(self.typed.read())

    async def send(self, *frames: bytes) -> None:
        for frame in frames:
            self.queue.put_nowait({"type": "websocket.receive", "bytes": frame})
        for _ in range(2 * len(frames) + 2):
            await asyncio.sleep(0)

    async def _never(self, _message: dict[str, Any]) -> None:
        raise AssertionError


async def test_what_comes_together_is_one_command() -> None:
    side = Side()
    await side.send(b"\0one ", b"\0two", b'\x04{"Width":81,"Height":24}', b'\x04{"Width":80,"Height":24}', b"\xff\0")
    assert side.typed.take() == [
        ("resize", {"width": 81, "height": 24}),
        ("resize", {"width": 80, "height": 24}),
        ("stdin", {"data": "one two", "eof": True}),
    ]
    assert side.typed.take() == []
    side.reading.cancel()


async def test_much_input_is_several_commands_and_its_end_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "PIECE_MAX", 4)
    side = Side()
    await side.send(b"\0abcdef", b"\xff\0")
    assert side.typed.take() == [("stdin", {"data": "abcd"})]
    assert side.typed.came.is_set()
    assert side.typed.take() == [("stdin", {"data": "ef", "eof": True})]
    side.reading.cancel()


async def test_a_client_that_sends_too_fast_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "WAITING_MAX", 4)
    side = Side()
    await side.send(b"\0abcdef", b"\0ghi")
    assert side.flow.held
    assert side.queue.qsize() == 1
    assert side.typed.take() == [("stdin", {"data": "abcdef"})]
    await side.send()
    assert not side.flow.held
    assert side.typed.take() == [("stdin", {"data": "ghi"})]
    side.reading.cancel()


async def test_the_end_of_the_client_and_other_channels() -> None:
    side = Side()
    await side.send(b"\x01not for us", b"\xff\x01")
    assert side.typed.take() == []
    side.queue.put_nowait({"type": "websocket.disconnect"})
    await side.reading
    assert side.typed.failure is None
