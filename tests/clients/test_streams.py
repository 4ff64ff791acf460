"""Streams with real kubectl: terminals, copies, logs that are followed to their end, forwarded ports, debugging. Over HTTPS."""

from __future__ import annotations

import hashlib
import http.client
import os
import pty
import random
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.machine import PATIENCE_S, Machine, Run, binaries
from tests.explorer.server_process import ServerProcess

BINARIES = binaries()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BINARIES, reason="there is no kubectl here")]
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: box}
spec: {containers: [{name: c, image: busybox, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ends}
spec:
  restartPolicy: Never
  containers: [{name: c, image: busybox, command: [sh, -c, "for i in 1 2 3; do echo line $i; sleep 3; done; printf end"]}]
"""


class Terminal:
    """A program at a pseudo-terminal."""

    def __init__(self, machine: Machine, *words: str) -> None:
        self.shown = ""
        self.pid, self.file = pty.fork()
        if not self.pid:
            os.execvpe(words[0], list(words), machine.environment)

    def wait(self, pattern: str) -> str:
        """Read until the screen matches; what came before is gone afterwards."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := re.search(pattern, self.shown)) is None:
            assert time.monotonic() < deadline, f"no {pattern!r} in {self.shown!r}"
            assert self._read(1.0), f"it ended: {self.shown!r}"
        before, self.shown = self.shown[: found.end()], self.shown[found.end() :]
        return before

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.file, keys.encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read(1.0):
            assert time.monotonic() < deadline, self.shown
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _read(self, patience_s: float) -> bool:
        if not select.select([self.file], [], [], patience_s)[0]:
            return True
        try:
            data = os.read(self.file, 65_536)
        except OSError:
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)


@pytest.fixture(scope="module", params=sorted(BINARIES) or [""])
def machine(request: pytest.FixtureRequest, server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine with pods that are up."""
    made = Machine(tmp_path_factory.mktemp("machine"), Run(server).kubeconfig, BINARIES[request.param])
    (made.folder / "streams.yaml").write_text(PODS)
    printed, code = made.typed("kubectl apply -f streams.yaml && kubectl wait --for=condition=Ready pod/box pod/web")
    assert code == 0, printed
    return made


def test_a_shell_at_a_terminal(machine: Machine) -> None:
    terminal = Terminal(machine, "kubectl", "exec", "-it", "box", "--", "sh")
    terminal.wait("/ # ")
    terminal.type("cd /tmp; echo $((6*7))\r")
    assert "\r\n42\r\n" in terminal.wait("/tmp # ")
    terminal.type("sleep 1000\r")
    terminal.wait("sleep 1000\r\n")
    terminal.type("\x03")
    terminal.wait("/tmp # ")
    terminal.type("exit 5\r")
    assert terminal.end() == 5
    assert "command terminated with exit code 5" in terminal.shown


@pytest.mark.parametrize(
    "words",
    [
        "run -it --rm t --image=busybox --restart=Never -- sh",
        "debug -it web --image=busybox --target=c -- sh",
        "debug -it web --image=busybox --copy-to=twin -- sh",
        "debug -it node/node-1 --image=busybox -- sh",
    ],
)
def test_a_shell_of_a_new_container(machine: Machine, words: str) -> None:
    terminal = Terminal(machine, "kubectl", *words.split())
    # The prompt was there before anybody was attached; the size of the window brings it back.
    terminal.wait("/ # ")
    terminal.type("echo a$((1+1))\r")
    terminal.wait("\r\na2\r\n")
    terminal.type("exit\r")
    assert terminal.end() == 0


def test_copies_both_ways(machine: Machine) -> None:
    tree = machine.folder / "tree"
    tree.mkdir()
    (tree / "small").write_text("one\n")
    (tree / "large").write_bytes(random.Random(1).randbytes(700_000))
    digest = hashlib.md5((tree / "large").read_bytes()).hexdigest()
    printed, code = machine.typed("kubectl cp tree box:/opt/ && kubectl exec box -- md5sum /opt/tree/large")
    assert (printed, code) == (f"{digest}  /opt/tree/large\n", 0)
    printed, code = machine.typed("kubectl cp box:/opt/tree back && diff -r tree back && rm -r tree back")
    assert code == 0, printed
    printed, code = machine.typed("kubectl cp nosuch.file box:/opt/; kubectl cp box:/nosuch x")
    assert "nosuch" in printed


def test_input_output_and_codes(machine: Machine) -> None:
    large = "head -c 300000 /dev/zero | tr '\\0' x | kubectl exec -i box -- wc -c"
    assert machine.typed(large) == ("300000\n", 0)
    assert machine.typed("kubectl exec box -- sh -c 'exit 9' 2>/dev/null")[1] == 9
    assert machine.typed("kubectl exec -i box -- head -1 < <(echo a; echo b)") == ("a\n", 0)
    # Interrupting kubectl ends what it has started.
    assert machine.typed("timeout -s INT 2 kubectl exec box -- sleep 7777")[1] != 0
    assert machine.typed("until ! kubectl exec box -- ps | grep -q 7777; do sleep 0.2; done") == ("", 0)


def test_logs_are_followed_to_the_end(machine: Machine) -> None:
    assert machine.typed("kubectl logs -f ends") == ("line 1\nline 2\nline 3\nend", 0)
    printed, _ = machine.typed("kubectl logs ends --timestamps --tail=2")
    assert re.fullmatch(r"(2025-01-01T\S{18}Z (line 3|end)\n?){2}", printed), printed


@pytest.fixture
def forwarded(machine: Machine) -> Iterator[tuple[int, int, Path]]:
    """Two forwarded ports, one of which nobody listens at, and what kubectl says."""
    said = machine.folder / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [machine.environment["PATH"].partition(os.pathsep)[0] + "/kubectl", "port-forward", "web", ":80", ":81"],
            env=machine.environment,
            stdout=file,
            stderr=file,
        )
    deadline = time.monotonic() + PATIENCE_S
    while len(ports := re.findall(r"127\.0\.0\.1:(\d+)", said.read_text())) < 2:
        assert time.monotonic() < deadline and process.poll() is None, said.read_text()
        time.sleep(0.05)
    yield int(ports[0]), int(ports[1]), said
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE_S)


def test_forwarded_ports(machine: Machine, forwarded: tuple[int, int, Path]) -> None:
    port, nobody, said = forwarded
    for path, code in [("/", 200), ("/nosuch", 404)] * 3:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("GET", path, headers={"User-Agent": "test"})
        answer = connection.getresponse()
        assert (answer.status, b"nginx" in answer.read()) == (code, True)
        connection.close()
    assert '"GET /nosuch HTTP/1.1" 404' in machine.typed("kubectl logs web --tail=1")[0]
    connection = http.client.HTTPConnection("127.0.0.1", nobody, timeout=PATIENCE_S)
    connection.connect()
    connection.putrequest("GET", "/")
    connection.endheaders()
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.getresponse()
    deadline = time.monotonic() + PATIENCE_S
    while "connection refused" not in said.read_text():
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.05)
    assert f"an error occurred forwarding {nobody} -> 81: error forwarding port 81 to pod" in said.read_text()
