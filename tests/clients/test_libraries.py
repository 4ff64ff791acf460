"""The client libraries against a real server. Each is skipped where it is not installed: `pip install -r requirements-clients.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.machine import Run
from tests.clients.operations import LIBRARIES, NODE, PENDING, results, version
from tests.explorer.server_process import ServerProcess

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("library", [*LIBRARIES, NODE])
def test_library(server: ServerProcess, tmp_path: Path, library: str) -> None:
    if not version(library):
        pytest.skip(f"{library} is not installed")
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(Run(server).kubeconfig)
    found = results(library, kubeconfig)
    assert {name: wrong for name, wrong in found.items() if wrong and name not in PENDING} == {}
    assert len(found) >= 10
