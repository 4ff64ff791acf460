"""What a store of logs says over HTTP."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cluster_core.cluster.log_store import LogStores, answer
from cluster_core.log_collection.line import written
from tests.core.log_collection.test_line import LINE


def ask(world: Any, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, bytes]:
    return answer(world, "uid", method, path, body)


@pytest.fixture
def world() -> Any:
    return SimpleNamespace(log_stores=LogStores(), sim=SimpleNamespace(now=2_000_000))


def test_lines_are_taken_and_found(world: Any) -> None:
    assert ask(world, "/insert/jsonline", "POST", written([LINE])) == (200, b"")
    code, body = ask(world, "/select/logsql/query?query=pod:web-1")
    assert code == 200 and b"web-1" in body
    assert ask(world, "/select/logsql/query?query=pod:web-2") == (200, b"")
    assert ask(world, "/select/logsql/query", "POST", b"query=said&limit=1")[1]
    world.log_stores.removed("uid")
    assert ask(world, "/select/logsql/query?query=*") == (200, b"")


@pytest.mark.parametrize(
    ("path", "method", "body", "code"),
    [
        ("/health", "GET", b"", 200),
        ("/insert/jsonline", "POST", b"no", 400),
        ("/insert/jsonline", "POST", b"[" * 100_000, 400),
        ("/select/logsql/query?limit=x", "GET", b"", 400),
        ("/select/logsql/query?query=" + "x" * 2_000, "GET", b"", 400),
        ("/nothing", "GET", b"", 404),
    ],
)
def test_everything_else_is_answered_too(world: Any, path: str, method: str, body: bytes, code: int) -> None:
    assert ask(world, path, method, body)[0] == code
