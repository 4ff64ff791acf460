"""HTTP and HTTPS on one port, on real sockets: who begins with a handshake gets TLS."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from explorer import tls
from explorer.certificates import Certificates
from explorer.tls import Contexts, EitherFactory
from tests.explorer.server_process import PATIENCE_S, ServerProcess


def test_a_context_is_made_again_when_the_leaf_changes(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    contexts = Contexts(certificates)
    first = contexts.context()
    assert contexts.context() is first
    certificates.cover(["elsewhere.example"])
    assert contexts.context() is not first


class Line:
    """A transport."""

    def __init__(self) -> None:
        self.protocol = None
        self.aborted = False

    def getPeer(self) -> str:
        return "peer"

    def abortConnection(self) -> None:
        self.aborted = True


def test_who_says_nothing_is_hung_up_on(tmp_path: Path) -> None:
    protocol = EitherFactory(None, Certificates(tmp_path)).buildProtocol(None)
    line = Line()
    protocol.makeConnection(line)
    assert protocol._deadline.active()
    protocol._give_up()
    assert line.aborted
    protocol.connectionLost()
    assert not protocol._deadline.active()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    found = ServerProcess(tmp_path_factory.mktemp("var"))
    found.start()
    yield found
    found.end()


def trusting(server: ServerProcess) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.var / "tls" / "ca.crt"))


def asked(line: socket.socket, path: str) -> bytes:
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    found = b""
    while chunk := line.recv(65_536):
        found += chunk
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_port_speaks_both(server: ServerProcess, name: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as plain:
        assert asked(plain, "/livez").endswith(b"ok")
    with (
        socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as plain,
        trusting(server).wrap_socket(plain, server_hostname=name) as secure,
    ):
        assert secure.version() in ("TLSv1.2", "TLSv1.3")
        assert asked(secure, "/livez").endswith(b"ok")


@pytest.mark.slow
def test_streams_of_the_page_work_over_tls(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"seed": 1})
    origin, context = f"https://localhost:{server.port}", trusting(server)
    address = f"wss://localhost:{server.port}/ws/v1/runs/{run['id']}/"
    with connect(address, ssl=context, origin=origin) as line:  # type: ignore[arg-type]
        assert json.loads(line.recv(timeout=PATIENCE_S))["t"] == "hello"


@pytest.mark.slow
@pytest.mark.parametrize("garbage", [b"\x16garbage that is no handshake" * 50, b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n"])
def test_garbage_is_hung_up_on_and_harms_nobody(server: ServerProcess, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as line:
        line.sendall(garbage)
        while line.recv(65_536):
            pass
    assert server.call("GET", "scenarios/")


@pytest.mark.slow
def test_an_old_protocol_is_refused(server: ServerProcess) -> None:
    context = trusting(server)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as line,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(line, server_hostname="localhost")


@pytest.mark.slow
def test_a_handshake_that_does_not_go_on_ends(server: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 3 * tls.PATIENCE_S) as line:
        line.sendall(bytes([tls.HANDSHAKE, 3, 1, 2, 0]))
        try:
            assert line.recv(100) == b""
        except ConnectionResetError:
            return
