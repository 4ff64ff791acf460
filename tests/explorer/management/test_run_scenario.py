"""manage.py run_scenario."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command


def ran(*arguments: str) -> str:
    """What it prints."""
    told = io.StringIO()
    call_command("run_scenario", *arguments, stdout=told)
    return told.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(*arguments, "--json"))
    return found


@pytest.mark.parametrize("name", ["first-deployment", "rolling-update", "node-failure", "scheduling", "welcome"])
def test_scenarios_that_ship_run_and_repeat(name: str) -> None:
    first, again = as_json(name, "--until", "35s"), as_json(name, "--until", "35s")
    assert first == again
    assert first["now"] == 35_000_000
    assert len(first["state_hash"]) == 32
    assert any(entry["id"] == "pod.ready" for entry in first["trace"])


def test_the_transcript_ends_with_the_state_hash() -> None:
    lines = ran("first-deployment", "--until", "20s").splitlines()
    assert lines[-1].endswith(as_json("first-deployment", "--until", "20s")["state_hash"])
    assert lines[0] == "A first Deployment (seed 20)"
    assert lines[1].split()[:4] == ["1.000040", "s", "#2", "kubectl"]
    assert "kubectl apply" in lines[1]
    assert len(lines) == len(as_json("first-deployment", "--until", "20s")["trace"]) + 2


def test_the_transcript_repeats_and_speaks_two_languages() -> None:
    english, chinese = (ran("first-deployment", "--until", "5s", "--lang", lang) for lang in ("en", "zh-Hans"))
    assert english == ran("first-deployment", "--until", "5s")
    assert len(english.splitlines()) == len(chinese.splitlines())
    assert english.splitlines()[-1] == chinese.splitlines()[-1]
    assert "kubectl apply" in chinese and english != chinese


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
    with pytest.raises(CommandError, match="no-such: No such file or directory; scenarios that ship: first-deployment"):
        ran("no-such")
    with pytest.raises(CommandError, match=r"--until: .*duration"):
        ran("first-deployment", "--until", "soon")


@pytest.mark.parametrize("seed", ["many", "-1", "1.5", "9" * 19, "9" * 5000, ""])
def test_seeds_that_are_none(seed: str) -> None:
    with pytest.raises(CommandError, match=r"--seed: .* is not a whole number from 0 to 9223372036854775807"):
        ran("first-deployment", f"--seed={seed}")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError) as refused:
        ran(str(path))
    assert "\n" not in str(refused.value) and "utf-8" in str(refused.value)


def test_from_the_command_line_a_bad_file_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("kind: [")
    command = [sys.executable, "manage.py", "run_scenario", str(path)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1 and str(path) in done.stderr
