"""Transcripts: shell commands and what they print, as files of `transcripts/`. Read, carried out, compared and written by these functions.

    ## apply new (deployment)          the name of the next commands: a row of docs/clients.md
    ~ pending: logs are not served     they fail today, and why; a pending row that works fails its test
    $ kubectl apply -f dep.yaml        one line for bash; what it prints on both its outputs follows
    deployment.apps/web created
    [1]                                the exit code, when it is not 0

In expected lines `…` stands for any text, a line that is only `…` for any number of lines; runs of blanks count as one. What is
written between ‹ and › is a regular expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).with_name("transcripts")
ANY = "…"
PENDING = "~ pending: "


@dataclass
class Step:
    """One command line and what it has to print."""

    line: str
    printed: list[str] = field(default_factory=list)
    code: int = 0


@dataclass
class Row:
    """Steps with a name."""

    name: str
    steps: list[Step] = field(default_factory=list)
    pending: str = ""


def read(text: str) -> list[Row]:
    """The rows of a transcript."""
    rows: list[Row] = []
    for line in text.splitlines():
        if line.startswith("## "):
            rows.append(Row(line[3:]))
        elif line.startswith(PENDING):
            rows[-1].pending = line[len(PENDING) :]
        elif line.startswith("$ "):
            rows[-1].steps.append(Step(line[2:]))
        elif (found := re.fullmatch(r"\[(\d+)\]", line)) is not None:
            rows[-1].steps[-1].code = int(found[1])
        elif rows and rows[-1].steps:
            rows[-1].steps[-1].printed.append(line)
    for row in rows:
        for step in row.steps:
            step.printed = _without_blank_ends(step.printed)
    return rows


def difference(step: Step, printed: str, code: int) -> str:
    """What is wrong with an answer; "" if nothing is."""
    if code != step.code:
        return f"$ {step.line}\nexit code {code} instead of {step.code}; printed:\n{printed}"
    lines = _without_blank_ends(printed.splitlines())
    at = _first_mismatch(step.printed, lines)
    if at is None:
        return ""
    wanted, found = "\n".join(step.printed), "\n".join(lines)
    return f"$ {step.line}\nwanted:\n{wanted}\nprinted:\n{found}\nfirst difference at line {at + 1}"


def _first_mismatch(wanted: list[str], lines: list[str]) -> int | None:
    """The number of the first expected line that nothing matches, None if all is as expected."""
    reached = {0}
    for number, want in enumerate(wanted):
        if want.strip() == ANY:
            reached = set(range(min(reached), len(lines) + 1))
            continue
        pattern = _pattern(want)
        reached = {at + 1 for at in reached if at < len(lines) and pattern.fullmatch(_squeezed(lines[at]))}
        if not reached:
            return number
    return None if len(lines) in reached else len(wanted)


def _pattern(line: str) -> re.Pattern[str]:
    parts = re.split(r"(…|‹[^›]*›)", _squeezed(line))
    return re.compile("".join(map(_part, parts)))


def _part(text: str) -> str:
    if text == ANY:
        return ".*"
    return f"(?:{text[1:-1]})" if text.startswith("‹") else re.escape(text)


def _squeezed(line: str) -> str:
    return re.sub(r"[ \t]+", " ", line.rstrip())


def _without_blank_ends(lines: list[str]) -> list[str]:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]
