"""A recording: one folder with what a real control plane did, step by step.

Files: scenario.yaml (steps), nodes.yaml, trace.jsonl.gz (every watch event with the whole object, and each step's output);
scores.json (the scheduler's decisions) and final.json.gz, if they are there.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from explorer.reference.steps import Step, StepError, acts, check
from explorer.reference.story import Change, Output, Story

BYTES_MAX = 256 * 1024 * 1024
NODES_MAX = 1_000
Obj = dict[str, Any]


class RecordingError(Exception):
    """A folder that is no recording; says what is wrong with it."""


@dataclass
class Recording:
    """`begun` is the wall time (seconds since 1970) at which time 0 of the story was, `machines` are the nodes at its start."""

    name: str
    steps: list[Step]
    machines: list[Obj]
    begun: float
    story: Story
    scores: list[Obj] = field(default_factory=list)
    initial: list[Obj] = field(default_factory=list)
    final: list[Obj] | None = None

    @property
    def first_step(self) -> float:
        """Wall time of the first step."""
        return self.begun + self.story.steps[0]


def load(folder: Path) -> Recording:
    """Read a folder. Raises RecordingError."""
    if not folder.is_dir():
        raise RecordingError(f"{folder}: there is no such folder")
    try:
        return _load(folder)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RecordingError(f"{folder}: {getattr(error, 'strerror', None) or error}") from error
    except yaml.YAMLError as error:
        raise RecordingError(f"{folder}: {' '.join(str(error).split())}") from error
    except StepError as error:
        raise RecordingError(f"{folder / 'scenario.yaml'}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise RecordingError(f"{folder}: not in the form of a recording ({type(error).__name__}: {error})") from error


def _load(folder: Path) -> Recording:
    scenario = yaml.safe_load(_text(folder / "scenario.yaml"))
    if not isinstance(scenario, dict):
        raise RecordingError(f"{folder / 'scenario.yaml'}: a mapping with steps is expected")
    steps = check(scenario.get("steps"))
    machines = yaml.safe_load(_text(folder / "nodes.yaml"))
    if not isinstance(machines, list) or not 0 < len(machines) <= NODES_MAX:
        raise RecordingError(f"{folder / 'nodes.yaml'}: a list of 1 to {NODES_MAX} nodes is expected")
    wall, story = _story(folder / "trace.jsonl.gz", steps)
    name = str(scenario.get("name") or folder.name)
    initial = _objects(folder, "initial") or []
    return Recording(name, steps, machines, wall, story, _scores(folder), initial, _objects(folder, "final"))


def _story(path: Path, steps: list[Step]) -> tuple[float, Story]:
    """The wall time of its time 0, and the changes. Across kinds their order is that of etcd's revisions."""
    story, rows, wall = Story(acts=acts(steps)), [], 0.0
    for line in _text(path).splitlines():
        row = json.loads(line)
        if "header" in row:
            wall = float(row["wall"])
        elif "action" in row:
            story.steps.append(float(row["t"]))
        elif "step_end" in row:
            story.outputs.append(Output(int(row["rc"]), str(row["stdout"]), str(row["stderr"])))
        elif "object" in row:
            rows.append(row)
    if len(story.steps) != len(steps):
        raise RecordingError(f"{path}: {len(story.steps)} steps began, the scenario has {len(steps)}")
    # The recorder's clock is late by milliseconds.
    rows.sort(key=lambda row: row["rv"])
    for row in rows:
        story.add(Change(row["t"], story.step_at(row["t"]), row["type"], row["kind"], row["name"], row["object"]))
    return wall, story


def _scores(folder: Path) -> list[Obj]:
    path = folder / "scores.json"
    found: list[Obj] = json.loads(_text(path)) if path.exists() else []
    return found


def _objects(folder: Path, name: str) -> list[Obj] | None:
    """The objects of a dump, each with its kind; None if there is no such file."""
    path = folder / f"{name}.json.gz"
    if not path.exists():
        return None
    found: list[Obj] = json.loads(_text(path))
    return found


def _text(path: Path) -> str:
    if path.suffix != ".gz":
        return path.read_text(encoding="utf-8")
    with gzip.open(path, "rb") as stream:
        data = stream.read(BYTES_MAX + 1)
    if len(data) > BYTES_MAX:
        raise RecordingError(f"{path}: more than {BYTES_MAX:,} bytes")
    return data.decode("utf-8")
