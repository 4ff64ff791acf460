"""A learner's machine: a home of its own, a kubeconfig of a run, one kubectl, and bash for the lines of a transcript."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.clients.transcript import Row, difference
from tests.explorer.server_process import ServerProcess

FILES = Path(__file__).with_name("files")
VERSIONS = ("1.31", "1.32", "1.33")
PATIENCE_S = 120
SPEED = 10
# `lines 3 command …` prints the first three lines of a command that does not end by itself, and ends it.
# `answered / command …` starts a command that listens, asks there for a path, ends it; prints what it said and the code of the answer.
PRELUDE = """
lines() { head -n "$1" < <(shift; exec "$@" 2>&1); kill $! 2>/dev/null; true; }
answered() {
  path=$1; shift
  : > said.txt
  "$@" > said.txt 2>&1 &
  until address=$(grep -som1 '127.0.0.1:[0-9]*' said.txt) || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
  code=$(curl -s -m 30 -o answer.txt -w '%{http_code}' "http://$address$path")
  kill $! 2>/dev/null
  cat said.txt; echo "HTTP $code"
}
"""


def binaries() -> dict[str, str]:
    """The kubectls of this machine by version, or the one that only calls itself kubectl."""
    path = f"/usr/lib/google-cloud-sdk/bin{os.pathsep}{os.environ.get('PATH', '')}"
    found = {version: shutil.which(f"kubectl.{version}", path=path) for version in VERSIONS}
    known = {version: binary for version, binary in found.items() if binary}
    other = shutil.which("kubectl")
    if known or other is None:
        return known
    version = _version(other)
    # Older ones speak SPDY, newer ones print other words.
    return {version: other} if version in VERSIONS else {}


def _version(binary: str) -> str:
    printed = subprocess.run(
        [binary, "version", "--client", "-o", "yaml"], capture_output=True, text=True, check=True
    ).stdout
    told = yaml.safe_load(printed)["clientVersion"]
    return f"{told['major']}.{told['minor']}".strip("+")


class Run:
    """A run of a server that plays, and a kubeconfig of it."""

    def __init__(self, server: ServerProcess, variant: str = "https", nodes: int = 3, speed: int = SPEED) -> None:
        self.server = server
        self.made = server.call("POST", "runs/", {"seed": 1, "config": {"nodes": nodes}})
        self.id, self.token = self.made["id"], self.made["token"]
        self.kubeconfig = server.text(f"runs/{self.id}/kubeconfig?variant={variant}", self.token)
        if speed:
            self.clock({"action": "speed", "factor": speed})
            self.clock({"action": "play"})

    def clock(self, body: dict[str, Any]) -> Any:
        """One call of the run's clock."""
        return self.server.call("POST", f"runs/{self.id}/clock/", body, self.token)

    def requests(self) -> list[dict[str, Any]]:
        """The last requests of clients, as the server tells them."""
        found: list[dict[str, Any]] = self.server.call("GET", f"runs/{self.id}/requests/", token=self.token)["items"]
        return found


class Machine:
    """Where the lines of a transcript are typed."""

    def __init__(self, folder: Path, kubeconfig: str, kubectl: str = "") -> None:
        self.folder = folder / "files"
        shutil.copytree(FILES, self.folder)
        (folder / "config").write_text(kubeconfig)
        (folder / "bin").mkdir()
        if kubectl:
            (folder / "bin" / "kubectl").symlink_to(kubectl)
        self.environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
            "HOME": str(folder),
            "KUBECONFIG": str(folder / "config"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    def typed(self, line: str, patience_s: float = PATIENCE_S) -> tuple[str, int]:
        """What a line prints on both its outputs, in the order of writing, and its exit code; 124 when it does not end in time."""
        process = subprocess.Popen(
            ["bash", "-c", PRELUDE + line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            printed, _ = process.communicate(timeout=patience_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            printed, _ = process.communicate()
            return f"{printed}\n(still running after {patience_s} s)", 124
        return printed, process.returncode

    def differences(self, row: Row) -> str:
        """What is wrong with the answers to a row's commands; "" if nothing is."""
        patience_s = 20 if row.pending else PATIENCE_S
        found = []
        for step in row.steps:
            printed, code = self.typed(step.line, patience_s)
            found.append(difference(step, printed, code))
            if found[-1] and row.pending:
                break
        return "\n".join(filter(None, found))
