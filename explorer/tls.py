"""HTTP and HTTPS on the same port: the first byte of a connection says which (0x16 begins a TLS handshake)."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet import reactor
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from explorer.certificates import Certificates

HANDSHAKE = 0x16
# A client that has not said anything, or has not finished its handshake, after this long is hung up on.
PATIENCE_S = 20.0
_reactor: Any = reactor


@implementer(IOpenSSLServerConnectionCreator)
class Contexts:
    """Begins TLS connections with the newest leaf (it changes when it is renewed or gets a name)."""

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates
        self._context: SSL.Context | None = None
        self._version = -1

    def serverConnectionForTLS(self, _protocol: Any) -> SSL.Connection:
        """OpenSSL's side of a new connection."""
        return SSL.Connection(self.context(), None)

    def context(self) -> SSL.Context:
        """The context for the next connection."""
        self._certificates.cover(())
        if self._context is None or self._version != self._certificates.version:
            self._version = self._certificates.version
            self._context = self._made()
        return self._context

    def _made(self) -> SSL.Context:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_options(SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION)
        key, leaf = self._certificates.key, self._certificates.leaf
        assert key is not None and leaf is not None
        context.use_privatekey(key)
        context.use_certificate(leaf)
        context.add_extra_chain_cert(self._certificates.authority)
        return context


class EitherFactory(Factory):
    """Serves what `plain` serves, over TLS to those who begin with a handshake."""

    noisy = False

    def __init__(self, plain: Any, certificates: Certificates) -> None:
        self.plain = plain
        creator: Any = Contexts(certificates)
        self.secure = TLSMemoryBIOFactory(creator, isClient=False, wrappedFactory=plain)

    def doStart(self) -> None:
        """The port begins to listen."""
        super().doStart()  # type: ignore[no-untyped-call]
        self.plain.doStart()

    def doStop(self) -> None:
        """The port is closed."""
        super().doStop()  # type: ignore[no-untyped-call]
        self.plain.doStop()

    def buildProtocol(self, addr: Any) -> Protocol:
        """A connection of which nothing is known yet."""
        return FirstByte(self)


class FirstByte(Protocol):
    """A connection until its first byte, and a watch over its handshake after that."""

    def __init__(self, factories: EitherFactory) -> None:
        self._factories = factories
        self._deadline: Any = None
        self._chosen: Any = None

    def connectionMade(self) -> None:
        """Somebody has connected."""
        self._deadline = _reactor.callLater(PATIENCE_S, self._give_up)

    def dataReceived(self, data: bytes) -> None:
        """The first bytes: from here on the connection is another protocol's."""
        transport: Any = self.transport
        is_secure = data[0] == HANDSHAKE
        factory = self._factories.secure if is_secure else self._factories.plain
        self._chosen = factory.buildProtocol(transport.getPeer())
        if not is_secure:
            self._deadline.cancel()
        transport.protocol = self._chosen
        self._chosen.makeConnection(transport)
        self._chosen.dataReceived(data)

    def connectionLost(self, reason: Any = None) -> None:
        """Gone before it said anything."""
        if self._deadline.active():
            self._deadline.cancel()

    def _give_up(self) -> None:
        transport: Any = self.transport
        if self._chosen is None or _is_shaking(self._chosen):
            transport.abortConnection()


def _is_shaking(secure: Any) -> bool:
    """Whether the TLS handshake is still under way. OpenSSL knows; Twisted tells only a wrapped protocol that asks for it."""
    return not secure.getHandle().get_finished()
