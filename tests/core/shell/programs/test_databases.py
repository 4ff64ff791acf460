"""Clients of databases: see the table of curl for what they print."""

from __future__ import annotations

from cluster_core.shell.images import layer
from tests.core.shell.container import Container
from tests.core.shell.programs.internet import Internet


def curl(words: str) -> tuple[bytes, bytes, int | None]:
    container = Container("alpine", Internet())
    container.land.files.mounts[0].tree.layer = layer(
        "alpine", ("/usr/bin/curl", "/usr/bin/redis-cli", "/usr/bin/pg_isready")
    )
    container.start(words.split())
    container.run()
    return container.written.out, container.written.err, container.status


def test_a_server_that_does_not_answer() -> None:
    out, err, status = curl("redis-cli -h db -p 1 ping")
    assert (out, status) == (b"", 1)
    assert err == b"Could not connect to Redis at db:1: Connection refused\n"


def test_a_name_that_nobody_knows() -> None:
    assert curl("pg_isready -h nobody")[2] == 2
