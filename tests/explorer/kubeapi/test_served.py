"""The Kubernetes API on real sockets: TLS by the server's own authority, streams, clients that do not read, handshakes that are refused."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.explorer.server_process import PATIENCE_S, ServerProcess

pytestmark = pytest.mark.slow
MAPS = "/api/v1/namespaces/default/configmaps"
KUBECTL = [
    path
    for version in ("1.31", "1.32", "1.33")
    if (path := shutil.which(f"kubectl.{version}", path=f"/usr/lib/google-cloud-sdk/bin:{os.environ.get('PATH', '')}"))
]


class Machine:
    """A machine with a kubeconfig."""

    def __init__(self, server: ServerProcess, folder: Path, variant: str = "https") -> None:
        self.run = server.call("POST", "runs/", {"seed": 1})
        text = self._fetched(server, f"/api/v1/runs/{self.run['id']}/kubeconfig?variant={variant}")
        self.file = folder / f"{self.run['id']}.yaml"
        self.file.write_text(text)
        config = yaml.safe_load(text)
        self.address = urlsplit(config["clusters"][0]["cluster"]["server"])
        self.token = config["users"][0]["user"].get("token", "")
        self.context: ssl.SSLContext | None = None
        if self.address.scheme == "https":
            self.context = ssl.create_default_context(cafile=str(server.var / "tls" / "ca.crt"))

    def connection(self) -> http.client.HTTPConnection:
        """A new connection."""
        host, port = str(self.address.hostname), int(self.address.port or 0)
        if self.context is not None:
            return http.client.HTTPSConnection(host, port, timeout=PATIENCE_S, context=self.context)
        return http.client.HTTPConnection(host, port, timeout=PATIENCE_S)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One request."""
        connection = self.connection()
        connection.request(method, self.address.path + path, None if body is None else json.dumps(body), self.headers())
        answer = connection.getresponse()
        found = json.loads(answer.read())
        connection.close()
        return answer.status, found

    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _fetched(self, server: ServerProcess, path: str) -> str:
        connection = http.client.HTTPConnection("localhost", server.port, timeout=PATIENCE_S)
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.run['token']}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, text
        return text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    found = ServerProcess(tmp_path_factory.mktemp("var"))
    found.start()
    yield found
    found.end()


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


@pytest.mark.parametrize("variant", ["https", "http"])
def test_reads_writes_and_a_watch(server: ServerProcess, tmp_path: Path, variant: str) -> None:
    machine = Machine(server, tmp_path, variant)
    assert machine.address.scheme == variant
    assert machine.ask("POST", MAPS, config_map("a"))[0] == 201
    code, listed = machine.ask("GET", MAPS)
    assert code == 200
    watch = machine.connection()
    query = f"?watch=true&resourceVersion={listed['metadata']['resourceVersion']}"
    watch.request("GET", machine.address.path + MAPS + query, headers=machine.headers())
    lines = watch.getresponse()
    assert lines.getheader("Content-Type") == "application/json"
    assert lines.getheader("Transfer-Encoding") == "chunked"
    machine.ask("POST", MAPS, config_map("b"))
    assert json.loads(lines.readline())["object"]["metadata"]["name"] == "b"
    watch.close()


def test_wrong_tokens(server: ServerProcess, tmp_path: Path) -> None:
    machine = Machine(server, tmp_path)
    machine.token += "x"
    code, status = machine.ask("GET", MAPS)
    assert (code, status["message"], status["reason"]) == (401, "Unauthorized", "Unauthorized")


def websocket(machine: Machine, path: str, **more: Any) -> Any:
    scheme = "wss" if machine.context is not None else "ws"
    address = f"{scheme}://{machine.address.netloc}{machine.address.path}{path}"
    return connect(address, ssl=machine.context, additional_headers=machine.headers(), max_size=None, **more)


@pytest.mark.parametrize("variant", ["https", "http"])
def test_a_watch_over_a_websocket(server: ServerProcess, tmp_path: Path, variant: str) -> None:
    machine = Machine(server, tmp_path, variant)
    machine.ask("POST", MAPS, config_map("a"))
    with websocket(machine, f"{MAPS}?watch=1", origin="http://headlamp.example") as line:
        names = set()
        while "a" not in names:
            names.add(json.loads(line.recv(timeout=PATIENCE_S))["object"]["metadata"]["name"])
        machine.ask("DELETE", f"{MAPS}/a")
        while json.loads(line.recv(timeout=PATIENCE_S))["type"] != "DELETED":
            pass


