"""Workload cards through a rolling update: desired, observed, action, decisions and the loop's phase, event by event."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.workloads import WORKLOADS, workload_card

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 4
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "nginx:{tag}"}}]}}
"""
SECOND = 1_000_000
BUDGET = 100_000


def apply(cluster: Cluster, tag: str) -> None:
    cluster.apply(Command("apply", {"manifest": MANIFEST.format(tag=tag)}).parsed())


def cards(cluster: Cluster) -> dict[str, Any]:
    """Cards of everything in the default namespace, by "kind revision"."""
    return {
        f"{card['kind']} {card['revision']}": card
        for resource in WORKLOADS
        for obj in cluster.world.objects(resource).values()
        if obj["metadata"]["namespace"] == "default"
        for card in [workload_card(obj, resource, cluster.world)]
    }


@pytest.fixture
def settled() -> Cluster:
    """Four pods of the first version, all ready."""
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    apply(cluster, "1.27")
    cluster.advance(cluster.now + 60 * SECOND, BUDGET)
    return cluster


def test_a_settled_deployment_is_idle_and_waits(settled: Cluster) -> None:
    card = cards(settled)["Deployment 1"]
    assert (card["desired"], card["total"], card["ready"], card["available"]) == (4, 4, 4, 4)
    assert card["action"]["id"] == "workload.idle"
    assert card["loop"]["phase"] == "wait" and card["loop"]["turns"] > 0 and card["loop"]["writes"] == []
    assert card["strategy"]["max_surge"] == 1 and card["strategy"]["max_unavailable"] == 1
    assert card["did"][-1]["id"] == "deployment.new-replicaset"


def test_a_rollout_says_which_limit_holds_it_and_forgets_it_afterwards(settled: Cluster) -> None:
    apply(settled, "1.28")
    seen: set[str] = set()
    while settled.now < 180 * SECOND:
        if not settled.step(20):
            break
        card = cards(settled)["Deployment 2"] if "Deployment 2" in cards(settled) else cards(settled)["Deployment 1"]
        seen.add(card["action"]["id"])
        refused = {one["id"] for one in card["did_not"]}
        if card["action"]["id"] == "workload.held":
            assert {"deployment.cannot-add", "deployment.cannot-remove"} <= refused
    assert "workload.held" in seen
    done = cards(settled)["Deployment 2"]
    assert done["action"]["id"] == "workload.idle" and done["did_not"] == []
    assert cards(settled)["ReplicaSet 1"]["desired"] == 0 and cards(settled)["ReplicaSet 2"]["ready"] == 4


def test_the_loop_observes_compares_acts_and_waits(settled: Cluster) -> None:
    apply(settled, "1.28")
    phases: list[str] = []
    writes: list[dict[str, Any]] = []
    for _ in range(400):
        settled.step()
        card = cards(settled).get("ReplicaSet 2")
        if card is None:
            continue
        loop = card["loop"]
        if not phases or phases[-1] != loop["phase"]:
            phases.append(loop["phase"])
        if loop["phase"] == "compare":
            assert loop["number"] == settled.number and loop["at"] == settled.now
        if loop["phase"] == "act":
            assert 1 <= loop["stage"] <= loop["stages"]
            writes += loop["writes"]
            if not loop["writes"][0]["resource"].endswith("/status"):
                assert card["action"] == {"id": "workload.writing", "params": loop["writes"][0]}
    assert {"observe", "compare", "act"} <= set(phases)
    first = phases.index("compare")
    assert phases[first - 1] == "observe" and phases[first + 1] == "act"
    assert {"verb": "create", "resource": "pods", "count": 1} in writes


def test_pods_on_their_way_out_are_not_counted(settled: Cluster) -> None:
    settled.apply(
        Command(
            "scale", {"resource": "deployments.apps", "namespace": "default", "name": "web", "replicas": 1}
        ).parsed()
    )
    counted: list[Any] = []
    for _ in range(600):
        settled.step()
        counted += cards(settled)["ReplicaSet 1"]["did_not"]
    assert {"id": "replicaset.not-counted", "params": {"count": 3}} in counted
    settled.advance(settled.now + 60 * SECOND, BUDGET)
    assert cards(settled)["ReplicaSet 1"]["did_not"] == []


def test_nothing_is_remembered_of_what_is_gone(settled: Cluster) -> None:
    settled.apply(Command("delete", {"resource": "deployments.apps", "namespace": "default", "name": "web"}).parsed())
    settled.advance(settled.now + 120 * SECOND, BUDGET)
    assert cards(settled) == {}
    for controller in settled.world.sim.processes["kube-controller-manager"].controllers.values():  # type: ignore[attr-defined]
        for memory in (controller.did, controller.did_not, controller.pasts):
            assert not any("web" in key for key in memory)


SETS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}, annotations: {sim.orrery/never-ready: "true"}}
    spec: {containers: [{name: c, image: "nginx:1.27"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "nginx:1.27"}]}
"""


def test_sets_have_cards_too() -> None:
    """A StatefulSet tells which pod it waits for; a DaemonSet counts nodes (the control plane is tainted)."""
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    cluster.apply(Command("apply", {"manifest": SETS}).parsed())
    cluster.advance(cluster.now + 20 * SECOND, BUDGET)
    found = {name.partition(" ")[0]: card for name, card in cards(cluster).items()}
    sts, daemon = found["StatefulSet"], found["DaemonSet"]
    assert (sts["desired"], sts["total"], sts["ready"]) == (2, 1, 0)
    assert sts["action"] == {"id": "workload.waiting-for-pod", "params": {"pod": "db-0"}}
    assert sts["strategy"]["partition"] == 0 and sts["revision"]
    assert (daemon["desired"], daemon["total"], daemon["ready"], daemon["available"]) == (2, 2, 2, 2)
    assert daemon["action"]["id"] == "workload.idle" and daemon["did"][-1]["id"] == "daemonset.create-pods"
