"""manage.py up: which names are answered, and what is said when it cannot start. Serving is in test_server.py."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from explorer.management.commands import up


@pytest.fixture(autouse=True)
def _plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ORRERY_ALLOWED_HOSTS", "ORRERY_RUNS_PER_HOUR", "ORRERY_SHARES_PER_HOUR"):
        monkeypatch.delenv(name, raising=False)
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.RUNS_PER_HOUR = 60


@pytest.mark.parametrize(
    ("host", "allowed", "answered"),
    [
        ("127.0.0.1", "", ["localhost"]),
        ("0.0.0.0", "", ["*"]),
        ("::", "", ["*"]),
        ("192.168.1.5", "", ["localhost", "192.168.1.5"]),
        ("0.0.0.0", "a.example,b.example", ["a.example", "b.example", "localhost", "127.0.0.1", "[::1]"]),
    ],
)
def test_names_that_are_answered(settings: Any, host: str, allowed: str, answered: list[str]) -> None:
    up._settle_hosts(host, allowed)
    assert answered == settings.ALLOWED_HOSTS


def test_the_environment_decides_about_names(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORRERY_ALLOWED_HOSTS", "localhost")
    up._settle_hosts("0.0.0.0", "")
    assert settings.ALLOWED_HOSTS == ["localhost"]


def test_only_the_loopback_address_is_generous(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    up._settle_limits("0.0.0.0")
    assert settings.RUNS_PER_HOUR == 60
    up._settle_limits("127.0.0.1")
    assert settings.RUNS_PER_HOUR == up.LOCAL_PER_HOUR
    settings.RUNS_PER_HOUR = 5
    monkeypatch.setenv("ORRERY_RUNS_PER_HOUR", "5")
    up._settle_limits("127.0.0.1")
    assert settings.RUNS_PER_HOUR == 5


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EADDRINUSE, "port 80 is in use"),
        (errno.EACCES, "choose one above 1023"),
        (errno.EADDRNOTAVAIL, "cannot listen on h:80"),
    ],
)
def test_sentences(number: int, says: str) -> None:
    assert says in up._sentence(OSError(number, "text"), "h", 80)
