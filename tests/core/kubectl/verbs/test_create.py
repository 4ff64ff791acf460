"""kubectl create: from flags and from manifests."""

from __future__ import annotations

from tests.core.kubectl.server import Server
from tests.core.kubectl.transcripts import check


def test_transcript(server: Server) -> None:
    check(server, "verbs-create")
