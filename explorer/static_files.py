"""Static files (the built front end, Swagger UI): found when they are asked for, and each is answered whole.

A bundle may be written anew while the server runs, so nothing about a file is kept: WhiteNoise looks it up each time (less
than a millisecond). Pages name the version of a file in its address (`?v=`); what is asked for by the version that it
has may be kept for ever, everything else is asked for again each time. WhiteNoise streams files from synchronous iterators,
which Django warns of under ASGI and reads whole anyhow.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

FOR_EVER = "max-age=31536000, public, immutable"
ASK_AGAIN = "no-cache"


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise with answers that suit ASGI and files that change."""

    def find_file(self, url: str) -> Any:
        """The file of an address; none for an address that leaves its folder."""
        try:
            return super().find_file(url)
        except SuspiciousFileOperation:
            return None

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """One file, or what HTTP says instead of it (not modified, a range)."""
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file:
                body = found.file.read()
        response = HttpResponse(body, status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        if response.status_code == 200 and request.method == "GET":
            # The file may have been written between the look at its size and the reading.
            response["Content-Length"] = str(len(body))
            is_this_version = request.GET.get("v") == digest(body)
            response["Cache-Control"] = FOR_EVER if is_this_version else ASK_AGAIN
        return response


def version(name: str) -> str:
    """The version of a static file as it is now: a digest of its bytes."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"no static file {name!r}")
    state = Path(path).stat()
    return _version(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _version(path: str, _mtime_ns: int, _size: int) -> str:
    return digest(Path(path).read_bytes())


def digest(body: bytes) -> str:
    """What names a version."""
    return hashlib.blake2b(body, digest_size=8).hexdigest()
