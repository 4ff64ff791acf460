"""Golden transcripts of Raft. `UPDATE_GOLDEN=1` writes them again: read the difference before you commit it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.core.etcd.raft.transcript import play, script_of

FOLDER = Path(__file__).resolve().parents[3] / "golden" / "raft"
SCRIPTS = sorted(FOLDER.glob("*.txt"))


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) >= 10


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    expected = path.read_text()
    comments, script = script_of(expected)
    played = "\n".join([*comments, "", play(script)]) if comments else play(script)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(played)
    assert played == path.read_text()
