"""Reading a folder: what is in it, and a clear word for what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.reference.recording import RecordingError, load
from tests.explorer.reference.made import made, written

POD = {"kind": "Pod", "metadata": {"name": "one", "namespace": "default", "uid": "1"}}
STEPS = [{"apply": "kind: Pod"}, {"wait": 1}]


def test_changes_are_in_the_order_of_revisions_and_belong_to_steps(tmp_path: Path) -> None:
    rows = [
        {"t": 1.2, "type": "ADDED", "kind": "Pod", "object": POD},
        {"t": 0.1, "type": "MODIFIED", "kind": "Pod", "object": POD},
    ]
    found = made(tmp_path / "r", STEPS, rows)
    assert [(change.type, change.step) for change in found.story.changes] == [("ADDED", 1), ("MODIFIED", 0)]
    assert found.story.acts == [0, 0] and len(found.story.outputs) == 2
    assert found.first_step == pytest.approx(1_795_431_846.5)
    assert (found.final, found.scores, [one["name"] for one in found.machines]) == (None, [], ["n1", "n2"])


def test_what_is_no_recording_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match="No such file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("scenario.yaml", "- 1", "mapping with steps"),
        ("scenario.yaml", "{steps: [{dance: 1}, {wait: 1}]}", r"steps\[0\]: exactly one of"),
        ("scenario.yaml", "steps: [", "while parsing"),
        ("scenario.yaml", "steps: [{wait: 1}]", "2 steps began, the scenario has 1"),
        ("nodes.yaml", "{}", "list of 1 to"),
        ("trace.jsonl.gz", "no gzip", "[Nn]ot a gzipped file"),
        ("scores.json", "{", "form of a recording"),
    ],
)
def test_a_broken_file_is_said(tmp_path: Path, file: str, text: str, words: str) -> None:
    folder = written(tmp_path / "r", STEPS)
    (folder / file).write_text(text)
    with pytest.raises(RecordingError, match=words):
        load(folder)


def test_scores_are_read(tmp_path: Path) -> None:
    folder = written(tmp_path / "r", STEPS)
    (folder / "scores.json").write_text(json.dumps([{"pod": "default/one"}]))
    assert load(folder).scores == [{"pod": "default/one"}]
