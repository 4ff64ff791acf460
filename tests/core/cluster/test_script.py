"""A scenario's script: steps at a time, and once a condition holds."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig

SECOND = 1_000_000
FAR = 10_000_000
SPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: NAME}}"


def _apply(name: str) -> dict[str, object]:
    return {"kind": "apply", "params": {"manifest": SPACE.replace("NAME", name)}}


def test_timed_steps_gates_notes_and_faults() -> None:
    script = (
        {"at": 2 * SECOND, "command": _apply("first")},
        {"on": "namespace('first').status.phase == 'Active'", "command": _apply("second"), "note": "it is there"},
        {"on": "namespace('never').status.phase == 'Active'", "command": _apply("third")},
        {"at": 5 * SECOND, "command": {"kind": "fault", "params": {"fault": "node-down", "target": "node-1"}}},
    )
    cluster = Cluster(ClusterConfig(nodes=1, script=script), 1)
    cluster.advance(SECOND, FAR)
    assert "first" not in cluster.world.objects("namespaces")
    cluster.advance(10 * SECOND, FAR)
    spaces = cluster.world.objects("namespaces")
    assert "first" in spaces and "second" in spaces and "third" not in spaces
    told = [entry for entry in cluster.trace.entries if entry.message_id == "script.noted"]
    assert [entry.params["text"] for entry in told] == ["it is there"]
    fault = next(entry for entry in cluster.trace.entries if entry.message_id == "fault.started")
    assert 0 <= fault.at - 5 * SECOND < 1_000
    assert cluster.world.sim.processes["kubelet/node-1"].down


def test_the_objects_of_a_scenario_are_applied_at_the_start() -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "given"}}
    cluster = Cluster(ClusterConfig(nodes=1, objects=(space,)), 1)
    cluster.advance(SECOND, FAR)
    assert "given" in cluster.world.objects("namespaces")
    assert cluster.commands == []
