"""Writes docs/clients.md: which commands of which clients work against a run, from a run.

    python tools/make_clients.py [--only kubectl|libraries|flows]

Starts a server of its own, carries out the transcripts of tests/clients with every kubectl that is here, the client libraries that are
installed (`tests/clients/operations.py` says where they are looked for) and the request flows of tests/clients/flows.py.
It exits with 1 when something differs that is not marked as pending, and says which marks can go.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.clients import flows, operations
from tests.clients.machine import Machine, Run, binaries
from tests.clients.transcript import FOLDER, Row, read
from tests.clients.wire import Wire
from tests.explorer.server_process import ServerProcess

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "clients.md"
WORKS, DIFFERS = "✓", "**differs**"
# Subject of a transcript, in the order of the page.
TITLES = {
    "reading": "Reading",
    "writing": "Writing",
    "workloads": "Rollouts and controllers",
    "nodes": "Nodes and usage",
    "access": "Who may do what",
    "custom": "Custom resources",
    "deleting": "Deleting",
    "streams": "Containers",
}
HEAD = """\
# Clients

What works against a run of Orrery, client by client. This page is written by `tools/make_clients.py` from a run of real clients against
a real server; the commands and what they must print are `tests/clients/transcripts/`.

✓: the output (columns, texts, exit codes) is that of the real thing. What is not served yet is said in words. ·: not tried.

* **Connect**: `GET /api/v1/runs/<run>/kubeconfig` or the button *Connect* of a run. kubectl 1.31 is the oldest that is supported: older ones
  speak SPDY where an ASGI server cannot.
* **Time** is the run's. While it is paused, reads answer, writes are carried out in the few milliseconds that the control plane needs,
  and what follows from them waits for play: `kubectl wait` and `rollout status` wait with it.
* **Ages** in tables are counted by the server, in virtual time. Ages that kubectl counts itself (`describe`, `events`) are counted by the
  clock of the machine where it runs, from virtual dates: they are wrong by the difference.
* `kubectl get --raw /api/…` and `kubectl proxy` leave out the path of the server's address; the token says the run instead. With the
  kubeconfig for plain HTTP, where the address is the secret, write the path in full or give `kubectl proxy` `--append-server-path`.
"""


def main() -> None:
    """Try everything, write the page, say what is wrong."""
    only = sys.argv[2] if sys.argv[1:2] == ["--only"] else ""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="orrery-clients-") as folder:
        place = Path(folder)
        server = ServerProcess(place / "var", ORRERY_LIVE_RUNS="500", ORRERY_LIVE_RUNS_PER_OWNER="500")
        server.start()
        try:
            parts = [HEAD]
            for name, part in (("kubectl", _kubectl), ("libraries", _libraries), ("flows", _flows)):
                if only in ("", name):
                    parts.append(part(server, place, wrong))
        finally:
            server.end()
    if not only:
        TARGET.write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(wrong) or "as expected")
    sys.exit(1 if any(line.startswith("differs") for line in wrong) else 0)


def _kubectl(server: ServerProcess, place: Path, wrong: list[str]) -> str:
    versions = binaries()
    found: dict[tuple[str, str, str], str] = {}
    for name in TITLES:
        for version, binary in versions.items():
            folder = place / f"{name}-{version}"
            folder.mkdir()
            machine = Machine(folder, Run(server).kubeconfig, binary)
            for row in _rows(name):
                what = f"kubectl {version}: {name}: {row.name}"
                found[name, row.name, version] = _verdict(what, machine.differences(row), row.pending, wrong)
            print(f"kubectl {version}: {name}", flush=True)
    lines = ["## kubectl", ""]
    for name, title in TITLES.items():
        lines += [f"### {title}", "", _line("Command", *versions), _rule(1 + len(versions))]
        for row in _rows(name):
            results = [found[name, row.name, version] for version in versions]
            lines.append(_line(f"`{row.name}`", *results))
        lines.append("")
    return "\n".join(lines)


def _libraries(server: ServerProcess, place: Path, wrong: list[str]) -> str:
    versions = {library: operations.version(library) for library in [*operations.LIBRARIES, operations.NODE]}
    versions = {library: version for library, version in versions.items() if version}
    found: dict[str, dict[str, str]] = {}
    for library in versions:
        kubeconfig = place / f"{library.replace('/', '-')}.yaml"
        kubeconfig.write_text(Run(server).kubeconfig)
        found[library] = {
            name: _verdict(f"{library}: {name}", text, operations.PENDING.get(name, ""), wrong)
            for name, text in operations.results(library, kubeconfig).items()
        }
        print(library, flush=True)
    names = list(dict.fromkeys(name for results in found.values() for name in results))
    titles = [f"{operations.LIBRARIES.get(library, library)} {version}" for library, version in versions.items()]
    lines = ["## Client libraries", "", _line("Operation", *titles), _rule(1 + len(titles))]
    lines += [_line(name, *(found[library].get(name, "·") for library in versions)) for name in names]
    return "\n".join([*lines, ""])


def _flows(server: ServerProcess, _place: Path, wrong: list[str]) -> str:
    lines = [
        "## Request flows",
        "",
        "What these programs ask, in their order, replayed by a script; they are not installed here.",
        "",
    ]
    lines += [_line("Client", "Step", "Result"), _rule(3)]
    for client, (agent, flow) in flows.FLOWS.items():
        wire = Wire(Run(server).kubeconfig, agent)
        for name, step in flow:
            pending = flows.PENDING.get((client, name), "")
            lines.append(_line(client, name, _verdict(f"{client}: {name}", _tried(step, wire), pending, wrong)))
        print(client, flush=True)
    return "\n".join([*lines, ""])


def _tried(step: object, wire: Wire) -> str:
    assert callable(step)
    try:
        step(wire)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _verdict(what: str, difference: str, pending: str, wrong: list[str]) -> str:
    if not difference:
        if pending:
            wrong.append(f"works now, take the mark off: {what}")
        return WORKS
    if pending:
        return pending
    wrong.append(f"differs: {what}\n{difference}")
    return DIFFERS


def _rows(name: str) -> list[Row]:
    return read((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _rule(columns: int) -> str:
    return "|" + "---|" * columns


if __name__ == "__main__":
    main()
