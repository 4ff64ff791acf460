"""Every recording, played by the simulator through its public API and compared aspect by aspect: `manage.py compare_reference`."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from explorer.reference.comparing import compare
from explorer.reference.player import Player
from tests.reference.recording import PLACES, recording
from tests.reference.replay import replayed

ROOT = next((Path(place) for place in PLACES if place and os.path.isdir(place)), None)
NAMES = sorted(path.name for path in ROOT.iterdir() if path.is_dir()) if ROOT is not None else []
FIDELITY = Path(__file__).resolve().parents[2] / "docs" / "fidelity.md"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_recording_agrees(name: str) -> None:
    report = compare(recording(name), replayed(name))
    assert [one.as_text() for one in report.differences] == []
    assert sum(report.agrees.values()) > 400


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("02-rolling-25", "05", "07", "13"))])
def test_it_agrees_whatever_is_drawn(name: str) -> None:
    """Another seed: other names, latencies and phases."""
    report = compare(recording(name), Player(recording(name), seed=2).run())
    assert [one.as_text() for one in report.differences] == []


@pytest.mark.skipif(not NAMES, reason="the reference recordings are not on this machine")
def test_the_table_names_every_recording() -> None:
    told = re.findall(r"^\| (\d\d-[\w-]+) \|", FIDELITY.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == NAMES
