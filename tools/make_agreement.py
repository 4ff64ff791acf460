"""Compare every recording and write the table of docs/fidelity.md: what agrees, by aspect, and what differs.

`python tools/make_agreement.py DIR` reads the recordings in the folders of DIR.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "fidelity.md"
BEGIN, END = "<!-- begin: written by tools/make_agreement.py -->", "<!-- end of the agreement -->"
# A column stands for these aspects.
COLUMNS = {
    "specs, statuses, conditions": ("specs", "statuses", "conditions", "objects"),
    "counts, replica steps": ("counts", "replica steps"),
    "pods": ("pod lives", "pods made and gone", "order of pods", "snapshots", "exit codes"),
    "Events": ("events",),
    "decisions, scores": ("decisions", "scores"),
    "final objects": ("final objects",),
    "durations": ("durations",),
}


def table(folder: Path) -> str:
    """The table, a row for each recording."""
    from explorer.reference.comparing import replayed
    from explorer.reference.recording import load

    lines = [f"| recording | {' | '.join(COLUMNS)} | differences |", "|---" * (len(COLUMNS) + 2) + "|"]
    for path in sorted(one for one in folder.iterdir() if one.is_dir()):
        report = replayed(load(path))
        counts = [str(sum(report.agrees[aspect] for aspect in aspects) or "–") for aspects in COLUMNS.values()]
        found = "; ".join(f"{one.aspect}: {one.where}: {one.what}" for one in report.differences) or "none"
        lines.append(f"| {report.recording} | {' | '.join(counts)} | {found} |")
    return "\n".join(lines)


def main() -> int:
    """Write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="DIR", help="the folder with the recordings")
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.settings")
    import django

    django.setup()
    found = table(Path(parser.parse_args().folder))
    text = TARGET.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    TARGET.write_text(f"{before}{BEGIN}\n{found}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
