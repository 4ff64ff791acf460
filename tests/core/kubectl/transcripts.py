"""Lines and what they print, kept in tests/golden/kubectl/<name>.txt: `$ kubectl …`, then stdout and stderr (behind "! "), then `= code` if it is not 0.

`@ 30` lets 30 s pass. With ORRERY_REWRITE=1 the file is written anew: look at the difference before you commit it.
What names and hashes follow from the seed is shown by its form.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.core.kubectl.server import Server

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "kubectl"
FORMS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "UID"),
    (re.compile(r"(?<=kube-api-access-)[0-9a-z]{5}\b"), "RANDM"),
    (re.compile(r"(?<=\b10\.244\.)\d+\.\d+\b"), "n.n"),
    (re.compile(r" in [\d.]+m?s \([\d.]+m?s including"), " in TIME (TIME including"),
    (re.compile(r"(?<=-)[0-9a-z]{8,10}-[0-9a-z]{5}\b"), "TEMPLATEXX-RANDM"),
    (re.compile(r"(?<=[-=])(?=[a-z]*[0-9])[0-9a-z]{8,10}\b"), "TEMPLATEXX"),
    (re.compile(r"(?<=\b10\.)(?:96|9[7-9]|1[01]\d)\.\d+\.\d+\b"), lambda found: re.sub(r"\d", "n", found[0])),
    (
        re.compile(r"(?<=resourceVersion: )\"\d+\"|(?<=\"resourceVersion\": )\"\d+\"|(?<=Resource Version:)( +)\d+"),
        r"\1REVISION",
    ),
)


def check(server: Server, name: str) -> None:
    """Run a transcript again; what it prints is what is kept."""
    path = GOLDEN / f"{name}.txt"
    kept = path.read_text(encoding="utf-8")
    again = "".join(_run(server, step) for step in _steps(kept))
    if os.environ.get("ORRERY_REWRITE"):
        path.write_text(again, encoding="utf-8")
    assert again == kept


def _steps(text: str) -> list[str]:
    """The lines that are typed; the lines of a here-document begin with "> "."""
    found: list[str] = []
    for line in text.split("\n"):
        if line.startswith(("$ ", "@ ", "## ")):
            found.append(line)
        elif line.startswith("> ") and found:
            found[-1] += "\n" + line
    return found


def _run(server: Server, step: str) -> str:
    if step.startswith("## "):
        return step + "\n"
    if step.startswith("@ "):
        server.advance(float(step[2:]))
        return step + "\n"
    out, err, code = server.parts("\n".join(line.removeprefix("> ") for line in step[2:].split("\n")))
    text = out + ("\n" if out else "") + "".join(f"! {line}\n" for line in err.split("\n") if err)
    for form, shown in FORMS:
        text = form.sub(shown, text)
    return f"{step}\n{text}{f'= {code}' if code else ''}\n".replace("\n\n\n", "\n\n") + ("" if not code else "\n")
