"""Files of image behaviours: what is wrong in one is said with file, row and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_core.kubelet.behaviour_files import FIELDS, FOLDER, BehaviourError, entries, read_rows

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/image-behaviours.md"


def test_a_row_is_read() -> None:
    (entry,) = read_rows("- {images: [web], size_mb: 1.5, listens: [80], exits: {after: 2, code: 3}}", "x.yaml")
    behaviour = entry.behaviour
    assert (entry.patterns, behaviour.size_bytes, behaviour.listens) == (("web",), 1_500_000, (80,))
    assert (behaviour.exits_after, behaviour.exit_code, behaviour.known) == (2_000_000, 3, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("images: [web]", "x.yaml: expected a list of rows"),
        ("- {size_mb: 1}", "x.yaml: row 1: images: required"),
        ("- {images: [a]}\n- {images: [b], sise_mb: 1}", "x.yaml: row 2: sise_mb: no such field"),
        ("- {images: [a], start_seconds: soon}", "row 1: start_seconds: expected a number of seconds, not 'soon'"),
        ("- {images: [a], start_seconds: -1}", "start_seconds: expected"),
        ("- {images: [a], listens: [0]}", "listens: expected a list of port numbers"),
        ("- {images: [a], exits: {after: 1, code: 300}}", "exits: expected"),
        ("- {images: [a], exits: {when: 1}}", "exits: expected"),
        ("- {images: [a], shell: 'yes'}", "shell: expected true or false"),
        ("- {images: [a], files: {etc: x}}", "files: expected texts by absolute path"),
        ("- {images: a}", "images: expected a list of patterns"),
        ("- {images: [a], millicores: 1.5}", "millicores: expected a whole number"),
        ("- {images: [a", "x.yaml: while parsing"),
    ],
)
def test_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(BehaviourError) as caught:
        read_rows(text, "x.yaml")
    assert words in str(caught.value)


def test_the_files_that_ship_are_good_and_every_field_is_documented() -> None:
    assert {entry.files for entry in entries()} == {path.name for path in FOLDER.glob("*.yaml")}
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in FIELDS if f"| `{name}` |" not in text] == []
