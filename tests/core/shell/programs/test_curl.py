"""curl."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("words", "out", "err", "status"),
    [
        ("curl -s http://web", b"hello\n", b"", 0),
        ("curl -sS nobody", b"", b"curl: (6) Could not resolve host: nobody\n", 6),
        ("curl -s web:81", b"", b"", 7),
        ("curl -sf web:404", b"", b"", 22),
        ("curl -s -o /dev/null -w %{http_code} web:404", b"404", b"", 0),
        ("curl -m 1 -sS web:9", b"", b"curl: (28) Connection timed out after 1001 milliseconds\n", 28),
        ("redis-cli -h db ping", b"PONG\n", b"", 0),
        ("pg_isready -h db", b"db:5432 - accepting connections\n", b"", 0),
        ("pg_isready -h db -p 1", b"db:1 - no response\n", b"", 2),
    ],
)
def test_answers(words: str, out: bytes, err: bytes, status: int) -> None:
    assert curl(words) == (out, err, status)
