"""manage.py compare_reference: what it prints and how it ends."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from explorer.reference.player import Player
from explorer.reference.recording import load
from tests.explorer.reference.made import WEB, written

STEPS: list[Any] = [{"apply": WEB}, {"quiet": 3}]


def recorded(folder: Path) -> Path:
    """A folder with what the simulator did."""
    story = Player(load(written(folder, STEPS)), seed=3).run()
    rows: list[dict[str, Any]] = [{"header": 1, "wall": 1.0}]
    for number, (at, output) in enumerate(zip(story.steps, story.outputs, strict=True)):
        rows.append({"t": at, "step": number, "action": ""})
        rows.append({"t": at, "step_end": number, "rc": output.code, "stdout": output.out, "stderr": output.err})
    for number, one in enumerate(story.changes):
        rows.append(
            {"t": one.at, "type": one.type, "kind": one.kind, "name": one.name, "rv": number, "object": one.obj}
        )
    with gzip.open(folder / "trace.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def test_what_agrees_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("compare_reference", str(recorded(tmp_path / "r")), "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["recording"] == "made" and told["differences"] == [] and told["agrees"]["pod lives"] > 50


def test_differences_are_printed_and_end_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "r", STEPS)
    with pytest.raises(SystemExit) as ended:
        call_command("compare_reference", str(folder))
    told = capsys.readouterr().out
    assert ended.value.code == 1 and "objects: Deployment web: how many there were" in told


@pytest.mark.parametrize("steps", [None, [{"dance": 1}, {"wait": 1}], [{"kill": "n7"}]])
def test_what_cannot_be_played_ends_with_two(tmp_path: Path, steps: Any) -> None:
    folder = tmp_path / "r" if steps is None else written(tmp_path / "r", steps)
    with pytest.raises(CommandError) as told:
        call_command("compare_reference", str(folder))
    assert (told.value.returncode == 2 and str(folder.name) in str(told.value)) or "made" in str(told.value)


def test_what_we_cannot_compare_is_our_fault(tmp_path: Path) -> None:
    pod = {"kind": "Pod", "metadata": {"name": "one"}, "spec": {"containers": []}}
    folder = written(tmp_path / "r", STEPS, [{"t": 0.1, "type": "ADDED", "kind": "Pod", "object": pod}])
    (folder / "scores.json").write_text(json.dumps([{"pod": "default/one", "scores": {}}]))
    with pytest.raises(CommandError, match="the comparison failed: KeyError") as told:
        call_command("compare_reference", str(folder))
    assert told.value.returncode == 3
