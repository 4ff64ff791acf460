"""Which origin is our own."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.origin import StreamOrigin, is_own


@pytest.mark.parametrize(
    ("origin", "host", "secure", "own"),
    [
        ("http://localhost:8000", "localhost:8000", False, True),
        ("http://localhost:8000", "localhost:8001", False, False),
        ("http://localhost", "localhost", False, True),
        ("https://orrery.example", "orrery.example", True, True),
        ("http://orrery.example", "orrery.example", True, False),
        ("http://a.orrery.example", "orrery.example", False, False),
        ("", "orrery.example", False, False),
        ("null", "orrery.example", False, False),
    ],
)
def test_scheme_name_and_port_count(origin: str, host: str, secure: bool, own: bool) -> None:
    assert is_own(origin, host, secure) is own


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("proxies", "scheme", "forwarded", "accepted"),
    [(0, "ws", "https", False), (1, "ws", "https", True), (1, "ws", "http", False), (0, "wss", "", True)],
)
async def test_a_trusted_proxy_says_whether_it_was_https(
    settings: Any, proxies: int, scheme: str, forwarded: str, accepted: bool
) -> None:
    settings.PROXIES = proxies
    let_in: list[bool] = []
    sent: list[dict[str, Any]] = []

    async def app(*_: Any) -> None:
        let_in.append(True)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"a.example"), (b"origin", b"https://a.example"), (b"x-forwarded-proto", forwarded.encode())]
    await StreamOrigin(app)({"type": "websocket", "scheme": scheme, "headers": headers}, receive, send)
    assert bool(let_in) is accepted
    assert bool(sent) is not accepted
