"""A server of its own for a benchmark: `manage.py up` on a loopback port with an empty database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8104"))
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class LiveServer:
    """The process; `started` is when it was launched (monotonic seconds)."""

    def __enter__(self) -> LiveServer:
        self._var = tempfile.TemporaryDirectory(prefix="orrery-bench-")
        environment = {**os.environ, "ORRERY_VAR": self._var.name}
        command = [sys.executable, "manage.py", "up", "--no-browser", "--port", str(PORT)]
        self.started = time.monotonic()
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "the server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate(timeout=60)
        self._var.cleanup()

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """One REST call."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{PORT}/api/v1/{path}"
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
            return json.load(answer)

    def stream(self, run: str) -> str:
        """The address of a run's stream."""
        return f"ws://127.0.0.1:{PORT}/ws/v1/runs/{run}/"

    def cpu(self) -> float:
        """CPU seconds that the server has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Bytes resident."""
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * PAGE
