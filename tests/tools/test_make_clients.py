"""The page of clients: how results become cells."""

from __future__ import annotations

import pytest

from tests.clients.transcript import FOLDER
from tools import make_clients


@pytest.mark.parametrize(
    ("difference", "pending", "cell", "said"),
    [
        ("", "", make_clients.WORKS, ""),
        ("", "not yet", make_clients.WORKS, "works now, take the mark off: x"),
        ("a", "not yet", "not yet", ""),
        ("a", "", make_clients.DIFFERS, "differs: x\na"),
    ],
)
def test_verdicts(difference: str, pending: str, cell: str, said: str) -> None:
    wrong: list[str] = []
    assert make_clients._verdict("x", difference, pending, wrong) == cell
    assert wrong == ([said] if said else [])


def test_every_transcript_is_on_the_page() -> None:
    assert set(make_clients.TITLES) == {path.stem for path in FOLDER.glob("*.txt")}
    page = make_clients.TARGET.read_text(encoding="utf-8")
    assert [title for title in make_clients.TITLES.values() if f"### {title}\n" not in page] == []
    assert make_clients.DIFFERS not in page


def test_cells() -> None:
    assert make_clients._line("a|b", "c") == "| a\\|b | c |"
