"""The shipped scenarios as transcripts: what controllers, scheduler and kubelets decided, in order, as a text to review.

ORRERY_UPDATE_GOLDEN=1 writes them anew. Generated names are numbered in order of appearance, times are rounded to tenths of a second,
and what etcd and the network do is left out, so that a transcript changes only when behaviour does. All runs are in the debug mode
in which stored objects cannot be mutated (invariant I4).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from explorer.scenario import named
from tests.frozen import FrozenDict, MutationError, frozen, frozen_objects

FOLDER = Path(__file__).parent / "scenarios"
SECONDS = {
    "first-deployment": 40,
    "rolling-update": 90,
    "node-failure": 480,
    "moving-data": 240,
    "memory-pressure": 640,
}
TOLD = (
    "command.",
    "deployment.",
    "replicaset.",
    "scheduler.bound",
    "scheduler.unschedulable",
    "pod.",
    "node.",
    "fault.",
    "garbage.",
    "statefulset.",
    "claim.",
    "volume.",
)
NOT_TOLD = ("pod.probe-passed", "pod.pulled", "pod.pull-started", "pod.address-assigned", "pod.sandbox-created")
SUFFIXED = re.compile(
    r"\b([a-z0-9]+(?:-[a-z0-9]+)*-[bcdfghjklmnpqrstvwxz2456789]{7,10})-([bcdfghjklmnpqrstvwxz2456789]{5})\b"
)
# Pods of DaemonSets of the system: one per node, so the node tells which.
SYSTEM = re.compile(r"\b(pod/kube-[a-z]+/[a-z-]+)-[bcdfghjklmnpqrstvwxz2456789]{5}(?=\")")
VOLUME = re.compile(r"\bpvc-[0-9a-f]{8}-[0-9a-f-]{27}\b")
HASHED = re.compile(r"\b([a-z][a-z0-9-]*?)-([bcdfghjklmnpqrstvwxz2456789]{7,10})\b")
KEPT = (
    "object",
    "node",
    "replicaset",
    "from",
    "to",
    "count",
    "have",
    "want",
    "pods",
    "reason",
    "taint",
    "fault",
    "target",
    "kind",
    "volume",
    "driver",
    "other",
    "max",
    "min",
)


class Names:
    """web-5d8f…-x7k2p is web#1.pod1: the first ReplicaSet's first pod."""

    def __init__(self) -> None:
        self.replicasets: dict[str, str] = {}
        self.pods: dict[str, str] = {}
        self.volumes: dict[str, str] = {}

    def stable(self, text: str) -> str:
        """The text with generated names numbered."""
        text = VOLUME.sub(lambda found: self.volumes.setdefault(found[0], f"pvc#{len(self.volumes) + 1}"), text)
        text = SYSTEM.sub(r"\1", text)
        text = SUFFIXED.sub(lambda found: self._pod(found[0], found[1]), text)
        return HASHED.sub(lambda found: self._replicaset(found[0], found[1]), text)

    def _pod(self, name: str, replicaset: str) -> str:
        base = HASHED.sub(lambda found: self._replicaset(found[0], found[1]), replicaset)
        known = sum(one.startswith(f"{base}.pod") for one in self.pods.values())
        return self.pods.setdefault(name, f"{base}.pod{known + 1}")

    def _replicaset(self, name: str, base: str) -> str:
        known = sum(one.startswith(f"{base}#") for one in self.replicasets.values())
        return self.replicasets.setdefault(name, f"{base}#{known + 1}")


def transcript(scenario_id: str) -> str:
    """Run a scenario in the debug mode and write down what was decided."""
    scenario = named(scenario_id)
    assert scenario is not None
    with frozen_objects():
        cluster = Cluster(ClusterConfig(**_config(scenario)), scenario.seed)
        cluster.advance(SECONDS[scenario_id] * 1_000_000, 5_000_000)
    names, lines = Names(), []
    for entry in cluster.trace.entries:
        if entry.message_id.startswith(TOLD) and entry.message_id not in NOT_TOLD:
            facts = {key: value for key, value in entry.params.items() if key in KEPT and value not in ("", [])}
            text = names.stable(json.dumps(facts, sort_keys=True))
            lines.append(f"{entry.at / 1e6:7.1f} {entry.message_id:28} {text}")
    return "\n".join([*lines, "", *_left(cluster, names)]) + "\n"


def _config(scenario: Any) -> dict[str, Any]:
    known = dict(scenario.config)
    return {**known, **{name: tuple(known.get(name, ())) for name in ("objects", "script", "storage")}}


def _left(cluster: Cluster, names: Names) -> list[str]:
    """The workloads of namespace default at the end."""
    rows = []
    for resource in ("deployments.apps", "replicasets.apps", "pods"):
        for key, obj in sorted(
            cluster.world.objects(resource).items(), key=lambda one: int(one[1]["metadata"]["resourceVersion"])
        ):
            if key.startswith("default/"):
                status = obj["status"]
                facts = (
                    status.get("phase")
                    or f"{status.get('availableReplicas', 0)}/{obj['spec'].get('replicas')} available"
                )
                rows.append(names.stable(f"{resource.partition('.')[0]}/{key.partition('/')[2]} {facts}"))
        if resource == "pods" and cluster.world.objects("persistentvolumeclaims"):
            rows += [f"log of db-0: {line.text}" for line in cluster.world.container_log("default", "db-0").lines]
    return sorted(rows)


@pytest.mark.parametrize("scenario_id", sorted(SECONDS))
def test_transcript(scenario_id: str) -> None:
    place = FOLDER / f"{scenario_id}.txt"
    found = transcript(scenario_id)
    if os.environ.get("ORRERY_UPDATE_GOLDEN"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(found, encoding="utf-8")
    assert found == place.read_text(encoding="utf-8")


def test_the_debug_mode_catches_a_mutation() -> None:
    with frozen_objects():
        cluster = Cluster(ClusterConfig(nodes=1), 1)
    node = cluster.world.objects("nodes")["node-1"]
    assert isinstance(node, FrozenDict)
    with pytest.raises(MutationError):
        node["status"]["conditions"].append({})
    with pytest.raises(MutationError):
        node["metadata"]["labels"]["x"] = "y"
    assert frozen(node) is node
