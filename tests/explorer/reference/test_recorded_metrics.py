"""Metrics without lag: what containers take in this very moment."""

from __future__ import annotations

from pathlib import Path

from explorer.reference.player import Player
from tests.explorer.reference.made import WEB, made


def test_the_load_is_shared_at_once(tmp_path: Path) -> None:
    load = {"namespace": "default", "selector": {"app": "web"}, "millicores": 600}
    steps = [{"apply": WEB}, {"quiet": 3}, {"load": load}, {"kubectl": "top pods --no-headers"}]
    told = Player(made(tmp_path / "r", steps)).run().outputs[-1]
    assert [line.split()[1] for line in told.out.splitlines()] == ["300m", "300m"]
