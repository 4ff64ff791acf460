"""The table of the agreement with recordings."""

from __future__ import annotations

from pathlib import Path

from tests.explorer.reference.made import WEB, written
from tools.make_agreement import table


def test_a_row_for_each_recording(tmp_path: Path) -> None:
    written(tmp_path / "one", [{"apply": WEB}, {"quiet": 2}])
    head, line, row = table(tmp_path).splitlines()
    assert head.startswith("| recording | specs") and set(line) == {"|", "-"}
    assert row.startswith("| made |") and "objects: Deployment web: how many there were" in row
