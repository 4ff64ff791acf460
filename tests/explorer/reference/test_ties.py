"""A tie of the scheduler is decided as the recording decided it."""

from __future__ import annotations

from pathlib import Path

from explorer.reference.player import Player
from explorer.reference.story import Story
from tests.explorer.reference.made import WEB, made


def placed(story: Story) -> list[str]:
    """The nodes of the pods in the order in which they were made."""
    nodes: dict[str, str] = {}
    for change in story.of("Pod"):
        nodes[change.name] = change.obj["spec"].get("nodeName", "")
    return list(nodes.values())


def test_pods_go_where_the_recorded_ones_went(tmp_path: Path) -> None:
    steps = [{"apply": WEB.replace("replicas: 2", "replicas: 1")}, {"quiet": 3}]
    found = set()
    for node in ("n1", "n2"):
        meta = {"name": "web-1-x", "namespace": "default", "uid": "p", "generateName": "web-1-"}
        owner = {"kind": "ReplicaSet", "name": "web-1", "uid": "r", "controller": True}
        mother = {"kind": "Deployment", "name": "web", "uid": "d", "controller": True}
        rows = [
            {"t": 0.1, "type": "ADDED", "kind": "Deployment", "object": {"metadata": {"name": "web", "uid": "d"}, "spec": {}}},
            {"t": 0.1, "type": "ADDED", "kind": "ReplicaSet", "object": {"metadata": {"name": "web-1", "uid": "r", "ownerReferences": [mother]}}},
            {"t": 0.2, "type": "ADDED", "kind": "Pod", "object": {"metadata": {**meta, "ownerReferences": [owner]}, "spec": {"nodeName": node}}},
        ]  # fmt: skip
        found.add((node, *placed(Player(made(tmp_path / node, steps, rows)).run())))
    assert found == {("n1", "n1"), ("n2", "n2")}
