"""kubectl run and expose."""

from __future__ import annotations

from tests.core.kubectl.server import Server
from tests.core.kubectl.transcripts import check


def test_transcript(server: Server) -> None:
    check(server, "verbs-run")
