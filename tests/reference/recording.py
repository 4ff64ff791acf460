"""The recordings of a real Kubernetes 1.36.2 control plane under the reference folder, read as stories."""

from __future__ import annotations

import gzip
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.reference.story import Change, Story, acts

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
def scenario(name: str) -> dict[str, Any]:
    """The steps of a recording, and its nodes."""
    place = folder(name)
    found: dict[str, Any] = yaml.safe_load((place / "scenario.yaml").read_text(encoding="utf-8"))
    found["machines"] = yaml.safe_load((place / "nodes.yaml").read_text(encoding="utf-8"))
    return found


def begun_at(name: str) -> float:
    """When the first step of a recording began, in seconds since 1970."""
    with gzip.open(folder(name) / "trace.jsonl.gz", "rt", encoding="utf-8") as lines:
        wall = json.loads(next(lines))["wall"]
    return float(wall) + recorded(name).steps[0]


@lru_cache(maxsize=32)
def recorded(name: str) -> Story:
    """The story of a recording."""
    story, rows = Story(acts=acts(scenario(name)["steps"])), []
    with gzip.open(folder(name) / "trace.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if "action" in row:
                story.steps.append(row["t"])
            elif "object" in row:
                rows.append(row)
    # Across kinds the order is that of etcd's revisions; the recorder's clock is late by milliseconds.
    rows.sort(key=lambda row: row["rv"])
    for row in rows:
        step = max((number for number, at in enumerate(story.steps) if at <= row["t"]), default=0)
        story.changes.append(Change(row["t"], step, row["type"], row["kind"], row["name"], row["object"]))
    return story


def scores(name: str) -> list[dict[str, Any]]:
    """What the scheduler's plugins gave to each node for each pod."""
    found: list[dict[str, Any]] = json.loads((folder(name) / "scores.json").read_text(encoding="utf-8"))
    return found
