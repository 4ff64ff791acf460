"""A server of its own for the tests with real clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.explorer.server_process import ServerProcess


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """`manage.py up`."""
    # Every test has a run, and they all belong to nobody.
    found = ServerProcess(tmp_path_factory.mktemp("var"), ORRERY_LIVE_RUNS="500", ORRERY_LIVE_RUNS_PER_OWNER="500")
    found.start()
    yield found
    found.end()
