"""Headers, origins, bodies counted while they arrive, addresses."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from explorer import origin, security
from explorer.asgi import application
from explorer.security import BODY_MAX
from tests.explorer.conftest import Api, Stream

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    "path", ["/", "/runs/nothing/", "/s/nothing/", "/api/docs/", "/api/v1/runs/", "/no/such/page/"]
)
async def test_headers_of_every_answer(api: Api, path: str) -> None:
    answer = await api.client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["style-src"] == ("'self' 'unsafe-inline'" if path == "/api/docs/" else "'self'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    private = path.startswith(("/runs/", "/s/", "/api/"))
    assert answer.headers.get("X-Robots-Tag") == ("noindex" if private else None)


async def test_the_docs_work_under_their_policy(api: Api) -> None:
    page = (await api.client.get("/api/docs/")).content.decode()
    assert "<script>" not in page, "no script inside the page"
    script = page.split('<script src="')[-1].split('"')[0].replace("&amp;", "&")
    answer = await api.client.get(script)
    assert answer.status_code == 200
    assert "javascript" in answer.headers["Content-Type"]
    assert "SwaggerUIBundle" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 201),
        ("http://testserver", 201),
        ("https://testserver", 403),
        ("http://testserver:81", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("http://testserver.evil.example", 403),
    ],
)
async def test_a_page_of_another_origin_changes_nothing(api: Api, given: str | None, status: int) -> None:
    headers = {"Origin": given} if given is not None else {}
    answer = await api.post("runs/", {"seed": 1}, **headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    if status == 403:
        assert (await api.get("runs/")).json()["items"] == []
        assert (await api.get("scenarios/", **headers)).status_code == 200


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        (None, True),
        ("http://testserver", True),
        ("https://testserver", False),
        ("http://evil.example", False),
        ("null", False),
    ],
)
async def test_a_stream_of_another_origin_is_refused(api: Api, given: str | None, accepted: bool) -> None:
    run = await api.run(seed=1)
    headers = [(b"host", b"testserver")] + ([(b"origin", given.encode())] if given is not None else [])
    viewer = Stream(run["id"], headers)
    connected, _code = await viewer.socket.connect(timeout=30)
    assert connected is accepted
    await viewer.socket.disconnect()


async def test_origins_of_the_settings_are_accepted(settings: Any) -> None:
    settings.ORIGINS = ["https://orrery.example"]
    assert origin.is_own("https://orrery.example", "testserver", False)
    assert not origin.is_own("http://orrery.example", "testserver", False)
    assert origin.is_own("https://testserver", "testserver", True)


async def test_a_body_is_refused_while_it_arrives() -> None:
    """Nobody has to send all of it, and nobody reads on."""
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/runs/", "headers": [], "query_string": b""}
    await application(scope, receive, send)
    assert sent[0]["status"] == 413
    assert b"larger than" in sent[1]["body"]
    assert taken == BODY_MAX // 65_536 + 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (1, "", "10.0.0.1"),
        (3, "1.2.3.4", "1.2.3.4"),
    ],
)
async def test_only_trusted_proxies_say_who_asks(settings: Any, proxies: int, forwarded: str, address: str) -> None:
    settings.PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert security.client_address(headers, "10.0.0.1") == address


async def test_the_deployment_check_is_clean() -> None:
    told = io.StringIO()
    call_command("check", "--deploy", "--fail-level", "WARNING", stdout=told, stderr=told)
    assert "no issues" in told.getvalue()
