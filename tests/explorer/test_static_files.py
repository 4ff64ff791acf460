"""Static files under ASGI."""

from __future__ import annotations

import pytest

from tests.explorer.conftest import Api

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("error")]
SCRIPT = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"


async def test_a_file_comes_whole(api: Api) -> None:
    answer = await api.client.get(SCRIPT)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    assert int(answer.headers["Content-Length"]) == len(answer.content) > 1000


async def test_unchanged_and_in_part(api: Api) -> None:
    first = await api.client.get(SCRIPT)
    again = await api.client.get(SCRIPT, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    part = await api.client.get(SCRIPT, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, first.content[:10])
    assert (await api.client.head(SCRIPT)).content == b""


async def test_a_file_that_does_not_exist(api: Api) -> None:
    for path in ("/static/nothing.js", "/static/../manage.py", "/static/%2e%2e/manage.py"):
        assert (await api.client.get(path)).status_code == 404