@pytest.mark.parametrize(("path", "code"), [(f"{MAPS}?watch=1&resourceVersion=x", 400), ("/apis/nothing/v1/x", 404)])
def test_a_handshake_is_refused_with_a_status(server: ServerProcess, tmp_path: Path, path: str, code: int) -> None:
    machine = Machine(server, tmp_path)
    with pytest.raises(InvalidStatus) as refused:
        websocket(machine, path)
    response = refused.value.response
    assert response.status_code == code
    assert json.loads(response.body or b"")["kind"] == "Status"
    # The server goes on.
    assert machine.ask("GET", MAPS)[0] == 200


def test_who_reads_late_gets_everything_in_order(server: ServerProcess, tmp_path: Path) -> None:
    """More than the buffers of the kernel and the server hold: the rest waits in the history of the API server."""
    machine = Machine(server, tmp_path, "http")
    _, listed = machine.ask("GET", MAPS)
    late = socket.socket()
    late.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    late.settimeout(PATIENCE_S)
    late.connect((str(machine.address.hostname), int(machine.address.port or 0)))
    query = f"?watch=true&resourceVersion={listed['metadata']['resourceVersion']}"
    late.sendall(f"GET {machine.address.path}{MAPS}{query} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    large = "x" * 200_000
    for number in range(40):
        assert machine.ask("POST", MAPS, config_map(f"m-{number:02}", x=large))[0] == 201
    with late.makefile("rb") as lines:
        while lines.readline().strip():
            pass
        names = [json.loads(lines.readline())["object"]["metadata"]["name"] for _ in range(40)]
    late.close()
    assert names == [f"m-{number:02}" for number in range(40)]


@pytest.mark.parametrize("variant", ["https", "http"])
def test_a_large_list_arrives_whole(server: ServerProcess, tmp_path: Path, variant: str) -> None:
    machine = Machine(server, tmp_path, variant)
    for number in range(10):
        assert machine.ask("POST", MAPS, config_map(f"m-{number}", x="x" * 300_000))[0] == 201
    code, listed = machine.ask("GET", MAPS)
    assert code == 200
    assert sum(len(item.get("data", {}).get("x", "")) for item in listed["items"]) == 3_000_000
    # Who hangs up in the middle harms nobody.
    gone = machine.connection()
    gone.request("GET", machine.address.path + MAPS, headers=machine.headers())
    gone.getresponse().read(1000)
    gone.close()
    assert machine.ask("GET", MAPS)[0] == 200


def test_bodies_that_are_too_large_get_a_status(server: ServerProcess, tmp_path: Path) -> None:
    machine = Machine(server, tmp_path, "http")
    connection = machine.connection()
    connection.putrequest("POST", machine.address.path + MAPS)
    connection.putheader("Content-Length", "200000000")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["reason"] == "RequestEntityTooLarge"


@pytest.mark.parametrize("sent", [b"GET /k8s/x/\x80 HTTP/1.0\r\n\r\n", b"GET /k8s/x HTTP/1.0\r\nA\x01: b\r\n\r\n"])
def test_what_is_no_http_gets_no_page(server: ServerProcess, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as line:
        line.sendall(sent)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    assert answer.split(b" ")[1] == b"400"
    assert b"<html" not in answer.lower()


@pytest.mark.skipif(not KUBECTL, reason="no kubectl here")
@pytest.mark.parametrize("binary", KUBECTL)
def test_kubectl_works(server: ServerProcess, tmp_path: Path, binary: str) -> None:
    machine = Machine(server, tmp_path)
    environment = {**os.environ, "HOME": str(tmp_path), "KUBECONFIG": str(machine.file)}

    def kubectl(*words: str, given: str = "") -> str:
        done = subprocess.run(
            [binary, *words], env=environment, input=given, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    manifest = json.dumps(config_map("a", x="1"))
    assert "Server Version: v1.33." in kubectl("version")
    assert kubectl("apply", "-f", "-", given=manifest) == "configmap/a created\n"
    assert kubectl("apply", "-f", "-", given=manifest) == "configmap/a unchanged\n"
    assert kubectl("get", "configmap", "a").splitlines()[0].split() == ["NAME", "DATA", "AGE"]
    assert kubectl("label", "configmap", "a", "b=c") == "configmap/a labeled\n"
    assert kubectl("delete", "configmap", "a") == 'configmap "a" deleted\n'
    assert "coredns" in kubectl("get", "pods", "-A")
