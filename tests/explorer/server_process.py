"""`manage.py up` as a process of its own, on a free port with a database of its own; can be killed and started again."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120


class ServerProcess:
    """One server. Without `port` it takes any free one, and keeps it over restarts."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var = var
        self.port = 0
        self.environment = environment
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        """Start, and wait until it has printed its address and answers."""
        command = [sys.executable, "-W", "error", "manage.py", "up", "--no-browser", "--port", str(self.port), *options]
        environment = {**os.environ, "ORRERY_VAR": str(self.var), **self.environment}
        environment.pop("PORT", None)
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline()]
        while (found := re.search(r":(\d+)/", lines[-1])) is None:
            # It may say that it installs what is missing, before it says where it is.
            assert lines[-1], f"no address printed: {lines}"
            lines.append(self.process.stdout.readline())
        self.port = int(found[1])
        self._wait_until_ready()

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit code, and what was printed after the address."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        printed, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, printed

    def end(self) -> None:
        """Make sure that it does not outlive its test."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """One REST call; returns the JSON of the answer, raises on an error status."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def text(self, path: str, token: str) -> str:
        """The text that a GET of the REST API answers, raises on an error status."""
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            found: str = answer.read().decode()
            return found

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            assert self.process is not None
            assert self.process.poll() is None, "the server ended"
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError, http.client.HTTPException):
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)
