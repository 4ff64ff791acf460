"""Whether a client reads: the connection says when it is full and when it has drained."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from explorer.flow import Flow

pytestmark = pytest.mark.asyncio


class Connection:
    """A request of the server."""

    def __init__(self) -> None:
        self.channel = self
        self.transport = self
        self.producer: Any = None
        self.aborted = False

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        assert streaming and self.producer is None
        self.producer = producer

    def unregisterProducer(self) -> None:
        self.producer = None

    def abortConnection(self) -> None:
        self.aborted = True


async def test_waits_while_the_connection_is_full() -> None:
    connection = Connection()
    flow = Flow(connection)
    assert await flow.ready(0.01)
    flow.begin()
    connection.producer.pauseProducing()
    waiting = asyncio.create_task(flow.ready(30))
    await asyncio.sleep(0)
    assert not waiting.done()
    connection.producer.resumeProducing()
    assert await waiting
    flow.end()
    assert connection.producer is None


async def test_a_client_that_does_not_read_is_noticed() -> None:
    connection = Connection()
    flow = Flow(connection)
    flow.begin()
    flow.pauseProducing()
    assert not await flow.ready(0.01)
    flow.abort()
    assert connection.aborted


async def test_a_stream_takes_the_place_of_the_channel_that_it_came_over() -> None:
    stream = Connection()
    stream.application_type = "websocket"  # type: ignore[attr-defined]
    stream.producer = "the channel"
    flow = Flow(stream)
    flow.begin()
    assert stream.producer is flow
    flow.end()
    assert stream.producer is None
