"""Cards of every kind of workload are as promised, at every moment of their lives; following a run equals computing anew."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.view import Projector
from cluster_core.projection.workload_cards import WorkloadCard
from tests.core.projection.test_cards import misfit

KINDS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: nginx}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: nginx}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sleep, "2"]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  paused: true
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all}
spec: {maxUnavailable: 1, selector: {}}
"""


def test_cards_of_all_kinds_through_a_run_with_a_taint_and_a_seek() -> None:
    cluster, projector = Cluster(ClusterConfig(nodes=2), 5), Projector()
    cluster.apply(Command("apply", {"manifest": KINDS}).parsed())
    seen: set[str] = set()
    for step in range(16):
        if step == 6:
            cluster.seek(number=cluster.head_number // 2)
        cluster.advance(cluster.now + 9_000_000, 3_000)
        projector.update(cluster.world, cluster.trace)
        for card in projector.cards["workloads"].values():
            assert misfit(card, WorkloadCard, card["name"]) == ""
            seen.add(card["kind"])
        fresh = Projector()
        fresh.update(cluster.world, cluster.trace)
        assert projector.cards["workloads"] == fresh.cards["workloads"]
    assert seen == {"StatefulSet", "DaemonSet", "CronJob", "Job", "Deployment", "ReplicaSet"}
    cards = {(card["kind"], card["name"]): card for card in projector.cards["workloads"].values()}
    assert cards["DaemonSet", "agent"]["daemon"]["eligible"] == 2
    assert cards["DaemonSet", "agent"]["daemon"]["refused"][0]["nodes"] == ["control-plane"]
    agents = [pod for pod in projector.cards["pods"].values() if pod["name"].startswith("agent-")]
    assert {pod["revision"] for pod in agents} == {cards["DaemonSet", "agent"]["daemon"]["revision"]} != {""}
    members = [pod for pod in projector.cards["pods"].values() if pod["name"].startswith("db-")]
    assert {pod["revision"] for pod in members} == {cards["StatefulSet", "db"]["revision"]}
    assert cards["Deployment", "web"]["action"]["id"] == "workload.paused"
    assert [one["name"] for one in cards["StatefulSet", "db"]["budgets"]] == ["all"]
    job = next(card for (kind, _), card in cards.items() if kind == "Job")
    assert job["owner"] == cards["CronJob", "tick"]["uid"] and job["job"]["due"].startswith("2025-01-01T00:0")
