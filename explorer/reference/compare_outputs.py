"""What the commands of the steps printed: how they ended, and the pods of every snapshot."""

from __future__ import annotations

import re
from collections import Counter

from explorer.reference.naming import Names
from explorer.reference.sides import Sides
from explorer.reference.steps import kind_of
from explorer.reference.story import Output

COMMANDS = ("apply", "delete", "kubectl", "sh")
RESTARTED = re.compile(r"\(\S+ ago\)")


def compare(sides: Sides) -> None:
    """Compare the outputs of all steps."""
    for number, (theirs, ours) in enumerate(zip(sides.recorded.outputs, sides.simulated.outputs, strict=False)):
        step = sides.recording.steps[number]
        where = f"step {number}"
        if kind_of(step) in COMMANDS:
            sides.report.compare("exit codes", where, str(step[kind_of(step)])[:80], theirs.code, ours.code)
        elif kind_of(step) == "snapshot" and not _is_open(sides, number):
            rows = [_rows(output, names) for output, names in zip((theirs, ours), sides.names, strict=True)]
            sides.report.compare("snapshots", where, f"pods at {step['snapshot']!r}", *rows)


def _is_open(sides: Sides, number: int) -> bool:
    act = sides.recorded.acts[number]
    return sides.is_open("DaemonSet", act)


def _rows(output: Output, names: Names) -> dict[str, int]:
    """Name, readiness, status and restarts of each pod; ages, addresses and nodes are not compared."""
    rows: Counter[str] = Counter()
    for line in output.out.splitlines():
        words = RESTARTED.sub("", line).split()
        rows[" ".join(names.text(word) for word in words[1:5])] += 1
    return dict(sorted(rows.items()))
