"""Static files under ASGI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import FileSystemFinder

from explorer.static_files import ASK_AGAIN, FOR_EVER, digest, version
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


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A folder whose files are served."""
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    finders.get_finder.cache_clear()
    assert isinstance(next(iter(finders.get_finders())), FileSystemFinder)
    yield tmp_path
    finders.get_finder.cache_clear()


async def test_a_file_that_is_written_anew_comes_whole(api: Api, folder: Path) -> None:
    for body in (b"short", b"a bundle that is longer", b"x"):
        (folder / "app.js").write_bytes(body)
        answer = await api.client.get("/static/app.js")
        assert (answer.content, answer.headers["Content-Length"]) == (body, str(len(body)))


async def test_only_the_version_that_was_asked_for_may_be_kept(api: Api, folder: Path) -> None:
    (folder / "app.js").write_bytes(b"first")
    first = version("app.js")
    assert (await api.client.get(f"/static/app.js?v={first}")).headers["Cache-Control"] == FOR_EVER
    (folder / "app.js").write_bytes(b"the second")
    assert version("app.js") == digest(b"the second") != first
    late = await api.client.get(f"/static/app.js?v={first}")
    assert (late.content, late.headers["Cache-Control"]) == (b"the second", ASK_AGAIN)
    assert (await api.client.get("/static/app.js")).headers["Cache-Control"] == ASK_AGAIN
