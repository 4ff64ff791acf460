"""One pod's life as a transcript, and its order beside that of a real kubelet. ORRERY_UPDATE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec

GOLDEN = Path(__file__).resolve().parents[2] / "golden/kubelet/pod-life.txt"
SHARED = Path(os.environ.get("ORRERY_SHARED", Path(__file__).resolve().parents[3] / "../shared"))
REAL = SHARED / "reference/kubernetes-1.36/real-kubelet-two-pods.txt"


def lives() -> World:
    world = World()
    init = {"name": "i", "image": "busybox", "command": ["sh", "-c", "sleep 100"]}
    container = {"name": "c", "image": "nginx:1.25", "readinessProbe": {"httpGet": {"path": "/", "port": 80}}}
    world.api.bind("a", spec(container))
    world.run(20)
    world.api.delete("a")
    world.run(5)
    world.api.bind("b", spec({"name": "c", "image": "nginx:1.25"}, initContainers=[init]))
    world.run(5)
    world.api.delete("b", grace=3)
    world.run(10)
    return world


def transcript(world: World) -> str:
    lines = [f"{e.at / 1e6:9.3f} {e.message_id} {json.dumps(e.params, sort_keys=True)}" for e in world.trace.entries]
    for kind, reason, message in world.api.events:
        lines.append(f"event {kind} {reason} {message}")
    for kind, obj in world.api.writes:
        lines.append(f"write {kind} {obj['metadata']['name']} {json.dumps(obj['status'], sort_keys=True)}")
    return "\n".join(lines) + "\n"


def test_transcript() -> None:
    found = transcript(lives())
    if os.environ.get("ORRERY_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def marks(kind: str, deleting: bool, status: dict[str, Any]) -> tuple[Any, ...]:
    conditions = {item["type"]: item["status"] for item in status.get("conditions", ())}
    return kind, deleting, status["phase"], conditions.get("PodReadyToStartContainers"), conditions.get("Initialized")


@pytest.mark.skipif(not REAL.exists(), reason="the recordings are not here")
@pytest.mark.parametrize("name", ["a", "b"])
def test_order_of_writes_is_that_of_the_real_kubelet(name: str) -> None:
    real = []
    for line in REAL.read_text(encoding="utf-8").splitlines():
        match = re.match(rf"\S+ (ADDED|MODIFIED|DELETED) {name} del=(\S+) gen=\d+ (.*)", line)
        if match:
            real.append(marks(match[1], match[2] != "None", json.loads(match[3])))
    ours = [
        marks(kind, "deletionTimestamp" in obj["metadata"], obj["status"])
        for kind, obj in lives().api.writes
        if obj["metadata"]["name"] == name
    ]
    # Until the kubelet's first status the writes are those of others. The recorded runtime was a fake one: its init container ends with 0 when it is stopped, and its sandbox needs no time.
    real = [mark for mark, before in zip(real, [None, *real], strict=False) if mark != before and mark[3]]
    ours = [mark for mark, before in zip(ours, [None, *ours], strict=False) if mark != before]
    remaining = iter(ours)
    expected = [mark for mark in real if mark[1:4] != (True, "Pending", "False")]
    assert len(expected) >= 5 and all(mark in remaining for mark in expected), (real, ours)
