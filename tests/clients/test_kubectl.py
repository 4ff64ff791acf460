"""Real kubectl against a real server: each command of the transcripts prints what it prints against a real cluster.

The newest kubectl of the machine takes some of the transcripts always; the others, and the others' versions, are slow tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import recorded
from tests.clients.machine import Machine, Run, binaries
from tests.clients.transcript import FOLDER, Row, read
from tests.explorer.server_process import ServerProcess

ALWAYS = ("access", "custom", "deleting", "writing")
BINARIES = binaries()
NEWEST = max(BINARIES, default="", key=lambda version: [int(part) for part in version.split(".")])
# Rows whose commands differ from the recorded ones of the same name.
OTHERS = {"get cr short", "create already exists", "get --chunk-size", "get -w -o json", "get --watch-only", "drain"}
OTHERS |= {"get --show-managed-fields", "logs job", "cp to", "cp from", "port-forward svc", "describe endpoints"}
# They end before kubectl could attach: it reads the log instead.
OTHERS |= {"run -it --rm", "run --attach"}


def cases() -> list[object]:
    """Every transcript with every kubectl."""
    found: list[object] = []
    for version in BINARIES:
        for path in sorted(FOLDER.glob("*.txt")):
            marks = [] if version == NEWEST and path.stem in ALWAYS else [pytest.mark.slow]
            found.append(pytest.param(version, path, id=f"{path.stem}-{version}", marks=marks))
    return found or [pytest.param("", Path(), marks=pytest.mark.skip("there is no kubectl here"))]


@pytest.mark.parametrize(("version", "path"), cases())
def test_transcript(server: ServerProcess, tmp_path: Path, version: str, path: Path) -> None:
    wrong = _differences(server, tmp_path / "first", version, path)
    if wrong:
        # On a machine that is busy with other work kubectl's own waits (in wall time) can run out: once more, in a run of its own.
        wrong = _differences(server, tmp_path / "second", version, path)
    assert not wrong, "\n\n".join(wrong)


def _differences(server: ServerProcess, home: Path, version: str, path: Path) -> list[str]:
    """Where the rows of a transcript print something else than they must."""
    home.mkdir()
    machine = Machine(home, Run(server).kubeconfig, BINARIES[version])
    rows = [row for row in read(path.read_text(encoding="utf-8")) if not row.pending]
    return [text for row in rows if (text := machine.differences(row))]


@pytest.mark.slow
@pytest.mark.skipif(recorded.VERSION not in BINARIES, reason="the recorded kubectl is not here")
@pytest.mark.skipif(not recorded.RECORDING.exists(), reason="the recordings are not here")
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_kubectl_asks_what_it_asks_elsewhere(server: ServerProcess, tmp_path: Path, path: Path) -> None:
    """Against a server that misleads it kubectl asks for something else, or more often."""
    run = Run(server)
    machine = Machine(tmp_path, run.kubeconfig, BINARIES[recorded.VERSION])
    sequences = recorded.sequences()
    wrong = {}
    for row in read(path.read_text(encoding="utf-8")):
        if not row.pending and (missing := _missing(run, machine, row, sequences)):
            wrong[row.name] = sorted(missing)
    assert wrong == {}


def _missing(run: Run, machine: Machine, row: Row, sequences: dict[str, set[str]]) -> set[str]:
    before = run.requests()
    machine.differences(row)
    last = before[-1]["number"] if before else 0
    seen = recorded.asked([request for request in run.requests() if request["number"] > last])
    return set() if row.name in OTHERS else sequences.get(row.name, set()) - seen
