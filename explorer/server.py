"""The server that `manage.py up` runs: daphne, with bodies limited while they arrive, and an end that loses nothing."""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import Any

from daphne import http_protocol, ws_protocol
from daphne.server import Server as Daphne
from twisted.internet import reactor
from twisted.internet.interfaces import ISSLTransport
from twisted.web.http import RESPONSES

from explorer import garbage, upkeep
from explorer.certificates import Certificates
from explorer.consumers import MESSAGE_MAX
from explorer.flow import FLOW, Flow
from explorer.security import BODY_MAX, too_large
from explorer.tls import EitherFactory

BACKLOG = 128
HANDSHAKE_S = 60
# Twisted types its reactor as the interface of the platform that it was packaged on.
_reactor: Any = reactor


class LimitedRequest(http_protocol.WebRequest):  # type: ignore[misc]
    """A request whose body is counted while it arrives: daphne itself would spool all of it before anybody looks."""

    _arrived = 0
    _refused = False

    def gotLength(self, length: int | None) -> None:
        """The header says how much will come; more than the limit is refused at once."""
        super().gotLength(length)
        if length is not None and length > BODY_MAX:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        """A part of the body."""
        self._arrived += len(data)
        if self._arrived > BODY_MAX:
            self._refuse()
        if not self._refused:
            super().handleContentChunk(data)

    def process(self) -> Any:
        """The whole request is here; a refused one is over already."""
        return None if self._refused else super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """What the server itself refuses, in plain text: programs read it more often than people do."""
        headers = [(b"Content-Type", b"text/plain; charset=utf-8")]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": f"{status} {status_text.decode()}: {body}\n".encode()})

    def _refuse(self) -> None:
        if self._refused:
            return
        self._refused = True
        # The address is the channel's until the request is whole.
        words = too_large(getattr(self.channel, "_path", b""))
        head = [
            b"HTTP/1.1 413 Content Too Large",
            b"Content-Type: application/json",
            b"Content-Length: " + str(len(words)).encode(),
            b"Connection: close",
        ]
        transport = self.channel.transport
        transport.write(b"\r\n".join(head) + b"\r\n\r\n" + words)
        # What still comes is thrown away until the client has read the answer and hangs up.
        _reactor.callLater(2, transport.abortConnection)


class PlainCloseProtocol(ws_protocol.WebSocketProtocol):  # type: ignore[misc]
    """A WebSocket that can be closed with every code a server may send: autobahn's `sendClose` takes 1000 and 3000 up only."""

    def serverClose(self, code: int | None = None) -> None:
        """The application closes."""
        self.sendCloseFrame(code=code or 1000)

    _refusal: tuple[int, dict[str, str]] | None = None

    def handle_reply(self, message: dict[str, Any]) -> None:
        """What the application says. Before it accepts, it may refuse with an HTTP answer of its own (ASGI "websocket.http.response")."""
        if message["type"] == "websocket.http.response.start":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            self._refusal = message["status"], headers
        elif message["type"] == "websocket.http.response.body":
            self._refuse(message.get("body", b""))
        else:
            super().handle_reply(message)

    def _refuse(self, body: bytes) -> None:
        if self._refusal is None or self.state != self.STATE_CONNECTING:
            return
        code, headers = self._refusal
        lines = [f"HTTP/1.1 {code} {RESPONSES.get(code, b'').decode()}", *(f"{k}: {v}" for k, v in headers.items())]
        self.sendData("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)
        self.server.protocol_disconnected(self)
        self.dropConnection(abort=False)

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        """The application sends. A browser may have gone meanwhile: the application is about to hear of it."""
        if self.state in (self.STATE_CONNECTING, self.STATE_OPEN):
            super().serverSend(content, binary)


class Server(Daphne):  # type: ignore[misc]
    """Serves an application on a socket until SIGTERM or SIGINT; then heads are saved and viewers told to come back.

    With `certificates` the same port speaks HTTPS too.
    """

    def __init__(self, application: Any, listener: socket.socket, certificates: Certificates | None = None) -> None:
        super().__init__(
            application=application,
            endpoints=["the listener"],
            signal_handlers=False,
            websocket_timeout=86_400,
            # A handshake is answered when the simulated API server has let it in, which may have to wait for its turn.
            websocket_connect_timeout=HANDSHAKE_S,
            websocket_handshake_timeout=HANDSHAKE_S,
            websocket_max_message_size=MESSAGE_MAX,
            websocket_max_frame_size=MESSAGE_MAX,
            ping_interval=20,
            ping_timeout=30,
            server_name="orrery",
            ready_callable=self._ready,
        )
        self.endpoints: list[Any] = []  # taken over in `_ready`: daphne's own words for a socket know only IPv4
        self._listener = listener
        self._certificates = certificates
        self._ending: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve."""
        # Daphne's factories have no other way in.
        http_protocol.WebRequest = LimitedRequest
        ws_protocol.WebSocketFactory.protocol = PlainCloseProtocol
        garbage.take_over()
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Begin a request or a stream: the application also learns whether the client takes what it is sent."""
        scope[FLOW] = Flow(protocol)
        if scope["type"] == "websocket":
            scope["extensions"] = {"websocket.http.response": {}}
            scope["scheme"] = "wss" if ISSLTransport.providedBy(protocol.transport) else "ws"
        return super().create_application(protocol, scope)

    def _ready(self) -> None:
        listener = self._listener
        listener.setblocking(False)
        factory: Any = self.http_factory
        if self._certificates is not None:
            factory = EitherFactory(factory, self._certificates)
        _reactor.adoptStreamPort(listener.fileno(), listener.family, factory)
        # A message that is too large is answered with 1009, not with a connection that breaks off.
        self.ws_factory.failByDrop = False
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)

    def _end(self) -> None:
        if self._ending is None:
            self._ending = asyncio.get_event_loop().create_task(self._finish())

    async def _finish(self) -> None:
        try:
            await upkeep.stop()
        finally:
            self.stop()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises `OSError` if the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)
