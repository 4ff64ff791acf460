"""The recordings of a real Kubernetes 1.36.2 control plane under the reference folder, read as stories."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from explorer.reference.recording import Recording, load
from explorer.reference.story import Story

PLACES = (
    os.path.join(os.environ.get("ORRERY_SHARED", "/nowhere"), "reference", "kubernetes-1.36"),
    str(Path(__file__).resolve().parents[3] / "shared" / "reference" / "kubernetes-1.36"),
)


def folder(name: str) -> Path:
    """Where a recording lies; the test is skipped where the reference material is not at hand."""
    for place in PLACES:
        if place and (Path(place) / name).is_dir():
            return Path(place) / name
    pytest.skip("the reference recordings are not on this machine (set ORRERY_SHARED)")


@lru_cache(maxsize=32)
def recording(name: str) -> Recording:
    """A recording."""
    return load(folder(name))


def recorded(name: str) -> Story:
    """The story of a recording."""
    return recording(name).story


def begun_at(name: str) -> float:
    """When the first step of a recording began, in seconds since 1970."""
    return recording(name).first_step


def scores(name: str) -> list[dict[str, Any]]:
    """What the scheduler's plugins gave to each node for each pod."""
    return recording(name).scores
