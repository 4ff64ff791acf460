"""manage.py run_scenario."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def ran(*arguments: str) -> str:
    """What it prints."""
    told = io.StringIO()
    call_command("run_scenario", *arguments, stdout=told)
    return told.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(*arguments, "--json"))
    return found


@pytest.mark.parametrize("name", ["first-deployment", "rolling-update", "node-failure", "welcome"])
def test_scenarios_that_ship_run_and_repeat(name: str) -> None:
    first, again = as_json(name, "--until", "35s"), as_json(name, "--until", "35s")
    assert first == again
    assert first["now"] == 35_000_000
    assert len(first["state_hash"]) == 32
    assert any(entry["id"] == "pod.ready" for entry in first["trace"])


def test_the_transcript_ends_with_the_state_hash() -> None:
    lines = ran("first-deployment", "--until", "20s").splitlines()
    assert lines[-1].endswith(as_json("first-deployment", "--until", "20s")["state_hash"])
    assert lines[0].strip().startswith("1.0")


def test_a_seed_changes_the_history() -> None:
    hashes = {as_json("first-deployment", "--until", "10s", "--seed", seed)["state_hash"] for seed in ("1", "2")}
    assert len(hashes) == 2


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: mine, title: {en: Mine}}\n")
    assert as_json(str(path), "--until", "1s")["now"] == 1_000_000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "line"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: x}", "kind Scenario"),
        ("apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x}", "metadata.title.en"),
        ("apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\nscrpt: []", "scrpt"),
        (
            "apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\ncluster: {nodes: {count: many}}",
            "nodes",
        ),
        (
            "apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\ncluster: {nodes: {count: 5000}}",
            "at most 50 nodes",
        ),
        (
            "apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\nscript: [{at: soon, note: x}]",
            "script[0].at",
        ),
        ("apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\nscript: {}", "script"),
        ("apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\ncluster: {seed: many}", "seed"),
    ],
)
def test_files_that_cannot_be_run(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(CommandError, match=says.replace("[", r"\[").replace("]", r"\]")):
        ran(str(path))


def test_a_file_that_is_not_there_and_a_time_that_is_none() -> None:
    with pytest.raises(CommandError, match="no-such"):
        ran("no-such")
    with pytest.raises(CommandError, match="duration"):
        ran("first-deployment", "--until", "soon")
