"""The real server on a real socket: limits that hold before Django is asked, close codes, addresses, how it starts and ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from daphne import ws_protocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from explorer.consumers import MESSAGE_MAX
from explorer.server import PlainCloseProtocol
from tests.explorer.server_process import PATIENCE_S, ROOT, ServerProcess

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for the tests that only ask."""
    found = ServerProcess(tmp_path_factory.mktemp("var"))
    found.start()
    yield found
    found.end()


def ask(server: ServerProcess, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize(("state", "sent"), [("STATE_OPEN", ["frame"]), ("STATE_CLOSING", []), ("STATE_CLOSED", [])])
def test_a_frame_for_a_browser_that_has_gone_is_dropped(
    monkeypatch: pytest.MonkeyPatch, state: str, sent: list[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        ws_protocol.WebSocketProtocol, "serverSend", lambda _self, content, _binary: seen.append(content)
    )
    protocol = PlainCloseProtocol()
    protocol.state = getattr(protocol, state)
    protocol.serverSend("frame")
    assert seen == sent


def until_refused(server: ServerProcess, head: str, chunk: bytes, most: int) -> tuple[bytes, int]:
    """Send a body until the server answers or hangs up; the answer, and how much was sent."""
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as line:
        line.sendall(head.encode())
        line.settimeout(0.01)
        while sent < most and not answer:
            try:
                line.sendall(chunk)
                sent += len(chunk)
                answer = line.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    return answer, sent


def test_a_body_of_200_mb_is_refused_after_three(server: ServerProcess) -> None:
    head = f"POST /api/v1/runs/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer, sent = until_refused(server, head + "Transfer-Encoding: chunked\r\n\r\n", chunk, 200_000_000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    assert sent < 20_000_000
    declared, sent = until_refused(server, head + "Content-Length: 200000000\r\n\r\n", b"x" * 65_536, 200_000_000)
    assert declared.startswith(b"HTTP/1.1 413")
    assert sent < 20_000_000
    assert server.call("GET", "scenarios/")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
def test_a_stream_of_another_origin_gets_403(server: ServerProcess, origin: str) -> None:
    run = server.call("POST", "runs/", {"seed": 1})
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run['id']}/", origin=origin)
    assert refused.value.response.status_code == 403


def test_a_stream_of_this_origin_is_accepted(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"seed": 1})
    with connect(f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run['id']}/", origin=server.url) as line:
        assert json.loads(line.recv(timeout=PATIENCE_S))["t"] == "hello"


def closed_with(server: ServerProcess, run_id: str, message: str | bytes) -> int | None:
    with connect(f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run_id}/", max_size=None) as line:
        try:
            line.send(message)
            while True:
                line.recv(timeout=PATIENCE_S)
        except ConnectionClosed:
            return line.close_code


def test_close_codes_arrive(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"seed": 1})
    assert closed_with(server, run["id"], "garbage") == 1008
    assert closed_with(server, run["id"], "[" * 50_000) == 1008
    assert closed_with(server, run["id"], b"\x00") == 1008
    assert closed_with(server, run["id"], "x" * (MESSAGE_MAX + 1)) == 1009
    assert closed_with(server, "nothing", "") == 4404
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{server.port}/ws/v1/nothing/")
    assert server.call("GET", f"runs/{run['id']}/")["event"] == 0


def test_requests_that_are_none_do_no_harm(server: ServerProcess) -> None:
    for text in (
        b"\x00" * 1000,
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G" * 100_000,
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        # It may hang up before we have finished.
        with line, contextlib.suppress(OSError):
            line.sendall(text)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65_536):
                pass
    assert server.call("GET", "scenarios/")


def test_health_and_metrics(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"scenario": "first-deployment", "play": True})
    server.call("POST", f"runs/{run['id']}/clock/", {"action": "advance", "by": "5s"}, run["token"])
    with connect(f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run['id']}/") as line:
        for _ in range(3):
            line.recv(timeout=PATIENCE_S)
            server.call("POST", f"runs/{run['id']}/clock/", {"action": "step"}, run["token"])
        status, headers, body = ask(server, "GET", "/metrics")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
    figures = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))
    assert float(figures["orrery_live_runs"]) >= 1
    assert float(figures["orrery_viewers"]) == 1
    assert float(figures["orrery_events_total"]) > 100
    assert float(figures["orrery_frames_total"]) >= 1
    assert float(figures["orrery_loop_lag_seconds_count"]) >= 1
    assert [ask(server, "GET", path)[0] for path in ("/livez", "/readyz")] == [200, 200]


def test_pages_are_served_with_their_files(server: ServerProcess) -> None:
    status, headers, body = ask(server, "GET", "/")
    assert status == 200
    assert "no such" not in body.decode()
    for name in ("app.js", "app.css"):
        path = f"/static/explorer/{name}"
        assert path in body.decode()
        assert ask(server, "GET", path)[0] == 200
    assert headers["x-content-type-options"] == "nosniff"
    assert ask(server, "GET", "/runs/nothing/")[0] == 404
    assert ask(server, "GET", "/livez/")[0] == 404


def up(var: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py up` that is expected to end by itself."""
    command = [sys.executable, "manage.py", "up", "--no-browser", *options]
    given = {**os.environ, "ORRERY_VAR": str(var), **environment}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_a_port_in_use_is_a_sentence(server: ServerProcess, tmp_path: Path) -> None:
    for answer in (up(tmp_path, "--port", str(server.port)), up(tmp_path, PORT=str(server.port))):
        assert answer.returncode == 1
        assert f"port {server.port} is in use" in answer.stderr
        assert "Traceback" not in answer.stderr


def test_an_open_address_answers_under_any_name(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    try:
        server.start("--host", "0.0.0.0")
        for host in ("192.168.7.7:8000", "orrery.lan", f"127.0.0.1:{server.port}"):
            assert ask(server, "GET", "/", Host=host)[0] == 200
            run = server.call("POST", "runs/", {"seed": 1})
            address = f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run['id']}/"
            with connect(address, origin=server.url) as line:
                assert json.loads(line.recv(timeout=PATIENCE_S))["t"] == "hello"
    finally:
        server.end()


def test_the_loopback_address_answers_under_its_own_names_only(server: ServerProcess) -> None:
    status, headers, body = ask(server, "GET", "/api/v1/runs/", Host="evil.example")
    assert (status, headers["content-type"]) == (400, "application/json")
    assert json.loads(body)["error"]


def test_another_database(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.sqlite3"
    server = ServerProcess(tmp_path, DATABASE_URL=f"sqlite:///{path}")
    try:
        server.start()
        run: dict[str, Any] = server.call("POST", "runs/", {"seed": 1})
        server.kill()
        server.start()
        assert server.call("GET", f"runs/{run['id']}/")["state_hash"] == run["state_hash"]
        assert path.stat().st_size > 0
    finally:
        server.end()
