"""Small recordings, written by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import yaml

from explorer.reference.recording import Recording, load

NODES = [{"name": "n1", "cpu": "4", "memory": "8Gi"}, {"name": "n2", "cpu": "4", "memory": "8Gi"}]
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {ref/ready-seconds: "1"}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
"""


def written(folder: Path, steps: list[Any], changes: list[dict[str, Any]] | None = None) -> Path:
    """A folder in the form of a recording; each step takes a second. `changes` are rows {t, type, kind, object}."""
    folder.mkdir(exist_ok=True)
    (folder / "scenario.yaml").write_text(yaml.safe_dump({"name": "made", "about": "by hand", "steps": steps}))
    (folder / "nodes.yaml").write_text(yaml.safe_dump(NODES))
    rows: list[dict[str, Any]] = [{"header": 1, "scenario": "made", "wall": 1_795_431_846.5}]
    for number, step in enumerate(steps):
        rows.append({"t": float(number), "step": number, "action": str(step)})
        rows.append({"t": number + 0.9, "step_end": number, "rc": 0, "stdout": "", "stderr": ""})
    for number, change in enumerate(changes or []):
        name = change["object"]["metadata"]["name"]
        rows.append({"ns": "default", "name": name, "rv": number + 1, **change})
    with gzip.open(folder / "trace.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def made(folder: Path, steps: list[Any], changes: list[dict[str, Any]] | None = None) -> Recording:
    """The same, read."""
    return load(written(folder, steps, changes))
